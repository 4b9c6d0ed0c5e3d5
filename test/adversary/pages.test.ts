import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultRound, makeDatabase } from './pages.ts'

const seed = 20_261_130
const rounds = import.meta.env.MODE === 'soak' ? 2000 : 25

let folder: string
let original: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-pages-'))
  original = join(folder, 'original.db')
  await makeDatabase(original)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test(`what was answered 200 is listed and told of once, or trouble is shown: ${rounds} storage faults`, {
  timeout: 3_600_000,
}, async () => {
  const ends = { refused: 0, trouble: 0, whole: 0 }
  for (let round = 0; round < rounds; round += 1) {
    const { fault, end, failures } = await faultRound(folder, original, seed + round)
    ends[end] += 1
    expect(failures, `seed ${seed + round}: ${fault}`).toEqual([])
  }
  // The dice reach each of them.
  expect(Math.min(...Object.values(ends))).toBeGreaterThan(0)
})

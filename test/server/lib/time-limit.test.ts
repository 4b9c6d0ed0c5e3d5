import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import { within } from '../../../server/lib/time-limit.ts'
import { asking, get } from '../../../server/tunnel/axios-shim.ts'
import { probe } from '../../../server/tunnel/probe.ts'

/** What `node --expose-gc` offers. */
setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

let server: Server | undefined
afterEach(() => server?.closeAllConnections())

/** Takes every request and never answers. */
async function silentServer(): Promise<string> {
  server = createServer(() => {})
  const listening = server
  await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
}

/** The work's result; garbage is collected while it is awaited. */
async function amidGarbage<Result>(work: Promise<Result>): Promise<Result | 'never'> {
  let ended = false
  const result = work.finally(() => {
    ended = true
  })
  for (let round = 0; round < 100 && !ended; round += 1) {
    await sleep(20)
    collectGarbage()
  }
  return Promise.race([result, sleep(1000, 'never' as const)])
}

describe('a limit of time comes, whatever the garbage collector does', () => {
  test('for a probe that a tunnel takes and never answers', async () => {
    const base = await silentServer()
    const issued = { path: '/probe/x', expected: 'x', withdraw: () => {} }
    const asked = probe(base, issued, { timeoutMs: 500, signal: new AbortController().signal })
    expect(await amidGarbage(asked)).toMatchObject({ arrived: false, reason: expect.stringContaining('within 0.5 s') })
  })

  test('for the question for a name that a tunnel server takes and never answers', async () => {
    const base = await silentServer()
    const { signal } = new AbortController()
    const asked = asking.run({ signal, timeoutMs: 500, given: null, nameRefused: false, allowed: [] }, () =>
      get(`${base}/?new`),
    )
    expect(await amidGarbage(asked)).toMatchObject({ status: 0, data: { message: expect.stringContaining('0.5 s') } })
  })
})

test('no limit is made in the way that Node 20 forgets', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  const files = ['core', 'server', 'cli'].flatMap(layer =>
    readdirSync(join(root, layer), { recursive: true, encoding: 'utf8' })
      .filter(file => /\.tsx?$/.test(file))
      .map(file => join(layer, file)),
  )
  expect(files.length).toBeGreaterThan(300)
  expect(files.filter(file => /AbortSignal\.(?:any|timeout)\(/.test(readFileSync(join(root, file), 'utf8')))).toEqual(
    [],
  )
})

/** Resolves when the signal is aborted, with its reason. */
const endOf = (signal: AbortSignal) =>
  new Promise<unknown>(resolve => {
    if (signal.aborted) resolve(signal.reason)
    else signal.addEventListener('abort', () => resolve(signal.reason))
  })

describe('work within limits', () => {
  test('is told why it ended: the time, or the signal with its reason', async () => {
    expect(await within({ ms: 5, signals: [] }, endOf)).toMatchObject({ name: 'TimeoutError' })
    const stop = new AbortController()
    const work = within({ ms: 60_000, signals: [new AbortController().signal, stop.signal] }, endOf)
    stop.abort('stopped')
    expect(await work).toBe('stopped')
    expect(await within({ signals: [AbortSignal.abort('before')] }, endOf)).toBe('before')
  })

  test('gives its result or its error', async () => {
    expect(await within({ ms: 1000, signals: [] }, async () => 'result')).toBe('result')
    await expect(within({ signals: [] }, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  })
})

/** A process of its own on a small disk: fills it with deliveries, deletes some, and goes on. Says what it saw as one line of JSON. */
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openSqlite } from '../../server/store/sqlite/sqlite.ts'
import { arrival, saleEvent } from './deliveries.ts'

const [path = ''] = process.argv.slice(2)
const mebibyte = 1024 * 1024
// As on a large disk, an eighth of the size.
const room = { large: 4 * mebibyte, last: 4 * mebibyte, indexLeaves: 2 * mebibyte, enough: 4.5 * mebibyte }
const store = openSqlite({ path, room, logBytes: mebibyte })
const messages = new Set<string>()
store.health.onTrouble(trouble => trouble && messages.add(trouble.message))

/** Sends until so many in a row are refused. @returns the ids that were kept */
async function fill(most: number): Promise<number[]> {
  const kept: number[] = []
  for (let refused = 0; refused < 40 && kept.length < most; ) {
    try {
      kept.push(await store.deliveries.append(arrival({ body: saleEvent({ invoice: 'x'.repeat(12_000) }) })))
      refused = 0
      // This disk is in memory: many times as fast as the room on it is small.
      await pause(1)
    } catch {
      refused += 1
      await pause(25)
    }
  }
  return kept
}

/** Waits for something to become true, ten seconds at most. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let count = 0; count < 400 && !(await isSo()); count += 1) await pause(25)
}

async function run(): Promise<void> {
  const kept = await fill(100_000)
  const { bavail, bsize } = statfsSync(dirname(path))
  await until(async () => (await store.deliveries.facets()).total === kept.length)
  const refusal = store.health.trouble()
  const removed = await store.edits.remove(kept.slice(0, 150))
  await until(() => store.health.trouble() === null)
  const more = await fill(50)
  await until(async () => (await store.deliveries.facets()).total === kept.length - removed.length + more.length)
  const seen = {
    ...{ kept: kept.length, free: bavail * bsize, refusal, removed: removed.length, more: more.length },
    total: (await store.deliveries.facets()).total,
    messages: [...messages],
  }
  await store.close()
  process.stdout.write(`${JSON.stringify(seen)}\n`)
}

const staying = setInterval(() => {}, 1000)
void run().finally(() => clearInterval(staying))

/** Describes the deliveries anew that an older hookscope described: newest first, a few at a time, behind all else. */
import { describeArrival, keysIn } from './described.ts'
import { unavailable } from './problem.ts'
import { type ArrivalRow, readVerdict } from './rows.ts'
import { createTextIndex } from './text-index.ts'
import type { Writer } from './writer.ts'

export interface Renewal {
  /** Deliveries with smaller ids are still as they were described before; null when none is left. */
  below(): number | null
  /** Stops; what is left is done after the next start. */
  close(): void
}

export interface RenewalOptions {
  readonly writer: Writer
  /** Whether something waits that goes first. */
  busy(): boolean
  /** How long a slice may take, milliseconds. */
  readonly sliceMs: number
}

/** Most deliveries in one slice. */
const sliceRows = 32
/** A slice is followed by so many times its own length of rest, so that it takes a small share of the thread. */
const rests = 4
const leastRestMs = 10
/** When the index could not be written (disk full): how long until the next try, milliseconds. */
const retryMs = 1000

export function openRenewal({ writer, busy, sliceMs }: RenewalOptions): Renewal {
  const { db } = writer
  const before = db.prepare<[number, number], ArrivalRow>('SELECT * FROM arrival WHERE id < ? ORDER BY id DESC LIMIT ?')
  const update = db.prepare('UPDATE delivery SET summary = ?, refnum = ?, amount = ? WHERE id = ?')
  const dropKeys = db.prepare('DELETE FROM delivery_key WHERE delivery = ?')
  const addKey = db.prepare('INSERT OR IGNORE INTO delivery_key (key, delivery) VALUES (?, ?)')
  const textIndex = createTextIndex(db)
  const note = db.prepare('UPDATE renewal SET below = ?')
  const done = db.prepare('DELETE FROM renewal')
  let below = db.prepare<[], number>('SELECT below FROM renewal').pluck().get() ?? null
  let timer: NodeJS.Timeout | undefined

  function renew(arrival: ArrivalRow): void {
    const { description } = describeArrival(arrival, readVerdict(arrival.verdict))
    // A delivery that was dropped meanwhile, or not indexed yet, has no row: its links are not made either.
    if (update.run(description.summary, description.refnum, description.amount, arrival.id).changes === 0) return
    textIndex.replace({ id: arrival.id, summary: description.summary, text: description.text, body: arrival.body })
    dropKeys.run(arrival.id)
    for (const key of keysIn(description)) addKey.run(key, arrival.id)
  }

  function slice(from: number): number | null {
    const started = performance.now()
    const waiting = before.all(from, sliceRows)
    let reached: number | null = null
    writer.write(() => {
      for (const arrival of waiting) {
        renew(arrival)
        reached = arrival.id
        if (performance.now() - started > sliceMs) break
      }
      if (reached === null) done.run()
      else note.run(reached)
    })
    return reached
  }

  function run(): void {
    if (below === null) return
    const started = performance.now()
    try {
      if (!busy()) below = slice(below)
    } catch (error) {
      if (!unavailable(error)) throw error
      wait(retryMs)
      return
    }
    wait(Math.max(leastRestMs, (performance.now() - started) * rests))
  }

  function wait(ms: number): void {
    if (below === null) return
    timer = setTimeout(run, ms)
    timer.unref()
  }

  wait(leastRestMs)
  return {
    below: () => below,
    close() {
      clearTimeout(timer)
      below = null
    },
  }
}

/** Describes the deliveries anew that an older hookscope described: newest first, a few at a time, behind all else. */
import type { Health } from '../../health.ts'
import { type Described, describeLogged, isMuch, type LoggedDelivery, linkKeysOf } from '../../index/described.ts'
import { StoreUnavailable } from '../../problem.ts'
import type { ArrivalRow } from '../../rows.ts'
import type { Writer } from '../writer.ts'
import { createTextIndex } from './text-index.ts'

export interface Renewal {
  /** Deliveries with smaller ids are still as they were described before; null when none is left. */
  below(): number | null
  /** Stops; what is left is done after the next start. */
  close(): void
}

export interface RenewalOptions {
  readonly writer: Writer
  readonly health: Health
  /** Whether something waits that goes first. */
  busy(): boolean
  /** Describes one that is much to look into, elsewhere; null when it is too much. Never rejects. */
  describeMuch(logged: LoggedDelivery): Promise<Described | null>
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

export function openRenewal({ writer, health, busy, describeMuch, sliceMs }: RenewalOptions): Renewal {
  const { db } = writer
  const before = db.prepare<[number], ArrivalRow>('SELECT * FROM arrival WHERE id < ? ORDER BY id DESC LIMIT 1')
  const update = db.prepare(
    'UPDATE delivery SET summary = ?, refnum = ?, amount = ?, invoice = ?, orderid = ? WHERE id = ?',
  )
  const dropKeys = db.prepare('DELETE FROM delivery_key WHERE delivery = ?')
  const addKey = db.prepare('INSERT OR IGNORE INTO delivery_key (key, delivery) VALUES (?, ?)')
  const textIndex = createTextIndex(db)
  const note = db.prepare('UPDATE renewal SET below = ?')
  const done = db.prepare('DELETE FROM renewal')
  const left = db.prepare<[], number>('SELECT below FROM renewal').pluck()
  let below = health.survive('renewal', () => left.get() ?? null, null)
  let timer: NodeJS.Timeout | undefined

  /** @param described null: it stays as it was described before */
  function renew({ id }: ArrivalRow, described: Described | null): void {
    if (described === null) return
    const { description, searchable } = described
    // A delivery that was dropped meanwhile, or not indexed yet, has no row: its links are not made either.
    const { summary, refnum, amount, invoice, orderid } = description
    if (update.run(summary, refnum, amount, invoice, orderid, id).changes === 0) return
    textIndex.replace(id, searchable)
    dropKeys.run(id)
    for (const key of linkKeysOf(description)) addKey.run(key, id)
  }

  async function slice(from: number): Promise<number | null> {
    const first = before.get(from)
    const ahead = first !== undefined && isMuch(first, first.body.length) ? await describeMuch(first) : undefined
    // Closed meanwhile.
    if (below === null) return null
    const started = performance.now()
    let reached: number | null = null
    writer.write(() => {
      let logged = first
      for (let rows = 0; logged !== undefined && rows < sliceRows; rows += 1) {
        if (logged !== first && isMuch(logged, logged.body.length)) break
        renew(logged, logged === first && ahead !== undefined ? ahead : describeLogged(logged))
        reached = logged.id
        if (performance.now() - started > sliceMs) break
        logged = before.get(logged.id)
      }
      if (reached === null) done.run()
      else note.run(reached)
    })
    return reached
  }

  async function run(): Promise<void> {
    if (below === null) return
    const started = performance.now()
    try {
      if (!busy()) {
        below = await slice(below)
        health.worked('renewal')
      }
    } catch (error) {
      if (!(health.failed('renewal', error) instanceof StoreUnavailable)) throw error
      wait(retryMs)
      return
    }
    wait(Math.max(leastRestMs, (performance.now() - started) * rests))
  }

  function wait(ms: number): void {
    if (below === null) return
    timer = setTimeout(() => void run(), ms)
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

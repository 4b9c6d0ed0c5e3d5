/** Keeps an eye on the server: whether deliveries can be kept again, which processes are gone, and that the days have tables. */
import type { Health } from '../health.ts'
import type { Sql } from './connection.ts'
import type { Locks } from './locks.ts'
import { dayOf, makeDays } from './log/days.ts'

export interface WatchOptions {
  readonly sql: Sql
  readonly health: Pick<Health, 'trouble' | 'failed' | 'worked' | 'over'>
  readonly locks: Pick<Locks, 'gone'>
  /** Ends what processes that are gone left. */
  endLeft(): Promise<void>
  /** Looks whether they left something else. */
  lookForLeft(): Promise<void>
  now(): number
}

export interface Watch {
  close(): Promise<void>
}

const [triedMs, goneMs, daysMs] = [500, 2000, 3_600_000]
/** What is written to find out whether there is space again, bytes: a delivery of some size. */
const triedBytes = 65_536

/** Looks for what others left, once. */
export async function endGone(locks: Pick<Locks, 'gone'>, endLeft: () => Promise<void>): Promise<void> {
  for (const { forget } of await locks.gone()) await forget()
  await endLeft()
}

export function openWatch({ sql, health, locks, endLeft, lookForLeft, now }: WatchOptions): Watch {
  const timers: NodeJS.Timeout[] = []
  const running = new Set<Promise<void>>()
  let closed = false

  /** Each by itself, one at a time. */
  function every(ms: number, work: () => Promise<void>): void {
    let isRunning = false
    const timer = setInterval(() => {
      if (isRunning || closed) return
      isRunning = true
      const done = work().finally(() => {
        isRunning = false
        running.delete(done)
      })
      running.add(done)
    }, ms)
    timer.unref()
    timers.push(timer)
  }

  every(triedMs, async () => {
    if (health.trouble()?.keeps !== false) return
    try {
      await sql.begin(async tx => {
        await tx`INSERT INTO setting (name, value) VALUES ('room', ${'x'.repeat(triedBytes)})
          ON CONFLICT (name) DO UPDATE SET value = excluded.value`
        await tx`DELETE FROM setting WHERE name = 'room'`
      })
      for (const code of ['gone', 'full', 'locked', 'io'] as const) health.over(code)
    } catch (error) {
      health.failed('file', error)
    }
  })
  every(goneMs, () =>
    endGone(locks, endLeft)
      .then(lookForLeft)
      .then(
        () => health.worked('processes'),
        error => void health.failed('processes', error),
      ),
  )
  every(daysMs, () => makeDays(sql, dayOf(now())).catch(error => void health.failed('days', error)))

  return {
    async close() {
      closed = true
      for (const timer of timers) clearInterval(timer)
      await Promise.all(running)
    },
  }
}

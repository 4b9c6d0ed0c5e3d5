/** Deliveries to one laptop, in the order of the log, at the pace at which it keeps them. */
import type { Delivery } from '../../../core/deliveries/delivery.ts'
import type { SharedDelivery, ToLaptop } from '../../../core/laptops/frames.ts'
import { StoreUnavailable } from '../../store/problem.ts'
import type { Store } from '../../store/store.ts'
import { markOf } from './start.ts'

export interface FeedOptions {
  readonly store: Pick<Store, 'changes' | 'deliveries'>
  /** Where the laptop stands. */
  readonly cursor: string
  /** Whether it wants those of a hook. */
  wants(hook: string): boolean
  /** Resolves once there is room for more. */
  send(frame: ToLaptop): Promise<void>
  /** Nothing more is sent: the laptop has to begin anew. */
  failed(error: unknown): void
}

export interface Feed {
  /** The laptop has everything up to there on its disk. */
  acknowledge(cursor: string): void
  /** Resolves when it has ended. */
  close(): Promise<void>
}

/** So many deliveries of the log are looked at, and then waited for; and so many are in memory at a time. */
const [pageSize, atOnce] = [200, 8]
/** The log is looked at although nobody said that there is more, milliseconds. */
const lookMs = 5000
/** Until the next try where the database does not answer, milliseconds. */
const againMs = 1000

export function openFeed({ store, cursor: start, wants, send, failed }: FeedOptions): Feed {
  let closed = false
  let cursor = start
  /** What the laptop was told last, and has. */
  let acknowledged: string | null = null
  /** The laptop was told once that there is no more. */
  let isCaughtUp = false
  let wake = () => {}
  let isWoken = false
  const rouse = () => {
    isWoken = true
    wake()
  }
  const stopIndexed = store.deliveries.onIndexed(rouse)

  /** Resolves when something happened, or after so long. */
  async function woken(ms: number): Promise<void> {
    if (!isWoken && !closed)
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, ms)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    wake = () => {}
    isWoken = false
  }

  async function sendAll(ids: readonly number[]): Promise<number> {
    let sent = 0
    for (let at = 0; at < ids.length && !closed; at += atOnce) {
      const part = ids.slice(at, at + atOnce)
      const byId = new Map((await store.deliveries.getMany(part)).map(one => [one.id, one]))
      for (const id of part) {
        const delivery = byId.get(id)
        // What was deleted meanwhile is nobody's.
        if (delivery === undefined || !wants(delivery.hook) || closed) continue
        await send({ kind: 'delivery', delivery: shared(delivery) })
        sent += 1
      }
    }
    return sent
  }

  /** Tells how far it is, and waits until the laptop is. */
  async function reach(last: number, behind: boolean): Promise<void> {
    const mark = await markOf(store, last)
    acknowledged = null
    isCaughtUp ||= !behind
    await send({ kind: 'cursor', cursor, mark, behind })
    while (!closed && acknowledged !== cursor) await woken(lookMs)
    // What came meanwhile is to be looked for.
    isWoken = true
  }

  async function step(): Promise<void> {
    const page = await store.changes.arrivals(cursor, pageSize)
    const sent = await sendAll(page.ids)
    if (closed) return
    cursor = page.cursor
    if (sent > 0 || !(isCaughtUp || page.more)) await reach(page.last, page.more)
    else if (!page.more) await woken(lookMs)
  }

  async function run(): Promise<void> {
    while (!closed) {
      try {
        await step()
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        await woken(againMs)
      }
    }
  }
  const running = run().catch((error: unknown) => {
    if (!closed) failed(error)
  })

  return {
    acknowledge(reached) {
      acknowledged = reached
      rouse()
    },
    close() {
      closed = true
      stopIndexed()
      rouse()
      return running
    },
  }
}

function shared(delivery: Delivery): SharedDelivery {
  const { id, hook, readMs, method, path, httpVersion, headers, bytes, remoteAddress, status, verdictDetail } = delivery
  return {
    ...{ id, hook, readMs, method, path, httpVersion, headers, bytes, remoteAddress, status, verdict: verdictDetail },
    receivedAt: Date.parse(delivery.receivedAt),
    ...(delivery.notes.includes('answer-rehearsed') && { rehearsed: true }),
    body: Buffer.from(delivery.body).toString('base64'),
  }
}

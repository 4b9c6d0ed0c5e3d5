/**
 * Ids that wait for a target, oldest first, up to a bound. Once it is full, what is offered is passed over until half of the
 * queue is sent: so what was passed over is a stretch that can be named in a few words, and not every other delivery.
 */
import type { IdRange } from '../../core/text/id-ranges.ts'

/** The most deliveries that wait for one target; further ones are passed over. */
export const mostWaiting = 10_000

export interface LaneQueue {
  readonly size: number
  readonly oldest: number | null
  readonly isFull: boolean
  has(id: number): boolean
  ids(): readonly number[]
  /** @returns false when it is full, and the delivery is passed over */
  offer(id: number): boolean
  /** The oldest, which waits no more; undefined when none does. */
  shift(): number | undefined
  /** One that was shifted waits again, in its place. */
  putBack(id: number): void
  /** @returns whether it was there */
  withdraw(id: number): boolean
  /** What was passed over since it is full; ascending. */
  passed(): readonly IdRange[]
  wasPassed(id: number): boolean
  /** One that was passed over is not kept any more. @returns whether it was passed over */
  forgetPassed(id: number): boolean
  /** Whether it was full, and is not any more since this was last asked. */
  hasRoomAgain(): boolean
  /** What was passed over, which is then forgotten. */
  takePassed(): readonly IdRange[]
}

export function openLaneQueue(most: number): LaneQueue {
  let waiting = new Set<number>()
  let newest = 0
  let passed: [first: number, last: number][] = []
  let isFull = false
  const oldest = () => waiting.values().next().value

  return {
    get size() {
      return waiting.size
    },
    get oldest() {
      return oldest() ?? null
    },
    get isFull() {
      return isFull
    },
    has: id => waiting.has(id),
    ids: () => [...waiting],
    offer(id) {
      if (isFull) {
        const last = passed.at(-1)
        if (last?.[1] === id - 1) last[1] = id
        else passed.push([id, id])
        return false
      }
      waiting.add(id)
      // What an earlier run left is older than what came meanwhile.
      if (newest > id) waiting = new Set([...waiting].sort((one, other) => one - other))
      newest = Math.max(newest, id)
      isFull = waiting.size >= most
      return true
    },
    shift() {
      const id = oldest()
      if (id !== undefined) waiting.delete(id)
      return id
    },
    putBack(id) {
      waiting = new Set([id, ...waiting].sort((one, other) => one - other))
    },
    withdraw: id => waiting.delete(id),
    passed: () => [...passed],
    wasPassed: id => passed.some(([first, last]) => first <= id && id <= last),
    forgetPassed(id) {
      const [at, range] = [...passed.entries()].find(([, [first, last]]) => first <= id && id <= last) ?? []
      if (at === undefined || range === undefined) return false
      const [first, last] = range
      const rest: [number, number][] = [
        [first, id - 1],
        [id + 1, last],
      ]
      passed.splice(at, 1, ...rest.filter(([from, to]) => from <= to))
      return true
    },
    hasRoomAgain() {
      if (!isFull || waiting.size > most / 2) return false
      isFull = false
      return true
    },
    takePassed() {
      const taken = passed
      passed = []
      return taken
    },
  }
}

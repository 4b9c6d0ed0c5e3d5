/** What was opened one after the other, to be closed in reverse. */
import { errorLine } from './errors.ts'

/** @param leftMs how long it may still wait for what is in flight, milliseconds; 0 and less: not at all */
type Close = (leftMs: number) => Promise<void> | void

export interface Openings {
  /** @param name what the log calls it, should closing it fail */
  add(name: string, close: Close): void
  /** Closes the last first; what fails to close does not keep the rest open. */
  closeAll(): Promise<void>
}

/** What the end waits for. */
export interface Awaited {
  /** Deliveries that the app has not answered; ascending. */
  readonly deliveries: readonly number[]
  /** Simulated events that nobody has answered. */
  readonly simulated: number
  /** Requests that are not answered, or have not come whole. */
  readonly requests: number
}

/** How long closing waits for what is in flight, all in all, milliseconds: who ends a program does not want to wait for ever. */
export const endingMs = 4000

/**
 * @param log takes a line about what could not be closed
 * @param ms how long closing waits for what is in flight, all in all
 */
export function createOpenings(log: (line: string) => void, ms = endingMs): Openings {
  const opened: { name: string; close: Close }[] = []
  return {
    add(name, close) {
      opened.push({ name, close })
    },
    async closeAll() {
      const until = performance.now() + ms
      for (let last = opened.pop(); last !== undefined; last = opened.pop()) {
        try {
          await last.close(until - performance.now())
        } catch (error) {
          log(`Closing the ${last.name} failed: ${errorLine(error)}`)
        }
      }
    },
  }
}

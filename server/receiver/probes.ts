/** Paths that answer once: how the tunnel is asked, end to end, whether it leads here. */
import { randomBytes } from 'node:crypto'

export interface ReceiverProbe {
  /** An unguessable path at the receiver; a GET of it is answered once, then it is gone. */
  readonly path: string
  /** The body of that answer. */
  readonly expected: string
  /** Takes the path away when the answer is no longer awaited. */
  withdraw(): void
}

export interface Probes {
  issue(): ReceiverProbe
  /** Uses a path up. @returns what to answer; undefined when there is no such path (any more) */
  use(path: string): string | undefined
}

export function openProbes(): Probes {
  const expectedByPath = new Map<string, string>()
  return {
    issue() {
      const path = `/probe/${randomBytes(24).toString('base64url')}`
      const expected = randomBytes(24).toString('base64url')
      expectedByPath.set(path, expected)
      return { path, expected, withdraw: () => expectedByPath.delete(path) }
    },
    use(path) {
      const expected = expectedByPath.get(path)
      expectedByPath.delete(path)
      return expected
    },
  }
}

/** Paths that answer once: how the tunnel is asked, end to end, whether it leads here. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { probePrefix } from '../lib/probe-path.ts'

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
      const path = `${probePrefix}${randomBytes(24).toString('base64url')}`
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

/** Of a path: when it was issued, in minutes, and what tells it apart; then how it is known. */
const [minuteBytes, nonceBytes, markBytes] = [4, 12, 12]
/** So many minutes, clocks that differ included, a path is answered. */
const lifeMinutes = 2

/**
 * The same for several processes behind one public URL: whichever of them is asked knows the path of another by the key that
 * they share, and answers it as often as it is asked within its minutes.
 * @param key asked each time
 * @param now milliseconds since 1970
 */
export function sharedProbes(key: () => Uint8Array, now: () => number = Date.now): Probes {
  const minute = () => Math.floor(now() / 60_000)
  const made = (of: 'path' | 'answer', nonce: Uint8Array) =>
    createHmac('sha256', key()).update(of).update(nonce).digest()
  const answer = (nonce: Uint8Array) => made('answer', nonce).subarray(0, 24).toString('base64url')
  return {
    issue() {
      const nonce = randomBytes(nonceBytes)
      nonce.writeUInt32BE(minute())
      const path = Buffer.concat([nonce, made('path', nonce).subarray(0, markBytes)]).toString('base64url')
      return { path: `${probePrefix}${path}`, expected: answer(nonce), withdraw() {} }
    },
    use(path) {
      if (!path.startsWith(probePrefix)) return undefined
      const text = path.slice(probePrefix.length)
      const bytes = Buffer.from(text, 'base64url')
      if (bytes.length !== nonceBytes + markBytes || bytes.toString('base64url') !== text) return undefined
      const [nonce, mark] = [bytes.subarray(0, nonceBytes), bytes.subarray(nonceBytes)]
      if (!timingSafeEqual(mark, made('path', nonce).subarray(0, markBytes))) return undefined
      const age = minute() - nonce.subarray(0, minuteBytes).readUInt32BE()
      return Math.abs(age) > lifeMinutes ? undefined : answer(nonce)
    },
  }
}

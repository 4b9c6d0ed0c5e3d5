/** How a laptop stands with the server that it receives from, in words. */
import type { FromStatus } from './from.ts'
import type { TunnelWords } from './tunnel-words.ts'

/** In the place of the tunnel's. @param now milliseconds since 1970, for when the next attempt is */
export function fromWords(from: FromStatus, now: number): TunnelWords {
  const host = new URL(from.server).host
  switch (from.state) {
    case 'connecting':
      return { tone: 'neutral', label: 'Connecting', more: null }
    case 'up':
      return { tone: 'ok', label: from.behind ? 'Catching up' : 'Connected', more: null }
    case 'retrying': {
      const seconds = Math.max(0, Math.ceil((Date.parse(from.retryAt) - now) / 1000))
      const next = seconds > 1 ? `in ${seconds} s` : 'now'
      return {
        tone: 'warn',
        label: 'Not connected',
        more: `${host}: ${from.reason} Next attempt ${next}. Nothing is missed meanwhile.`,
      }
    }
    case 'down':
      return { tone: 'bad', label: 'Not connected', more: `${from.reason} ${from.hint}` }
  }
}

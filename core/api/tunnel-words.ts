/** The tunnel's state in words. */

import { tookText } from '../text/duration.ts'
import type { TunnelStatus } from './tunnel.ts'

export interface TunnelWords {
  readonly tone: 'ok' | 'warn' | 'bad' | 'neutral'
  /** A word or two. */
  readonly label: string
  /** Why, and what to do; null when there is nothing to add. */
  readonly more: string | null
}

/** @param tunnel null where it is not known now @param now milliseconds since 1970, for when the next attempt is */
export function tunnelWords(tunnel: TunnelStatus | null, now: number): TunnelWords {
  if (tunnel === null) return { tone: 'neutral', label: 'Unknown', more: 'Not connected to hookscope.' }
  switch (tunnel.state) {
    case 'off':
      return {
        tone: 'neutral',
        label: 'No tunnel',
        more: `${tunnel.declined ? 'No tunnel was wanted at the start' : 'hookscope was started without a tunnel'}: the gateway cannot reach this machine. Open one in Settings > Tunnel, or press t in its terminal.`,
      }
    case 'starting':
      return { tone: 'neutral', label: 'Tunnel is opening', more: null }
    case 'up':
      return {
        tone: tunnel.changedFrom === null ? 'ok' : 'warn',
        label: tunnel.roundTripMs === null ? 'Live' : `Live · ${tookText(tunnel.roundTripMs)}`,
        more:
          tunnel.changedFrom === null
            ? null
            : `The Hook URL is another one than before. The console may still have ${tunnel.changedFrom}: paste the new Hook URL there.`,
      }
    case 'retrying': {
      const seconds = Math.max(0, Math.ceil((Date.parse(tunnel.retryAt) - now) / 1000))
      return {
        tone: 'warn',
        label: 'Reconnecting',
        more: `${tunnel.reason} Next attempt ${seconds > 1 ? `in ${seconds} s` : 'now'}.`,
      }
    }
    case 'down':
      return { tone: 'bad', label: 'Tunnel down', more: `${tunnel.reason} ${tunnel.hint}` }
  }
}

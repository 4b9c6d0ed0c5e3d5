/** Another way in, offered once this one has failed repeatedly; it is never taken by itself, since the console still has the old URL. */
import type { TunnelOffer, TunnelStatus } from '../../core/api/tunnel.ts'
import { createListeners } from '../lib/listeners.ts'
import type { Tunnel } from './supervisor.ts'

/** So many failures in a row are no blip. */
const enough = 2

/**
 * The same tunnel, with an offer in its status while it fails.
 * @param next finds what to offer, null: nothing; asked once an outage
 */
export function withOffers(tunnel: Tunnel, next: () => Promise<TunnelOffer | null>): Tunnel {
  const listeners = createListeners<TunnelStatus>()
  let offer: TunnelOffer | null = null
  let failures = 0
  let lastRetryAt: string | null = null
  const offered = (status: TunnelStatus): TunnelStatus =>
    offer !== null && (status.state === 'retrying' || status.state === 'down') ? { ...status, offer } : status

  function count(status: TunnelStatus): void {
    const before = failures
    if (status.state === 'down') failures = Math.max(failures, enough)
    else if (status.state !== 'retrying') {
      failures = 0
      offer = null
    } else if (status.retryAt !== lastRetryAt) {
      lastRetryAt = status.retryAt
      failures += 1
    }
    if (before >= enough || failures < enough) return
    void next().then(found => {
      // It may be up again meanwhile.
      if (found === null || failures < enough) return
      offer = found
      listeners.call(offered(tunnel.status()))
    })
  }

  tunnel.onChange(status => {
    count(status)
    listeners.call(offered(status))
  })
  return {
    status: () => offered(tunnel.status()),
    onChange: listeners.add,
    close: tunnel.close,
  }
}

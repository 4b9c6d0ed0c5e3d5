/** Where a hookscope that listens is reached, and what its workspace knows of that. */
import type { Settings } from '../config/settings.ts'
import type { ServerLink } from '../laptop/link.ts'
import { isDatabaseUrl } from '../lib/database-url.ts'
import { UserError } from '../lib/errors.ts'
import { isOwnUrl } from '../lib/own-url.ts'
import type { Receiver } from '../receiver/receiver.ts'
import type { Forwarding } from '../sender/forwarding.ts'
import type { KeptTunnel } from '../tunnel/kept-tunnel.ts'
import type { Listening } from './listening.ts'

/** Where this hookscope is reached; filled in as receiver and inspector open. */
export interface Place {
  receiver: Receiver | null
  inspectorPort: number
  tunnel: KeptTunnel | null
  link: ServerLink | null
  publicUrl(): string | null
  localUrl(): string
  isOwnUrl(url: URL): boolean
}

export function openPlace(settings: Settings): Place {
  const place: Place = {
    receiver: null,
    inspectorPort: 0,
    tunnel: null,
    link: null,
    publicUrl() {
      if (place.tunnel === null) return settings.publicUrl
      const status = place.tunnel.status()
      const url = status.state === 'off' || status.state === 'starting' ? null : status.url
      return url ?? place.tunnel.knownUrl()
    },
    localUrl: () => `http://localhost:${place.receiver?.port ?? 0}`,
    isOwnUrl: url => isOwnUrl(url, [place.receiver?.port ?? 0, place.inspectorPort], place.publicUrl(), settings.host),
  }
  return place
}

/** What the workspace knows of its listener. @param forwarding is there by the time that it is asked */
export function listeningOf(
  { db, host, allowedHosts }: Settings,
  place: Place,
  forwarding: () => Forwarding,
): Listening {
  return {
    addresses: () => ({ publicUrl: place.publicUrl(), localUrl: place.localUrl() }),
    // Own paths are reached through the public URL while the tunnel is up; that of several processes may lead to another one.
    baseUrl: () =>
      (!isDatabaseUrl(db) && place.tunnel?.status().state === 'up' ? place.publicUrl() : null) ?? place.localUrl(),
    isOwnUrl: place.isOwnUrl,
    targets: () => forwarding().forwarder.targets.map(({ url }) => url),
    routes: () => forwarding().forwarder.plan.routes,
    status: () => ({
      tunnel: place.tunnel?.status() ?? { state: 'starting' },
      ...(place.link !== null && { from: place.link.status() }),
      exposed: host === null && allowedHosts.length === 0 ? null : { host, allowedHosts },
      forward: forwarding().status(),
      leftovers: forwarding().leftovers.list(),
      droppedWaiting: forwarding().forwarder.gone + forwarding().leftovers.gone,
    }),
    checkForwarding: hooks => forwarding().check(hooks),
    setForwardTargets: (texts, letGo) => forwarding().setTargets(texts, letGo),
    pauseForwarding: paused => forwarding().pause(paused),
    isPaused: () => forwarding().forwarder.isPaused,
    sendLeftover: id => forwarding().sendLeftover(id),
    dismissLeftover: id => forwarding().leftovers.dismiss(id),
    whyNotForwarded: delivery => forwarding().whyNot(delivery),
    tunnelWays: async () => openedTunnel(place).ways(),
    useTunnel: async name => openedTunnel(place).use(name),
    waitsFor: delivery => forwarding().forwarder.waitsFor(delivery),
  }
}

/** @throws UserError while hookscope starts, and may be asking which tunnel to open */
function openedTunnel({ tunnel }: Place): KeptTunnel {
  if (tunnel !== null) return tunnel
  throw new UserError('hookscope is still starting.', 'Answer what its terminal asks, then try again.')
}

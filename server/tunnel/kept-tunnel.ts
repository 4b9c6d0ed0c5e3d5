/** The tunnel of a listener, whose name and URL are kept for the next start; and what of its state is news. */
import { randomInt } from 'node:crypto'
import type { TunnelStatus } from '../../core/api/tunnel.ts'
import { dataFolder, defaultDatabase } from '../config/config.ts'
import type { Settings } from '../config/settings.ts'
import { keepChildren } from '../lib/children.ts'
import type { Receiver } from '../receiver/receiver.ts'
import type { SettingStore } from '../store/store.ts'
import { type AskTunnel, chooseTunnel, rememberTunnel } from './choose.ts'
import { readinessOf } from './readiness.ts'
import { openTunnel, type Tunnel } from './tunnel.ts'

/** Its name and its URL are kept for the next start, and what it runs for the case that hookscope is killed. */
export async function openKeptTunnel(
  settings: Settings,
  kept: SettingStore,
  { port, issueProbe }: Pick<Receiver, 'port' | 'issueProbe'>,
  { ask, log }: { readonly ask: AskTunnel | null; log(line: string): void },
): Promise<Tunnel> {
  const environment = process.env
  const provider =
    settings.tunnel === 'auto' ? await chooseTunnel({ settings, environment, kept, ask, log }) : settings.tunnel
  const tunnel = openTunnel({
    provider,
    host: settings.tunnelHost,
    ...(settings.tunnelRemote !== null && { remote: settings.tunnelRemote }),
    named: settings.tunnelNamed,
    folder: dataFolder(),
    number: keptNumber(settings, kept),
    children: keepChildren(kept, 'tunnel-children'),
    domains: settings.tunnelDomain,
    subdomain: settings.subdomain,
    keptSubdomain: kept.get('subdomain'),
    publicUrl: settings.publicUrl,
    port,
    issueProbe,
    previousUrl: kept.get('public-url'),
    log,
    onSubdomain: name => kept.set('subdomain', name),
    async nextWay() {
      const others = (await readinessOf({ settings, environment })).filter(
        ({ ready, way }) => ready && way.name !== provider && way.command === `--tunnel ${way.name}`,
      )
      return others[0]?.way ?? null
    },
  })
  // What needs no word more is opened again by hookscope alone: the console has its URL.
  const isPlain =
    provider !== 'none' && [settings.tunnelHost, settings.tunnelNamed, settings.publicUrl].every(one => one === null)
  tunnel.onChange(now => {
    if (now.state !== 'up') return
    kept.set('public-url', now.url)
    if (isPlain) rememberTunnel(kept, provider)
  })
  return tunnel
}

/** Tells the tunnels of several databases with one SSH key apart: the usual one has the first, each other one its own. */
function keptNumber({ db }: Settings, kept: SettingStore): number {
  if (db === defaultDatabase()) return 1
  const known = Number(kept.get('tunnel-number') ?? 0)
  if (known > 1) return known
  const number = randomInt(2, 65_536)
  kept.set('tunnel-number', String(number))
  return number
}

/**
 * @param changed called with each change
 * @returns takes a listener for what is news at a terminal, and returns a function that stops the calls
 */
export function tunnelNews(
  tunnel: Tunnel,
  changed: () => void,
): (listener: (status: TunnelStatus) => void) => () => void {
  const listeners = new Set<(status: TunnelStatus) => void>()
  let told = describeState(tunnel.status())
  tunnel.onChange(now => {
    changed()
    // Round trips are news for the inspector only.
    const described = describeState(now)
    if (described === told) return
    told = described
    for (const listener of listeners) listener(now)
  })
  return listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
}

/** What of a tunnel's status is news: not the time of the last round trip, and not that of the next try. */
function describeState(status: TunnelStatus): string {
  return JSON.stringify({ ...status, roundTripMs: null, retryAt: null, reachedAt: null })
}

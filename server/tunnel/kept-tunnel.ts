/** The tunnel of a listener, whose name and URL are kept for the next start; and what of its state is news. */
import { randomInt } from 'node:crypto'
import pLimit from 'p-limit'
import type { TunnelChoice, TunnelChoiceWay, TunnelOffer, TunnelStatus } from '../../core/api/tunnel.ts'
import { wayName } from '../../core/tunnels/taking.ts'
import { dataFolder, defaultDatabase } from '../config/config.ts'
import type { Settings } from '../config/settings.ts'
import { keepChildren } from '../lib/children.ts'
import { UserError } from '../lib/errors.ts'
import type { Receiver } from '../receiver/receiver.ts'
import { whereStoreCan } from '../store/problem.ts'
import type { SettingStore } from '../store/store.ts'
import { choiceOf } from './choice.ts'
import { type AskTunnel, chooseTunnel, type PlainTunnel, rememberTunnel } from './choose.ts'
import { noTunnel } from './no-tunnel.ts'
import { replaceable } from './replaceable.ts'
import type { Tunnel, TunnelOptions } from './tunnel.ts'

/** A tunnel in whose place a person can take another way. */
export interface KeptTunnel extends Tunnel {
  /** The public URL that counts before the tunnel has told one, without a trailing slash; null: none. */
  knownUrl(): string | null
  ways(): Promise<TunnelChoice>
  /** Closes what is open and opens that way. @throws UserError when it is not ready here */
  use(name: TunnelChoiceWay['name']): Promise<void>
}

/** Who can be asked and told; the rest is as usual where it is absent. */
export interface KeptTunnelOptions extends Pick<TunnelOptions, 'environment' | 'pace'> {
  /** null: nobody is there to be asked. */
  readonly ask: AskTunnel | null
  /** Takes lines for people. */
  log(line: string): void
}

/** Its name and its URL are kept for the next start, and what it runs for the case that hookscope is killed. */
export async function openKeptTunnel(
  settings: Settings,
  kept: SettingStore,
  { port, issueProbe }: Pick<Receiver, 'port' | 'issueProbe'>,
  { ask, log, environment = process.env, pace = {} }: KeptTunnelOptions,
): Promise<KeptTunnel> {
  const started: PlainTunnel =
    settings.tunnel === 'auto' ? await chooseTunnel({ settings, environment, kept, ask, log }) : settings.tunnel
  const isDeclined = settings.tunnel === 'auto' && started === 'none'
  const children = keepChildren(kept, 'tunnel-children')
  /** What the console may have, whatever is open meanwhile. */
  let consoleUrl = await kept.get('public-url')
  let subdomain = await kept.get('subdomain')
  const number = await keptNumber(settings, kept)
  /** What is kept behind what happens, in its order. What the database does not take now, it tells of by itself. */
  const inTurn = pLimit(1)
  const keep = (work: () => Promise<void>) => void inTurn(() => whereStoreCan(work))
  let way = started
  /** The way that was asked for last: it is opened once what is open is closed. */
  let asked = started
  /** The URL that each way had last in this run. */
  const urls = new Map<PlainTunnel, string>()
  if (settings.publicUrl !== null) urls.set(started, settings.publicUrl)
  /** Ways that were left since they failed. */
  const failed = new Set<PlainTunnel>()

  async function ways() {
    const { readinessOf } = await import('./readiness.ts')
    const found = choiceOf(await readinessOf({ settings, environment }), { started, settings, current: way })
    return found.map(one => ({ ...one, ...sameUrl(one, urls, consoleUrl) }))
  }

  async function nextWay(): Promise<TunnelOffer | null> {
    const others = (await ways()).filter(one => one.ready && !one.current && one.name !== 'none')
    const next = others.find(({ name }) => !failed.has(name)) ?? others[0]
    if (next === undefined || next.name === 'none') return null
    const { name, seenBy, stable } = next
    return { name, seenBy, stable, consoleUrl, ...sameUrl(next, urls, consoleUrl) }
  }

  /** The providers are loaded with all that they stand on, but not for who wants none. */
  async function openerOf(provider: PlainTunnel): Promise<() => Tunnel> {
    // The options that were given belong to the way that they were given for.
    const own = provider === started ? settings : noneOf
    const openTunnel =
      provider === 'none' && own.publicUrl === null ? () => noTunnel : (await import('./tunnel.ts')).openTunnel
    return () => {
      way = provider
      return openTunnel({
        provider,
        host: own.tunnelHost,
        ...(own.tunnelRemote !== null && { remote: own.tunnelRemote }),
        named: own.tunnelNamed,
        folder: dataFolder(),
        number,
        children,
        domains: own.tunnelDomain,
        subdomain: own.subdomain,
        keptSubdomain: subdomain,
        publicUrl: own.publicUrl,
        port,
        issueProbe,
        previousUrl: consoleUrl,
        log,
        onSubdomain(name) {
          subdomain = name
          keep(() => kept.set('subdomain', name))
        },
        nextWay,
        environment,
        pace,
      })
    }
  }

  const tunnel = replaceable((await openerOf(started))())
  // What needs no word more is opened again by hookscope alone: the console has its URL.
  const needsWords = [settings.tunnelHost, settings.tunnelNamed, settings.publicUrl].some(one => one !== null)
  tunnel.onChange(now => {
    if (now.state !== 'up') return
    consoleUrl = now.changedFrom ?? now.url
    urls.set(way, now.url)
    keep(() => kept.set('public-url', now.url))
    const taken = way
    if (taken !== 'none' && !(taken === started && needsWords)) keep(() => rememberTunnel(kept, taken))
  })
  const status = (): TunnelStatus => {
    const now = tunnel.status()
    return now.state === 'off' && isDeclined ? { ...now, declined: true } : now
  }
  return {
    ...tunnel,
    async close() {
      await tunnel.close()
      await inTurn(async () => {})
    },
    status,
    knownUrl: () => (way === started ? settings.publicUrl : null),
    async ways() {
      const isChosen = settings.tunnel === 'auto' && settings.publicUrl === null
      const options = startText(started, settings.publicUrl)
      return { ways: await ways(), consoleUrl, nextStart: isChosen ? null : { name: started, options } }
    },
    async use(name) {
      const found = (await ways()).find(one => one.name === name)
      if (found === undefined)
        throw new UserError(`There is no way ${name} to open here.`, 'All ways: hookscope tunnels')
      if (!found.ready)
        throw new UserError(`${name} cannot be opened here: ${found.note}.`, 'All ways: hookscope tunnels')
      const { state } = tunnel.status()
      // Opened anew it could have another URL. What has given up may be tried again.
      if (name === asked && state !== 'down')
        throw new UserError(`${wayName(found)} is open already.`, 'Nothing was changed.')
      asked = name
      // Who looks at the terminal may not be who took it.
      const left = state === 'off' ? '' : '; the one of before leads nowhere meanwhile'
      log(`Opening ${wayName(found)} … Its Hook URL follows${left}.`)
      if (state === 'retrying' || state === 'down') failed.add(way)
      await tunnel.replace(await openerOf(name))
    },
  }
}

/** Whether a way has the URL that the console may have: a URL is one way's, and no longer than the way keeps it. */
function sameUrl(
  { name, stable }: Pick<TunnelChoiceWay, 'name' | 'stable'>,
  urls: ReadonlyMap<PlainTunnel, string>,
  consoleUrl: string | null,
): Pick<TunnelChoiceWay, 'sameUrl'> {
  if (consoleUrl === null || stable === 'no') return {}
  const own = urls.get(name)
  if (own === consoleUrl) return { sameUrl: stable === 'yes' ? 'yes' : 'maybe' }
  const isOthers = own !== undefined || [...urls.values()].includes(consoleUrl)
  return isOthers ? {} : { sameUrl: 'maybe' }
}

/** What no option was given for. */
const noneOf = {
  tunnelHost: null,
  tunnelRemote: null,
  tunnelNamed: null,
  tunnelDomain: [],
  subdomain: null,
  publicUrl: null,
} as const

const startText = (started: PlainTunnel, publicUrl: string | null) =>
  started === 'none' && publicUrl !== null ? `--public-url ${publicUrl}` : `--tunnel ${started}`

/** Tells the tunnels of several databases with one SSH key apart: the usual one has the first, each other one its own. */
async function keptNumber({ db }: Settings, kept: SettingStore): Promise<number> {
  if (db === defaultDatabase()) return 1
  const known = Number((await kept.get('tunnel-number')) ?? 0)
  if (known > 1) return known
  const number = randomInt(2, 65_536)
  await kept.set('tunnel-number', String(number))
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

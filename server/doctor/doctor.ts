/** Looks at everything a delivery needs on its way here, and says what is wrong with what to do. Changes nothing. */
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Status } from '../../core/api/messages.ts'
import type { TunnelOffer } from '../../core/api/tunnel.ts'
import { deliveriesWords } from '../../core/deliveries/leftover.ts'
import { type DoctorLine, type DoctorReport, reportOf } from '../../core/doctor/doctor.ts'
import { isLoopback } from '../../core/http/loopback.ts'
import { throughProxy } from '../../core/http/outcome.ts'
import type { Query } from '../../core/search/query.ts'
import { dayMs, sinceText } from '../../core/text/duration.ts'
import { offerSentence } from '../../core/tunnels/taking.ts'
import { defaultPorts } from '../config/settings.ts'
import { errorLine } from '../lib/errors.ts'
import { type HttpProxy, ProxyFailure, proxyProblem, toProxy } from '../proxy/proxy.ts'
import { proxyFor, proxyNameFor, proxyVariables } from '../proxy/proxy-for.ts'
import type { Store } from '../store/store.ts'
import { readinessOf, type TunnelSettings } from '../tunnel/readiness.ts'

/** What is looked at: a workspace, as far as it matters here. */
export interface Examined {
  readonly store: Pick<Store, 'deliveries'>
  readonly isListening: boolean
  readonly tunnelSettings: TunnelSettings
  readonly listening: { addresses(): { readonly localUrl: string } }
  status(): Status
}

/** What is looked at beside it. */
export interface DoctorOptions {
  readonly environment: NodeJS.ProcessEnv
  /** Such as `20.19.1`; default: that of this process. */
  readonly nodeVersion?: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

type Line = Omit<DoctorLine, 'id' | 'title'>
const line = (id: string, title: string, found: Line): DoctorLine => ({ id, title, ...found })
const ok = (text: string): Line => ({ status: 'ok', text, fix: null })
const warn = (text: string, fix: string): Line => ({ status: 'warn', text, fix })
const fail = (text: string, fix: string): Line => ({ status: 'fail', text, fix })
const untried = (text: string, fix: string | null = null): Line => ({ status: 'untried', text, fix })

const restart = 'Start hookscope, and run hookscope doctor beside it.'
const connectMs = 3000
/** A verified delivery that is older than this says little about today. */
const freshMs = 7 * dayMs
/** A probe that came through longer ago than this says nothing about now; the supervision asks every 60 s at most. */
const probeFreshMs = 120_000

/** Never rejects: what cannot be looked at is a line. */
export async function examine(workspace: Examined, options: DoctorOptions): Promise<DoctorReport> {
  const status = workspace.status()
  const guarded = async (id: string, title: string, look: () => Line | Promise<Line>): Promise<DoctorLine> => {
    try {
      return line(id, title, await look())
    } catch (error) {
      return line(
        id,
        title,
        fail(`It could not be looked at: ${errorLine(error)}.`, 'Try again; if it stays, report it.'),
      )
    }
  }
  const lines = await Promise.all([
    guarded('node', 'Node.js', () => nodeLine(options.nodeVersion ?? process.versions.node)),
    guarded('database', 'Database', () => databaseLine(workspace, status)),
    guarded('clock', 'Clock', () => clockLine(workspace, options.now())),
    guarded('ports', 'Ports', () => portsLine(workspace)),
    guarded('proxy', 'Proxy variables', proxyLine),
    ...(await tunnelLines(workspace.tunnelSettings, options.environment)),
    guarded('dns', 'Name of the public URL', () => dnsLine(workspace, status)),
    guarded('public-url', 'Public URL, from outside', async () =>
      alsoThrough(publicLine(workspace, status, options.now()), await publicProxy(status)),
    ),
    guarded('keys', 'Keys', () => keysLine(status)),
    guarded('last-verified', 'Last verified delivery', () => lastVerifiedLine(workspace, options.now())),
    guarded('events', 'Events', () => eventsLine(workspace, status)),
    ...(status.forward === null
      ? [
          guarded('target', 'Your app', () =>
            untried('Nothing is forwarded.', 'Forward with --forward URL, or in the inspector.'),
          ),
        ]
      : status.forward.targets.map((target, index) =>
          guarded(index === 0 ? 'target' : `target.${index + 1}`, 'Your app', () => targetLine(target)),
        )),
  ])
  return reportOf(lines, new Date(options.now()).toISOString())
}

function nodeLine(version: string): Line {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 14) || major > 22
  return fits ? ok(`${version}.`) : fail(`${version} is too old.`, 'Install Node.js 20.19, 22.14 or newer.')
}

async function databaseLine({ store }: Examined, { db, trouble }: Status): Promise<Line> {
  if (trouble !== null) return fail(trouble.message, trouble.hint)
  const { total } = await store.deliveries.facets()
  return ok(`${db} is read; ${deliveriesWords(total)}.`)
}

/** Nobody outside is asked for the time: only a clock that went back is found. */
async function clockLine({ store }: Examined, now: number): Promise<Line> {
  const [newest] = (await store.deliveries.list({ ...newestOf([]), limit: 1 })).deliveries
  if (newest === undefined) return untried('There is no delivery whose time it could be compared with.')
  const aheadMs = Date.parse(newest.receivedAt) - now
  return aheadMs > 60_000
    ? fail(`It is behind the newest delivery, which came at ${newest.receivedAt}.`, "Set this machine's clock.")
    : ok('It is not behind the newest delivery.')
}

async function portsLine({ isListening, listening }: Examined): Promise<Line> {
  if (isListening) {
    const { localUrl } = listening.addresses()
    const { hostname, port } = new URL(localUrl)
    return (await takesConnections(hostname, Number(port)))
      ? ok(`The receiver takes connections at ${localUrl}.`)
      : fail(`The receiver does not take connections at ${localUrl}.`, 'Restart hookscope.')
  }
  const taken = []
  for (const port of [defaultPorts.receiver, defaultPorts.inspector]) if (!(await isFree(port))) taken.push(port)
  if (taken.length === 0) return ok(`${defaultPorts.receiver} and ${defaultPorts.inspector} are free.`)
  return warn(
    `${taken.join(' and ')} ${taken.length === 1 ? 'is' : 'are'} in use: hookscope takes a free port instead.`,
    'End the program that uses it, or choose with --port and --inspector-port, where a proxy leads to a fixed port.',
  )
}

/** Only whether it takes connections: whether it leads anywhere, what goes through it says. */
async function proxyLine(): Promise<Line> {
  const variables = proxyVariables()
  if (variables.length === 0) return ok('None is set.')
  const set = `${variables.join(' and ')} ${variables.length === 1 ? 'is' : 'are'} set`
  const proxies = new Map<string, HttpProxy>()
  for (const url of anywhere) {
    try {
      const proxy = await proxyFor(new URL(url))
      if (proxy !== null) proxies.set(proxy.name, proxy)
    } catch (error) {
      if (!(error instanceof ProxyFailure)) throw error
      return fail(`${set}. ${error.message}`, error.hint)
    }
  }
  if (proxies.size === 0) return ok(`${set}, and NO_PROXY leaves everything out.`)
  for (const proxy of proxies.values()) {
    const { host, port } = toProxy(proxy)
    if (await takesConnections(host, Number(port))) continue
    const { message, hint } = proxyProblem(null, proxy, false)
    return fail(`${set}. ${message}`, hint)
  }
  const names = [...proxies.keys()]
  return ok(
    `${set}. Requests to your app, to an endpoint under check and to a tunnel server go through ${names.join(' and ')}, which ${names.length === 1 ? 'accepts' : 'accept'} connections; hosts in NO_PROXY are reached directly. Of the tunnels themselves only ngrok’s uses a proxy.`,
  )
}

/** What nobody would name in NO_PROXY. */
const anywhere = ['https://hookscope.invalid', 'http://hookscope.invalid']

/** Of each way, whether it is set up here; none is opened for it. */
async function tunnelLines(settings: TunnelSettings, environment: NodeJS.ProcessEnv): Promise<Promise<DoctorLine>[]> {
  const seen = new Set<string>()
  const ready = await readinessOf({ settings, environment })
  return ready.map(async ({ way, ready: isReady, note }) => {
    const id = `tunnel.${way.name}${seen.has(way.name) ? '.quick' : ''}`
    seen.add(way.name)
    const title = `Tunnel ${way.name}${way.name === 'cloudflared' && way.account === null ? ', without account' : ''}`
    // That it is set up is not that it works: that is the public URL's line.
    return line(id, title, untried(`${isReady ? 'Set up' : 'Not set up'}: ${note}.`))
  })
}

/** The public URL, where there is one. */
function publicUrlOf({ tunnel }: Status): URL | null {
  const url = tunnel.state === 'off' || tunnel.state === 'starting' ? null : tunnel.url
  return url === null ? null : new URL(url)
}

async function dnsLine({ isListening }: Examined, status: Status): Promise<Line> {
  const url = publicUrlOf(status)
  if (url === null) return untried('There is no public URL.', isListening ? null : restart)
  if (isLoopback(url.hostname)) return untried(`${url.hostname} is this machine.`)
  const proxy = await proxyNameFor(url)
  if (proxy !== null) return untried(`The proxy ${proxy} looks ${url.hostname} up.`)
  try {
    const found = await lookup(url.hostname, { all: true })
    return ok(`${url.hostname} is ${found.map(({ address }) => address).join(', ')}.`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer'
    return fail(
      `${url.hostname} cannot be found (${code}).`,
      'Look whether this machine is online, and at its DNS servers.',
    )
  }
}

const otherWay = (offer: TunnelOffer | undefined) =>
  offer === undefined ? 'Other ways: hookscope tunnels' : offerSentence(offer)

/** The proxy that the public URL is asked through. */
async function publicProxy(status: Status): Promise<string | null> {
  const url = publicUrlOf(status)
  return url && proxyNameFor(url)
}

/** A message that names the proxy already stays as it is. */
const alsoThrough = (found: Line, proxy: string | null): Line =>
  proxy === null || found.text.includes(proxy)
    ? found
    : { ...found, text: `${found.text} It goes ${throughProxy(proxy)}.` }

function publicLine({ isListening }: Examined, { tunnel }: Status, now: number): Line {
  switch (tunnel.state) {
    case 'off':
      return isListening
        ? warn(
            `${tunnel.declined ? 'No tunnel was wanted at the start' : 'hookscope was started without a tunnel'}: the gateway cannot reach this machine.`,
            'Open one in Settings > Tunnel, or press t in its terminal.',
          )
        : untried('No tunnel is open.', restart)
    case 'starting':
      return untried('The tunnel is opening.', 'Run hookscope doctor again in a moment.')
    case 'retrying':
      return fail(tunnel.reason, `hookscope keeps trying. ${otherWay(tunnel.offer)}`)
    case 'down':
      return fail(tunnel.reason, `${tunnel.hint} ${otherWay(tunnel.offer)}`)
    case 'up': {
      const reachedMs = tunnel.reachedAt === undefined ? null : now - Date.parse(tunnel.reachedAt)
      if (reachedMs === null || tunnel.roundTripMs === null)
        return untried(`${tunnel.url} was not asked yet.`, 'Run hookscope doctor again in a moment.')
      if (reachedMs > probeFreshMs)
        return warn(
          `${tunnel.url} led here ${sinceText(reachedMs)}, and was not asked since.`,
          'Run hookscope doctor again in a moment.',
        )
      const reached = `${tunnel.url} led here ${sinceText(reachedMs) ?? 'just now'}, in ${tunnel.roundTripMs} ms.`
      if (tunnel.changedFrom !== null)
        return warn(
          `${reached} The console may still have ${tunnel.changedFrom}.`,
          'Replace Hook URL in the console, and choose Save Changes.',
        )
      return tunnel.url.startsWith('https:')
        ? ok(reached)
        : warn(`${reached} It is not https.`, 'The console takes an https address alone.')
    }
  }
}

function keysLine({ hooks }: Status): Line {
  if (hooks.length === 0) return untried('There is no hook yet.', restart)
  const without = hooks.filter(({ signing }) => signing.kind === 'none').map(({ label }) => `“${label}”`)
  return without.length === 0
    ? ok(`Every signature is checked (${hooks.length === 1 ? '1 hook' : `${hooks.length} hooks`}).`)
    : warn(
        `There is no key for ${without.join(', ')}: anybody could have sent what arrives there.`,
        'Give the Signature Key of the console with --signature-key, or in the inspector.',
      )
}

type Terms = Query['terms']
const verified: Terms = [{ negated: false, anyOf: [{ field: 'is', state: 'verified' }], span: { start: 0, end: 0 } }]
const newestOf = (terms: Terms) => ({
  query: { terms },
  before: null,
  grouped: false,
  whole: true,
})

async function lastVerifiedLine({ store }: Examined, now: number): Promise<Line> {
  const [newest] = (await store.deliveries.list({ ...newestOf(verified), limit: 1 })).deliveries
  if (newest === undefined)
    return untried(
      'No delivery was verified yet.',
      'Make a sale in the sandbox, or send a test event in the inspector.',
    )
  const age = now - Date.parse(newest.receivedAt)
  const text = `#${newest.id}, ${sinceText(age) ?? 'in the future'}.`
  return age > freshMs ? warn(text, 'Make a sale in the sandbox to see whether they still arrive.') : ok(text)
}

/** What was chosen in the hooks here against what came. Where nothing was chosen nothing is known. */
async function eventsLine({ store }: Examined, { hooks }: Status): Promise<Line> {
  const chosen = new Set<string>(hooks.flatMap(({ events }) => events))
  if (chosen.size === 0)
    return untried('No hook here says which events its webhook has.', 'Choose them in the inspector, under Hooks.')
  const { types } = await store.deliveries.facets()
  const came = new Set(types.map(({ type }) => type))
  const others = types.filter(({ type, family }) => family !== null && !chosen.has(type)).map(({ type }) => type)
  const missing = [...chosen].filter(type => !came.has(type))
  if (others.length > 0)
    return warn(
      `${others.join(', ')} came, which no hook here has chosen.`,
      'Choose them in the hook here as well, or take them out of the webhook in the console.',
    )
  return missing.length === 0
    ? ok(`All ${chosen.size} chosen events have come.`)
    : untried(
        `${chosen.size - missing.length} of ${chosen.size} chosen events have come. Not yet: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ' and others' : ''}.`,
        'The sandbox help of the inspector says what brings which event.',
      )
}

type Target = NonNullable<Status['forward']>['targets'][number]

function targetLine(found: Target): Line {
  const { proxy, state, target } = found
  if (proxy === undefined) return seenLine(found)
  if (state === 'unknown')
    return untried(
      `${target} is behind the proxy ${proxy}, which does not say whether it is there.`,
      'Send a delivery.',
    )
  if (state === 'up' && found.answered === null && target.startsWith('https:'))
    return ok(`The proxy ${proxy} connects to ${target}, and the TLS handshake works. No delivery was answered yet.`)
  return alsoThrough(seenLine(found), proxy)
}

function seenLine({ target, state, error, answered }: Target): Line {
  if (state === 'unknown') return untried(`${target} was not looked at yet.`)
  if (state === 'down')
    return fail(`${target}: ${error?.message ?? 'nothing answers there.'}`, error?.hint ?? 'Start your app.')
  if (answered === null) return ok(`${target} takes connections. No delivery was answered yet.`)
  return answered.status >= 200 && answered.status < 300
    ? ok(`${target} last answered ${answered.status}.`)
    : warn(`${target} last answered ${answered.status}.`, "Look at the delivery's attempts in the inspector.")
}

async function takesConnections(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port, timeout: connectMs })
  try {
    await Promise.race([
      once(socket, 'connect'),
      once(socket, 'timeout').then(() => Promise.reject(new Error('time-out'))),
    ])
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    await new Promise(resolve => server.close(resolve))
    return true
  } catch {
    return false
  }
}

/** Looks at everything a delivery needs on its way here, and says what is wrong with what to do. Changes nothing. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Status } from '../../core/api/messages.ts'
import { deliveriesWords } from '../../core/deliveries/leftover.ts'
import { type DoctorLine, type DoctorReport, reportOf } from '../../core/doctor/doctor.ts'
import type { Query } from '../../core/search/query.ts'
import { dayMs, sinceText } from '../../core/text/duration.ts'
import { defaultPorts } from '../config/settings.ts'
import { errorLine } from '../lib/errors.ts'
import { type HttpProxy, ProxyFailure, proxyProblem, toProxy } from '../proxy/proxy.ts'
import { proxyFor, proxyVariables } from '../proxy/proxy-for.ts'
import { appLine } from './app-line.ts'
import { alsoThrough, type Examined, type Found, fail, line, ok, restart, untried, warn } from './line.ts'
import { dnsLine, publicLine, publicProxy, wayLines } from './way-in.ts'

/** What is looked at beside it. */
export interface DoctorOptions {
  readonly environment: NodeJS.ProcessEnv
  /** Such as `20.19.1`; default: that of this process. */
  readonly nodeVersion?: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const connectMs = 3000
/** A verified delivery that is older than this says little about today. */
const freshMs = 7 * dayMs
/** Never rejects: what cannot be looked at is a line. */
export async function examine(workspace: Examined, options: DoctorOptions): Promise<DoctorReport> {
  const status = workspace.status()
  const guarded = async (id: string, title: string, look: () => Found | Promise<Found>): Promise<DoctorLine> => {
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
    ...(await wayLines(workspace.tunnelSettings, options.environment)),
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
          guarded(index === 0 ? 'target' : `target.${index + 1}`, 'Your app', () => appLine(target)),
        )),
  ])
  return reportOf(lines, new Date(options.now()).toISOString())
}

function nodeLine(version: string): Found {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 14) || major > 22
  return fits ? ok(`${version}.`) : fail(`${version} is too old.`, 'Install Node.js 20.19, 22.14 or newer.')
}

async function databaseLine({ store }: Examined, { db, trouble }: Status): Promise<Found> {
  if (trouble !== null) return fail(trouble.message, trouble.hint)
  const { total } = await store.deliveries.facets()
  return ok(`${db} is read; ${deliveriesWords(total)}.`)
}

/** Nobody outside is asked for the time: only a clock that went back is found. */
async function clockLine({ store }: Examined, now: number): Promise<Found> {
  const [newest] = (await store.deliveries.list({ ...newestOf([]), limit: 1 })).deliveries
  if (newest === undefined) return untried('There is no delivery whose time it could be compared with.')
  const aheadMs = Date.parse(newest.receivedAt) - now
  return aheadMs > 60_000
    ? fail(`It is behind the newest delivery, which came at ${newest.receivedAt}.`, "Set this machine's clock.")
    : ok('It is not behind the newest delivery.')
}

async function portsLine({ isListening, listening }: Examined): Promise<Found> {
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
async function proxyLine(): Promise<Found> {
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

function keysLine({ hooks }: Status): Found {
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

async function lastVerifiedLine({ store }: Examined, now: number): Promise<Found> {
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
async function eventsLine({ store }: Examined, { hooks }: Status): Promise<Found> {
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

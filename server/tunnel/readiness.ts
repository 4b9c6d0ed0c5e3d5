/** Which ways to the internet are set up on this machine; nothing is opened, and nobody outside is asked. */
import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { type WayFacts, ways } from '../../core/tunnels/ways.ts'
import type { Settings } from '../config/settings.ts'

/** Whether a way could be opened here now, as far as can be seen from here. */
export interface Readiness {
  readonly way: WayFacts
  readonly ready: boolean
  /** Why, or what is missing: the end of a sentence without its full stop. */
  readonly note: string
}

/** The settings that a way of the user's own needs. */
export type TunnelSettings = Pick<Settings, 'tunnelHost' | 'tunnelNamed' | 'publicUrl'>

/** What is looked at. */
export interface ReadinessInput {
  /** Programs are looked for on its PATH. */
  readonly environment: NodeJS.ProcessEnv
  readonly settings: TunnelSettings
  /** Where programs keep their configuration; default: this user's home. */
  readonly home?: string
}

/** Every way, in the order of preference. Never rejects. */
export async function readinessOf(input: ReadinessInput): Promise<readonly Readiness[]> {
  const programs = new Map<string, Promise<boolean>>()
  const has = (program: string) => {
    const known = programs.get(program) ?? isOnPath(program, input.environment)
    programs.set(program, known)
    return known
  }
  return Promise.all(
    ways.map(async way => {
      if (way.program === null) return { way, ready: true, note: 'built in' }
      if (!(await has(way.program))) return { way, ready: false, note: `${way.program} is not on the PATH` }
      return { way, ...(await setUp(way, input)) }
    }),
  )
}

async function setUp(way: WayFacts, input: ReadinessInput): Promise<Omit<Readiness, 'way'>> {
  const { settings } = input
  if (way.name === 'ssh') {
    const ready = settings.tunnelHost !== null && settings.publicUrl !== null
    return { ready, note: ready ? `to ${settings.tunnelHost}` : 'needs --tunnel-host and --public-url' }
  }
  if (way.name === 'cloudflared' && way.account !== null) {
    const ready = settings.tunnelNamed !== null && settings.publicUrl !== null
    return { ready, note: ready ? 'configured' : 'needs --tunnel-name or --tunnel-token-file, and --public-url' }
  }
  if (way.name === 'ngrok') return ngrokSetUp(input)
  if (way.name === 'tailscale') return tailscaleSetUp(input)
  return { ready: true, note: `${way.program} is on the PATH` }
}

async function ngrokSetUp({ environment, home = homedir() }: ReadinessInput): Promise<Omit<Readiness, 'way'>> {
  if ((environment['NGROK_AUTHTOKEN'] ?? '') !== '') return { ready: true, note: 'NGROK_AUTHTOKEN is set' }
  const places = [
    join(environment['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'ngrok', 'ngrok.yml'),
    join(home, 'Library', 'Application Support', 'ngrok', 'ngrok.yml'),
    ...(environment['LOCALAPPDATA'] === undefined ? [] : [join(environment['LOCALAPPDATA'], 'ngrok', 'ngrok.yml')]),
    join(home, '.ngrok2', 'ngrok.yml'),
  ]
  const texts = await Promise.all(places.map(place => readFile(place, 'utf8').catch(() => '')))
  const ready = texts.some(text => /^\s*authtoken:\s*\S/m.test(text))
  return { ready, note: ready ? 'it has an authtoken' : 'no authtoken: run ngrok config add-authtoken TOKEN' }
}

/** Of `tailscale status --json`, as 1.58 to 1.90 print it: ipn/ipnstate. */
const statusSchema = z.object({
  BackendState: z.string(),
  Self: z.object({ CapMap: z.record(z.string(), z.unknown()).nullish() }).nullish(),
})

async function tailscaleSetUp({ environment }: ReadinessInput): Promise<Omit<Readiness, 'way'>> {
  try {
    const { stdout } = await promisify(execFile)('tailscale', ['status', '--json'], {
      env: environment,
      timeout: 3000,
      windowsHide: true,
    })
    const { BackendState, Self } = statusSchema.parse(JSON.parse(stdout))
    if (BackendState !== 'Running') return { ready: false, note: 'not connected: run tailscale up' }
    const isAllowed = Object.keys(Self?.CapMap ?? {}).includes('funnel')
    return {
      ready: isAllowed,
      note: isAllowed ? 'Funnel is allowed' : 'Funnel is not allowed: tailscale.com/s/no-funnel',
    }
  } catch {
    return { ready: false, note: 'the Tailscale service does not answer' }
  }
}

/** Whether a program of that name can be run. */
export async function isOnPath(name: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const endings = process.platform === 'win32' ? (environment['PATHEXT'] ?? '.EXE;.CMD').split(';') : ['']
  const folders = (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter).filter(folder => folder !== '')
  const places = folders.flatMap(folder => endings.map(ending => join(folder, `${name}${ending}`)))
  const found = await Promise.all(
    places.map(place =>
      access(place, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}

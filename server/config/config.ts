/** Settings from all sides: defaults, then the config file, then the environment, then options; the later wins. */
import { basename, join, resolve } from 'node:path'
import envPaths from 'env-paths'
import { isLoopback } from '../../core/http/loopback.ts'
import { readTime } from '../../core/text/duration.ts'
import { exitCodes, UserError, usageError } from '../lib/errors.ts'
import { patternsOf, routesOfConfig, routesOfTexts } from '../sender/routes.ts'
import { checkedHeaderLines, type SendingRules } from '../sender/target.ts'
import { type ConfigSource, countingFields, readConfig } from './config-read.ts'
import { absolutePlace, inHome } from './home.ts'
import {
  type Config,
  type ConfigField,
  defaults,
  fromText,
  isOrchestrated,
  optionName,
  type Settings,
  strayVariables,
  type TextField,
  textFields,
  variableName,
} from './settings.ts'

/** Values of the command line as they were typed; flags as booleans. */
export type TextOptions = Partial<Record<TextField, string | boolean | readonly string[]>>

export interface ConfigInput extends ConfigSource {
  /** As they were typed. */
  readonly options: TextOptions
}

export interface LoadedSettings {
  readonly settings: Settings
  /** The config file's own fields, for the secrets in them, whose paths are absolute; empty when there is no file. */
  readonly file: Config
  /** Absolute path of the config file that was used. */
  readonly filePath: string | null
  /** Which of its fields count: those that neither an option nor the environment gives. */
  readonly fileSets: readonly ConfigField[]
  /** Absolute path of one that is code and was not run. */
  readonly leftOut: string | null
  /** Settings that have no effect, one sentence each. */
  readonly warnings: readonly string[]
}

const fieldNames = Object.keys(textFields).filter((name): name is TextField => name in textFields)

/** A config of the text fields for which `read` has something. @param exitCode for a value that is wrong */
async function fromTexts(
  exitCode: number,
  read: (field: TextField) => { where: string; value: string | boolean | readonly string[] } | null,
): Promise<Config> {
  const config: Config = {}
  for (const field of fieldNames) {
    const given = read(field)
    if (given === null) continue
    const value = typeof given.value === 'string' ? fromText(field, given.value) : given.value
    const { checkConfig } = await import('./check-config.ts')
    Object.assign(config, checkConfig(given.where, { [field]: value }, exitCode))
  }
  return config
}

/** Where the settings come from, the one that wins first. */
interface Source {
  readonly config: Config
  /** As it is named in messages. */
  where(field: ConfigField): string
  readonly exitCode: number
}

/** Reads a field where it counts, so that a mistake is reported before anything is opened. @throws UserError naming where it stands */
function readFrom<Field extends ConfigField, T>(
  sources: readonly Source[],
  field: Field,
  read: (value: NonNullable<Config[Field]>) => T,
): T | undefined {
  const counting = sources.find(({ config }) => config[field] !== undefined)
  const value = counting?.config[field]
  if (counting === undefined || value === undefined || value === null) return undefined
  try {
    return read(value)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const { exitCode } = counting
    throw new UserError(`${counting.where(field)}: ${error.message}`, error.hint, { cause: error, exitCode })
  }
}

/** What is sent to every target beside the delivery's own. */
function readSending(sources: readonly Source[], { timeout, insecure }: Config): SendingRules {
  const headers = readFrom(sources, 'header', lines => checkedHeaderLines([lines].flat()))
  const timeoutMs = timeout === undefined ? null : readTime(timeout)
  return {
    ...(headers !== undefined && { headers }),
    ...(timeoutMs !== null && { timeoutMs }),
    ...(insecure === true && { insecure }),
  }
}

/** @returns the base of Hook URLs, without a slash at its end @throws UserError for parts that no Hook URL can have */
function readPublicUrl(text: string): string {
  const url = new URL(text)
  const extra =
    url.username !== '' || url.password !== ''
      ? 'a user name or a password'
      : text.includes('?')
        ? 'a query'
        : text.includes('#')
          ? 'a part after #'
          : null
  if (extra !== null)
    throw usageError(
      `The public URL contains ${extra}, which cannot be part of every Hook URL.`,
      'Give it as https://HOST, or https://HOST/PATH when a path of a proxy leads to the receiver.',
    )
  return url.href.replace(/\/+$/, '')
}

/** Which tunnels have a use for a setting. */
const usedBy = {
  subdomain: ['localtunnel'],
  tunnelHost: ['localtunnel', 'ssh'],
  tunnelDomain: ['localtunnel'],
  tunnelRemote: ['ssh'],
  tunnelName: ['cloudflared'],
  tunnelTokenFile: ['cloudflared'],
} as const

/** The tunnel that is named, or that other settings can only mean; `auto` where nothing says which. */
function impliedTunnel(config: Config): Settings['tunnel'] {
  const { tunnel = defaults.tunnel, tunnelHost, tunnelDomain, subdomain, publicUrl } = config
  if (tunnel !== 'auto') return tunnel
  if (tunnelHost !== undefined) return /^https?:/.test(tunnelHost) ? 'localtunnel' : 'ssh'
  if (publicUrl === undefined && (tunnelDomain ?? subdomain) !== undefined) return 'localtunnel'
  return namedOf(config) !== null ? 'cloudflared' : 'auto'
}

function namedOf({ tunnelName, tunnelTokenFile }: Config): Settings['tunnelNamed'] {
  if (tunnelTokenFile !== undefined) return { tokenFile: resolve(inHome(tunnelTokenFile)) }
  return tunnelName === undefined ? null : { name: tunnelName }
}

/** An address as systems write it: `0:0::1` as `::1`. */
const canonicalAddress = (text: string) =>
  URL.canParse(`http://[${text}]`) ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text

/** What a tunnel lacks; null: nothing. */
function tunnelProblem(
  tunnel: Config['tunnel'],
  { publicUrl, tunnelHost }: Config,
  isNamed: boolean,
): { readonly message: string; readonly hint: string } | null {
  const isOrigin = tunnelHost !== undefined && URL.canParse(tunnelHost) && /^https?:/.test(tunnelHost)
  if (tunnel === 'localtunnel' && tunnelHost !== undefined && !isOrigin)
    return {
      message: 'The tunnel server of localtunnel is an http or https address.',
      hint: 'Give --tunnel-host https://HOST; for an SSH server use --tunnel ssh.',
    }
  if (tunnel === 'ssh' && (tunnelHost === undefined || isOrigin || publicUrl === undefined))
    return {
      message: 'A tunnel through an SSH server needs the server, and the https address whose proxy there leads to it.',
      hint: 'Give both: --tunnel ssh --tunnel-host user@host --public-url https://HOST. Without a server of your own: --tunnel srv.us',
    }
  if (tunnel === 'cloudflared' && isNamed && publicUrl === undefined)
    return {
      message: 'A tunnel of your Cloudflare account needs the address that leads to it.',
      hint: 'Add --public-url https://HOST, the public hostname of the tunnel.',
    }
  return null
}

/** This user's data folder: where deliveries are kept unless told otherwise, and hookscope's SSH key. */
export const dataFolder = (): string => envPaths('hookscope', { suffix: '' }).data

/** Where deliveries are kept unless told otherwise. */
export const defaultDatabase = (): string => join(dataFolder(), 'deliveries.db')

/**
 * @returns the merged settings; paths are absolute (those of the config file relative to it)
 * @throws UserError naming the file, variable or option, the field and what is expected
 */
export async function loadSettings(input: ConfigInput): Promise<LoadedSettings> {
  const { usage, cannotRun } = exitCodes
  const fromEnvironment = await fromTexts(cannotRun, field => {
    const value = input.environment[variableName(field)]
    return value === undefined || value === '' || isOrchestrated(variableName(field), value)
      ? null
      : { where: `The environment variable ${variableName(field)}`, value }
  })
  const fromOptions = await fromTexts(usage, field => {
    const value = input.options[field]
    return value === undefined ? null : { where: `The option ${optionName(field)}`, value }
  })
  const typed: Config = { ...fromEnvironment, ...fromOptions }
  const loaded = await readConfig(input, typed)
  const { file } = loaded
  const fileName = basename(loaded.path ?? '')
  const sources: readonly Source[] = [
    { config: fromOptions, where: optionName, exitCode: usage },
    { config: fromEnvironment, where: variableName, exitCode: cannotRun },
    { config: file, where: field => (field === 'routes' ? fileName : `${fileName}: ${field}`), exitCode: cannotRun },
  ]
  const merged: Config = { ...file, ...typed }
  const sending = readSending(sources, merged)
  const routes = merged.routes ?? []
  readFrom(sources, 'forward', forward => routesOfTexts([forward].flat(), { sending }))
  readFrom(sources, 'routes', () => routesOfConfig({ routes, sending }, null))
  const only = readFrom(sources, 'only', patternsOf) ?? null
  const typedDb = typed.db
  const warnings = [...strayVariables(input.environment), ...loaded.warnings]

  const publicUrl = merged.publicUrl === undefined ? null : readPublicUrl(merged.publicUrl)
  const named = namedOf(merged)
  const asked = impliedTunnel(merged)
  // What leads from there to the receiver is then the tunnel's part.
  const isCarried = asked === 'ssh' || asked === 'ngrok' || (asked === 'cloudflared' && named !== null)
  if (
    publicUrl !== null &&
    fromOptions.tunnel !== undefined &&
    !['none', 'auto'].includes(fromOptions.tunnel) &&
    !isCarried
  ) {
    throw new UserError(
      '--public-url and --tunnel cannot be used together.',
      'Use only one of them: with your own public URL, hookscope opens no tunnel. Exceptions are ssh, ngrok, and cloudflared with --tunnel-name or --tunnel-token-file.',
      { exitCode: usage },
    )
  }
  const tunnel = publicUrl === null || isCarried ? asked : 'none'
  const wrong = tunnelProblem(tunnel, merged, named !== null)
  if (wrong !== null)
    throw new UserError(wrong.message, wrong.hint, { exitCode: fromOptions.tunnel === undefined ? cannotRun : usage })
  if (merged.answer === 'app' && merged.forward === undefined && routes.length === 0) {
    throw new UserError(
      'The app can only answer the gateway when deliveries are forwarded to it.',
      'Add --forward URL, or remove --answer app.',
      { exitCode: fromOptions.answer === undefined ? cannotRun : usage },
    )
  }
  for (const [field, users] of Object.entries(usedBy) as [keyof typeof usedBy, readonly string[]][]) {
    if (merged[field] !== undefined && !users.includes(tunnel))
      warnings.push(
        `${optionName(field)} has no effect: only ${users.join(' and ')} ${users.length === 1 ? 'uses' : 'use'} it.`,
      )
  }

  if (publicUrl !== null) {
    const { protocol, hostname, origin } = new URL(publicUrl)
    if (protocol !== 'https:' && !isLoopback(hostname))
      warnings.push(`${origin} is not https, which the console requires of a Hook URL.`)
  }

  return {
    settings: {
      port: merged.port ?? null,
      inspectorPort: merged.inspectorPort ?? null,
      host: merged.host === undefined ? defaults.host : canonicalAddress(merged.host),
      allowedHosts: [merged.allowedHosts ?? []].flat(),
      forward: [merged.forward ?? []].flat(),
      routes,
      forwardAll: merged.forwardAll ?? defaults.forwardAll,
      only,
      forwardUnsubscribed: merged.forwardUnsubscribed ?? defaults.forwardUnsubscribed,
      sending,
      retryMs: merged.retry === undefined ? defaults.retryMs : (readTime(merged.retry) ?? 0),
      answer: merged.answer ?? defaults.answer,
      observe: merged.observe ?? defaults.observe,
      tunnel,
      tunnelHost: merged.tunnelHost ?? null,
      tunnelRemote: merged.tunnelRemote ?? null,
      tunnelNamed: named,
      tunnelDomain: merged.tunnelDomain?.split(/[\s,]+/) ?? defaults.tunnelDomain,
      subdomain: merged.subdomain ?? null,
      publicUrl,
      open: merged.open ?? null,
      twoFactor: merged.twoFactor ?? defaults.twoFactor,
      db: typedDb === undefined ? (file.db ?? defaultDatabase()) : absolutePlace(input.folder, typedDb),
      label: merged.label ?? null,
      retention: { ...defaults.retention, ...merged.retention },
      limits: { ...defaults.limits, ...merged.limits },
    },
    file,
    filePath: loaded.path,
    fileSets: countingFields(file, typed, input.environment),
    leftOut: loaded.leftOut,
    warnings,
  }
}

/** What `hookscope serve` is told beyond what a listener is: from its options, else from the environment. */
import type { IncomingMessage } from 'node:http'
import { isLoopback } from '../../core/http/loopback.ts'
import { minuteMs, readTime } from '../../core/text/duration.ts'
import { newSecretHint, type ServerEnvironment, secretsOfEnvironment } from '../config/sealed.ts'
import { textOfSecretFile } from '../config/secrets.ts'
import { serverVariables } from '../config/settings.ts'
import { UserError, usageError } from '../lib/errors.ts'
import { clientAddresses } from './client-address.ts'

export const logFormats = ['text', 'json'] as const
export type LogFormat = (typeof logFormats)[number]

/** As typed; null: not given. */
export interface ServeOptions {
  readonly trustedProxies: readonly string[]
  readonly log: string | null
  readonly drain: string | null
}

export interface ServeSettings {
  /** The first seals, all open. */
  readonly secrets: readonly string[]
  clientOf(request: Pick<IncomingMessage, 'rawHeaders' | 'socket'>): string
  /** Whether any proxy is trusted. */
  readonly isBehindProxy: boolean
  /** Lets a monitor have the figures; null: nobody has. */
  readonly metricsToken: string | null
  readonly log: LogFormat
  /** How long it says that it is ending before it takes no more connections, milliseconds. */
  readonly drainMs: number
}

/** So long load balancers have to see that it is ending, milliseconds. */
const usualDrainMs = 1000

/** @throws UserError for what is missing or cannot be, naming where it came from and never a secret */
export async function readServeSettings(options: ServeOptions, from: ServerEnvironment): Promise<ServeSettings> {
  const { environment } = from
  const secrets = await secretsOfEnvironment(from)
  if (secrets === null)
    throw new UserError(
      `hookscope serve needs a secret, ${serverVariables.secret}: the keys of the hooks are sealed with it, and sign-ins signed.`,
      newSecretHint,
      { code: 'secret-missing' },
    )
  const proxies =
    options.trustedProxies.length > 0
      ? options.trustedProxies
      : (environment[serverVariables.trustedProxy] ?? '').split(/[\s,]+/).filter(text => text !== '')
  return {
    secrets,
    clientOf: clientAddresses(proxies),
    isBehindProxy: proxies.length > 0,
    metricsToken: await metricsTokenOf(from),
    log: logFormatOf(options.log ?? (environment[serverVariables.log] || 'text')),
    drainMs: drainOf(options.drain ?? (environment[serverVariables.drain] || null)),
  }
}

async function metricsTokenOf({ environment, warn }: ServerEnvironment): Promise<string | null> {
  const { metricsToken, metricsTokenFile } = serverVariables
  const [given, path] = [environment[metricsToken] || null, environment[metricsTokenFile] || null]
  if (given !== null && path !== null)
    throw new UserError(`${metricsToken} and ${metricsTokenFile} cannot be used together.`, 'Use only one of them.')
  const token = path === null ? given : await textOfSecretFile({ path, source: metricsTokenFile, name: 'token' }, warn)
  if (token !== null && !/^[\x21-\x7e]{16,256}$/.test(token))
    throw new UserError(
      `${path === null ? metricsToken : metricsTokenFile} should be 16 to 256 characters without whitespace.`,
      'Make one with openssl rand -hex 32.',
    )
  return token
}

function logFormatOf(text: string): LogFormat {
  const format = logFormats.find(one => one === text)
  if (format === undefined)
    throw usageError(
      `--log should be ${logFormats.join(' or ')}, not “${text.slice(0, 40)}”.`,
      'Leave it out for text.',
    )
  return format
}

function drainOf(text: string | null): number {
  const ms = text === null ? usualDrainMs : text === '0' ? 0 : (readTime(text) ?? -1)
  if (ms < 0 || ms > minuteMs)
    throw usageError(`--drain should be a time up to a minute, such as 5s, or 0.`, 'Leave it out for a second.')
  return ms
}

/**
 * The origin that browsers know the inspector by.
 * @throws UserError without a public URL, and for one whose cookies and payloads anybody on the way could read
 */
export function servedOrigin(publicUrl: string | null): string {
  if (publicUrl === null)
    throw new UserError(
      'hookscope serve needs the URL that it is reached by.',
      'Give --public-url https://HOST. A proxy that speaks TLS there leads to it: see docs/guides/team.md.',
    )
  const { protocol, hostname, origin } = new URL(publicUrl)
  if (protocol !== 'https:' && !isLoopback(hostname))
    throw new UserError(
      `${origin} is not https: passwords and payloads would cross the network in clear.`,
      'Give --public-url https://HOST. To try it on this machine, http://localhost:PORT is taken.',
    )
  return origin
}

/** Every setting as data: from which environment variable or option each can come. What each may be: schema.ts */
import { splitRoutes } from '../../core/routes/route-text.ts'
import { nearest } from '../../core/text/nearest.ts'
import type { TunnelName } from '../../core/tunnels/ways.ts'
import type { SendingRules } from '../sender/target.ts'
import type { ConfigField, ConfigRoute } from './schema.ts'

export type { Config, ConfigField, ConfigRoute } from './schema.ts'

/** The fields whose values must never be printed. */
export const secretFields = ['signatureKey', 'sourceKey', 'basicAuth'] as const satisfies readonly ConfigField[]

/** The fields that name the file of a secret. */
export const secretFileFields = [
  'signatureKeyFile',
  'sourceKeyFile',
  'basicAuthFile',
] as const satisfies readonly ConfigField[]

/** The fields that can also be given as text: `--inspector-port` and `HOOKSCOPE_INSPECTOR_PORT` for `inspectorPort`. */
export const textFields = {
  port: 'number',
  inspectorPort: 'number',
  host: 'text',
  allowedHosts: 'hosts',
  forward: 'texts',
  forwardAll: 'flag',
  only: 'text',
  forwardUnsubscribed: 'flag',
  header: 'lines',
  timeout: 'text',
  insecure: 'flag',
  retry: 'text',
  answer: 'text',
  observe: 'flag',
  tunnel: 'text',
  tunnelHost: 'text',
  tunnelRemote: 'text',
  tunnelName: 'text',
  tunnelTokenFile: 'text',
  tunnelDomain: 'text',
  subdomain: 'text',
  publicUrl: 'text',
  open: 'flag',
  twoFactor: 'flag',
  db: 'text',
  label: 'text',
} as const satisfies Partial<Record<ConfigField, 'number' | 'text' | 'texts' | 'hosts' | 'lines' | 'flag'>>
export type TextField = keyof typeof textFields

const kebab = (field: string) => field.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

const variablePrefix = 'HOOKSCOPE_'
export const configVariable = `${variablePrefix}CONFIG`
export const tokenVariable = `${variablePrefix}TOKEN`
/** Stands for `--trust-config`, where nobody can be asked. */
export const trustVariable = `${variablePrefix}TRUST_CONFIG`

/** An option that is given once for each of a list is named after one of them, and so is its variable. */
export const optionField = (field: string): string => (field === 'allowedHosts' ? 'allowedHost' : field)
export const optionName = (field: ConfigField | 'config'): string => `--${kebab(optionField(field))}`
export const variableName = (field: ConfigField): string =>
  `${variablePrefix}${kebab(optionField(field)).replaceAll('-', '_').toUpperCase()}`

/**
 * What an orchestrator sets for a service that is called hookscope, not a setting of ours: HOOKSCOPE_PORT=tcp://10.0.0.1:80,
 * HOOKSCOPE_SERVICE_HOST and HOOKSCOPE_PORT_80_TCP_ADDR (Kubernetes, Docker links).
 */
export const isOrchestrated = (name: string, value: string): boolean =>
  (name === variableName('port') && /^(?:tcp|udp|sctp):\/\//i.test(value)) ||
  /^HOOKSCOPE_(?:SERVICE_(?:HOST|PORT)(?:_.+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/.test(name)

/** What a shared receiver is told by the environment alone, or also by an option of `hookscope serve`. */
export const serverVariables = {
  secret: `${variablePrefix}SECRET`,
  secretFile: `${variablePrefix}SECRET_FILE`,
  metricsToken: `${variablePrefix}METRICS_TOKEN`,
  metricsTokenFile: `${variablePrefix}METRICS_TOKEN_FILE`,
  trustedProxy: `${variablePrefix}TRUSTED_PROXY`,
  log: `${variablePrefix}LOG`,
  drain: `${variablePrefix}DRAIN`,
} as const

/** What `--exec` tells the app, and every hookscope that the app starts. */
export const hookUrlVariable = `${variablePrefix}HOOK_URL`
export const targetVariable = `${variablePrefix}TARGET`

/** Those of hookscope's own tests and measurements. */
const variablesAside = /^HOOKSCOPE_(?:TEST|BENCH|CRASH)_/

/** One sentence for each variable that looks like a setting and is none: what it was meant to do does not happen. */
export function strayVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const fieldNames = [...Object.keys(textFields), ...secretFields, ...secretFileFields] as readonly ConfigField[]
  const known = [
    ...fieldNames.map(variableName),
    configVariable,
    tokenVariable,
    trustVariable,
    hookUrlVariable,
    targetVariable,
    ...Object.values(serverVariables),
  ]
  return Object.entries(environment).flatMap(([typed, value]) => {
    const name = typed.toUpperCase()
    if (!name.startsWith(variablePrefix) || variablesAside.test(name) || !value) return []
    if (isOrchestrated(name, value))
      return name === variableName('port')
        ? [
            `${typed} is ignored: an orchestrator set it for a service of that name. Use --port for the receiver's port.`,
          ]
        : []
    if (known.includes(name)) return []
    // Without what all of them begin with, which would make any two alike.
    const short = (of: string) => of.slice(variablePrefix.length)
    const near = nearest(short(name), known.map(short))
    return [`${typed} is not a setting, so it has no effect.${near ? ` Did you mean ${variablePrefix}${near}?` : ''}`]
  })
}

/** A flag as text, in the usual words; undefined when it is none of them. */
export const flagOf = (text: string): boolean | undefined =>
  /^(?:1|true|yes|on)$/i.test(text) ? true : /^(?:0|false|no|off)$/i.test(text) ? false : undefined

/** Text as the field's kind of value; text that does not fit stays text, for the schema to refuse. */
export function fromText(field: TextField, text: string): unknown {
  switch (textFields[field]) {
    case 'number':
      return /^\d{1,9}$/.test(text) ? Number(text) : text
    case 'flag':
      return flagOf(text) ?? text
    case 'text':
      return text
    case 'texts':
      return splitRoutes(text)
    case 'hosts':
      return text.split(/[\s,]+/).filter(host => host !== '')
    case 'lines':
      return text.split(/\r?\n/).filter(line => line.trim() !== '')
  }
}

/** Where the receiver and the inspector listen unless told otherwise. */
export const defaultPorts = { receiver: 4780, inspector: 4781 } as const

/** What a listener is started with; null: not chosen. */
export interface Settings {
  /** null: the default port, or a free one when that is in use. */
  readonly port: number | null
  readonly inspectorPort: number | null
  /** An address beside those of loopback at which the receiver takes connections; null: none. */
  readonly host: string | null
  /** What Host may say at the inspector beside its own names: `name` or `name:port`. */
  readonly allowedHosts: readonly string[]
  /** Targets as they were given; empty: nothing is forwarded. */
  readonly forward: readonly string[]
  /** The routes of the config file. */
  readonly routes: readonly ConfigRoute[]
  /** Each route that fits takes a delivery. */
  readonly forwardAll: boolean
  /** The only events that are forwarded, as patterns; null: all. */
  readonly only: readonly string[] | null
  readonly forwardUnsubscribed: boolean
  /** What every target is sent beside the delivery's own header; the file's routes may say otherwise. */
  readonly sending: SendingRules
  /** How long deliveries are tried again while nobody takes connections at the target, milliseconds. */
  readonly retryMs: number
  readonly answer: 'hookscope' | 'app'
  readonly observe: boolean
  readonly tunnel: TunnelName
  /** A localtunnel server's origin, or an SSH server as `user@host:port`. */
  readonly tunnelHost: string | null
  /** Where the user's own SSH server listens, as `127.0.0.1:4780`. */
  readonly tunnelRemote: string | null
  /** A tunnel of the user's Cloudflare account, by its name or by the file of its token; null: a quick one. */
  readonly tunnelNamed: { readonly name: string } | { readonly tokenFile: string } | null
  /** Domains and addresses beside the tunnel server's own that its URLs and relays may lie at. */
  readonly tunnelDomain: readonly string[]
  readonly subdomain: string | null
  readonly publicUrl: string | null
  /** null: decided at start. */
  readonly open: boolean | null
  /** Hooks of the local inspector ask for a second factor, as the console does. */
  readonly twoFactor: boolean
  /** An absolute path, or a `postgres://` URL, which may hold a password: `shownDatabase` is to be shown. */
  readonly db: string
  readonly label: string | null
  readonly retention: { readonly count: number | null; readonly days: number | null; readonly bytes: number | null }
  readonly limits: { readonly bodyBytes: number }
}

export const defaults = {
  answer: 'hookscope',
  observe: false,
  twoFactor: false,
  routes: [],
  host: null,
  allowedHosts: [],
  forwardAll: false,
  only: null,
  forwardUnsubscribed: false,
  sending: {},
  retryMs: 30_000,
  tunnel: 'auto',
  tunnelRemote: null,
  tunnelNamed: null,
  tunnelDomain: [],
  retention: { count: 1_000_000, days: 90, bytes: 4_294_967_296 },
  limits: { bodyBytes: 1_048_576 },
} as const

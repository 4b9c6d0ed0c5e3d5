/** Every setting as data: the config file's schema, and from which environment variable or option each can come. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { labelProblem } from '../../core/hooks/hook-rules.ts'
import { splitRoutes } from '../../core/routes/route-text.ts'
import { dayMs, hourMs, readTime } from '../../core/text/duration.ts'
import { nearest } from '../../core/text/nearest.ts'
import { sshPlaceOf } from '../../core/tunnels/ssh-place.ts'
import { type TunnelName, tunnelNames } from '../../core/tunnels/ways.ts'
import type { SendingRules } from '../sender/target.ts'

/** A description follows "should be", so that one sentence serves the file, the environment and the command line. */
const port = z.int().min(0).max(65_535).describe('a whole number from 0 to 65535 (0 for any free port)')
const origin = z
  .string()
  .refine(text => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).pathname === '/')
  .describe('an http or https address without a path, such as https://hooks.example.com')
const flagWords = 'true or false'
const flag = z.boolean().describe(flagWords)
const amount = (what: string) =>
  z.int().min(1).nullable().describe(`a whole number of ${what} from 1, or null for no limit`)
const secret = z.string().min(1).describe('text that is not empty')
const path = z
  .string()
  .min(1)
  .refine(text => !text.includes('\0'))
  .describe('the path of a file')

const timeWords = 'a time up to a day, such as 30s or 10m'
const time = z
  .string()
  .refine(text => (readTime(text) ?? dayMs + 1) <= dayMs)
  .describe(timeWords)
/** A host name or an address as it stands in Host, with its port or without. */
const hostText = z
  .string()
  .regex(/^(?:[a-z0-9](?:[\w.-]*[a-z0-9])?|\[[\da-f:.]+\])(?::\d{1,5})?$/i)
  .refine(text => URL.canParse(`http://${text}`))
const headerName = z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/)
/** A route of the file: one object in `routes`. */
const route = z.strictObject({
  hook: z.string().min(1).optional().describe('the label or the id of a hook'),
  events: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe('event types or patterns, such as "ach.*", or a list of them'),
  target: z.string().min(1).describe('the URL of your app, such as http://localhost:3000/webhooks'),
  headers: z.record(headerName, z.string()).optional().describe('an object of header names and their values'),
  host: z
    .string()
    .regex(/^[\w.-]+(?::\d{1,5})?$|^\[[\da-f:.]+\](?::\d{1,5})?$/i)
    .optional()
    .describe('what Host should say, such as shop.test'),
  basicAuth: z
    .string()
    .regex(/^[^:\r\n]+:[^\r\n]+$/)
    .optional()
    .describe('"user:password", the credentials of the target'),
  timeout: time.optional().describe(timeWords),
  insecure: flag.optional().describe(flagWords),
})

const retention = z.strictObject({
  count: amount('deliveries'),
  days: amount('days'),
  bytes: amount('bytes'),
})
const limits = z.strictObject({
  bodyBytes: z.int().min(1024).max(104_857_600).describe('a whole number of bytes from 1024 to 104857600'),
})
const fields = z.strictObject({
  port,
  inspectorPort: port,
  host: z
    .string()
    .refine(text => isIP(text) !== 0)
    .describe('an IP address of this machine, such as 192.168.1.20, or 0.0.0.0 for all of them'),
  allowedHosts: z
    .union([hostText, z.array(hostText).min(1)])
    .describe('a host name with its port, such as localhost:8080 or devbox.test, or a list of them'),
  forward: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe('the URL of your app, such as http://localhost:3000/webhooks, or a list of URLs'),
  routes: z
    .array(route)
    .max(200)
    .describe(
      'a list of objects with target and, each optional, hook, events, headers, host, basicAuth, timeout, insecure',
    ),
  forwardAll: flag,
  only: z.string().min(1).describe('event types or patterns, separated by commas, such as "ach.*,transaction.sale.*"'),
  forwardUnsubscribed: flag,
  header: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .describe('a header line such as "X-Env: test", or a list of lines'),
  timeout: time,
  insecure: flag,
  retry: z
    .string()
    .refine(text => text === '0' || (readTime(text) ?? hourMs + 1) <= hourMs)
    .describe('a time up to an hour, such as 30s, or 0 for not at all'),
  answer: z.enum(['hookscope', 'app']).describe('"hookscope" or "app"'),
  observe: flag,
  tunnel: z.enum(tunnelNames).describe(`one of ${tunnelNames.map(name => `"${name}"`).join(', ')}`),
  tunnelHost: z
    .union([origin, z.string().refine(text => sshPlaceOf(text) !== null)])
    .describe(
      'an http or https address of a localtunnel server, such as https://tunnels.example.com, or an SSH server as user@host:port',
    ),
  tunnelRemote: z
    .string()
    .regex(/^(?:(?:\*|[A-Za-z0-9][\w.-]*|\[[0-9A-Fa-f:.]+\]):)?[1-9]\d{0,4}$/)
    .describe('the address and port that your SSH server listens at, such as 127.0.0.1:4780'),
  tunnelName: z
    .string()
    .regex(/^[\w][\w. -]{0,127}$/)
    .describe('the name or id of a tunnel of your Cloudflare account'),
  tunnelTokenFile: path,
  tunnelDomain: z
    .string()
    .regex(/^[\w.:-]+(?:[\s,]+[\w.:-]+)*$/)
    .describe('one or more domains or addresses, such as "tunnels.example, 192.0.2.7"'),
  subdomain: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{2,61}[a-z0-9]$/)
    .describe('4 to 63 lower-case letters, digits and hyphens, such as shop-hooks'),
  publicUrl: z
    .string()
    .refine(text => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
    .describe('an http or https address, such as https://hooks.example.com or https://shop.example.com/hooks/'),
  open: flag,
  db: path,
  label: z
    .string()
    .refine(text => labelProblem(text) === null)
    .describe('text of 1 to 255 characters, on one line'),
  signatureKey: secret,
  sourceKey: secret,
  basicAuth: z
    .union([
      z.strictObject({ username: z.string().regex(/^[^:]+$/), password: secret }),
      z.string().regex(/^[^:]+:.+$/s),
    ])
    .describe('"user:password" or { username, password }'),
  signatureKeyFile: path,
  sourceKeyFile: path,
  basicAuthFile: path,
  retention: retention.partial().describe('an object with count, days and bytes'),
  limits: limits.partial().describe('an object with bodyBytes'),
})

/** What `hookscope.config.{ts,js,json}` may hold; every field can be left out. */
export const configSchema = fields.partial()

/** The names a config file may use, by the object they are in: '' for the file itself. */
export const knownNames: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(fields.shape),
  retention: Object.keys(retention.shape),
  limits: Object.keys(limits.shape),
  routes: Object.keys(route.shape),
}

/** What a field should be, as the end of a sentence. @param path such as `port` or `retention.count` */
export function expectation(path: string): string {
  const shapes: Readonly<Record<string, { description?: string | undefined }>> = {
    ...fields.shape,
    ...Object.fromEntries(Object.entries(retention.shape).map(([name, shape]) => [`retention.${name}`, shape])),
    ...Object.fromEntries(Object.entries(limits.shape).map(([name, shape]) => [`limits.${name}`, shape])),
    ...Object.fromEntries(Object.entries(route.shape).map(([name, shape]) => [`routes.${name}`, shape])),
  }
  // What is wrong inside basicAuth is told of the whole: its parts are secrets.
  // Which route it is does not matter to what it should be; nor does which header.
  const place = path.replace(/\.\d+/g, '').replace(/^(routes\.headers)\..*/s, '$1')
  return shapes[place]?.description ?? shapes[place.split('.')[0] ?? '']?.description ?? 'an object of settings'
}

export type Config = z.infer<typeof configSchema>
export type ConfigField = keyof Config
export type ConfigRoute = z.infer<typeof route>

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

/** What a listening session is started with; null: not chosen. */
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
  /** Absolute path. */
  readonly db: string
  readonly label: string | null
  readonly retention: { readonly count: number | null; readonly days: number | null; readonly bytes: number | null }
  readonly limits: { readonly bodyBytes: number }
}

export const defaults = {
  answer: 'hookscope',
  observe: false,
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

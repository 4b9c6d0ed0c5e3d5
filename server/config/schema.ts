/** What each setting may be: the config file's schema. It takes a while to load and to make: only what has a value to check does. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { labelProblem } from '../../core/hooks/hook-rules.ts'
import { mostBodyBytes } from '../../core/http/limits.ts'
import { dayMs, hourMs, readTime } from '../../core/text/duration.ts'
import { sshPlaceOf } from '../../core/tunnels/ssh-place.ts'
import { tunnelNames } from '../../core/tunnels/ways.ts'
import { lazily } from '../lib/lazily.ts'

/** A description follows "should be", so that one sentence serves the file, the environment and the command line. */
const port = () => z.int().min(0).max(65_535).describe('a whole number from 0 to 65535 (0 for any free port)')
const origin = () =>
  z
    .string()
    .refine(text => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).pathname === '/')
    .describe('an http or https address without a path, such as https://hooks.example.com')
const flagWords = 'true or false'
const flag = () => z.boolean().describe(flagWords)
const amount = (what: string) =>
  z.int().min(1).nullable().describe(`a whole number of ${what} from 1, or null for no limit`)
const secret = () => z.string().min(1).describe('text that is not empty')
const path = () =>
  z
    .string()
    .min(1)
    .refine(text => !text.includes('\0'))
    .describe('the path of a file')

const timeWords = 'a time up to a day, such as 30s or 10m'
const time = () =>
  z
    .string()
    .refine(text => (readTime(text) ?? dayMs + 1) <= dayMs)
    .describe(timeWords)
/** A host name or an address as it stands in Host, with its port or without. */
const hostText = () =>
  z
    .string()
    .regex(/^(?:[a-z0-9](?:[\w.-]*[a-z0-9])?|\[[\da-f:.]+\])(?::\d{1,5})?$/i)
    .refine(text => URL.canParse(`http://${text}`))
const headerName = () => z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/)
/** A route of the file: one object in `routes`. */
const route = lazily(() =>
  z.strictObject({
    hook: z.string().min(1).optional().describe('the label or the id of a hook'),
    events: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe('event types or patterns, such as "ach.*", or a list of them'),
    target: z.string().min(1).describe('the URL of your app, such as http://localhost:3000/webhooks'),
    headers: z.record(headerName(), z.string()).optional().describe('an object of header names and their values'),
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
    timeout: time().optional().describe(timeWords),
    insecure: flag().optional().describe(flagWords),
  }),
)

const retention = lazily(() =>
  z.strictObject({
    count: amount('deliveries'),
    days: amount('days'),
    bytes: amount('bytes'),
  }),
)
const limits = lazily(() =>
  z.strictObject({
    bodyBytes: z.int().min(1024).max(mostBodyBytes).describe(`a whole number of bytes from 1024 to ${mostBodyBytes}`),
  }),
)
/** Each is made when it is asked for: one value needs one of them. */
const fields = {
  port,
  inspectorPort: port,
  host: () =>
    z
      .string()
      .refine(text => isIP(text) !== 0)
      .describe('an IP address of this machine, such as 192.168.1.20, or 0.0.0.0 for all of them'),
  allowedHosts: () =>
    z
      .union([hostText(), z.array(hostText()).min(1)])
      .describe('a host name with its port, such as localhost:8080 or devbox.test, or a list of them'),
  forward: () =>
    z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .describe('the URL of your app, such as http://localhost:3000/webhooks, or a list of URLs'),
  routes: () =>
    z
      .array(route.get())
      .max(200)
      .describe(
        'a list of objects with target and, each optional, hook, events, headers, host, basicAuth, timeout, insecure',
      ),
  forwardAll: flag,
  only: () =>
    z.string().min(1).describe('event types or patterns, separated by commas, such as "ach.*,transaction.sale.*"'),
  forwardUnsubscribed: flag,
  header: () =>
    z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .describe('a header line such as "X-Env: test", or a list of lines'),
  timeout: time,
  insecure: flag,
  retry: () =>
    z
      .string()
      .refine(text => text === '0' || (readTime(text) ?? hourMs + 1) <= hourMs)
      .describe('a time up to an hour, such as 30s, or 0 for not at all'),
  answer: () => z.enum(['hookscope', 'app']).describe('"hookscope" or "app"'),
  observe: flag,
  tunnel: () => z.enum(tunnelNames).describe(`one of ${tunnelNames.map(name => `"${name}"`).join(', ')}`),
  tunnelHost: () =>
    z
      .union([origin(), z.string().refine(text => sshPlaceOf(text) !== null)])
      .describe(
        'an http or https address of a localtunnel server, such as https://tunnels.example.com, or an SSH server as user@host:port',
      ),
  tunnelRemote: () =>
    z
      .string()
      .regex(/^(?:(?:\*|[A-Za-z0-9][\w.-]*|\[[0-9A-Fa-f:.]+\]):)?[1-9]\d{0,4}$/)
      .describe('the address and port that your SSH server listens at, such as 127.0.0.1:4780'),
  tunnelName: () =>
    z
      .string()
      .regex(/^[\w][\w. -]{0,127}$/)
      .describe('the name or id of a tunnel of your Cloudflare account'),
  tunnelTokenFile: path,
  tunnelDomain: () =>
    z
      .string()
      .regex(/^[\w.:-]+(?:[\s,]+[\w.:-]+)*$/)
      .describe('one or more domains or addresses, such as "tunnels.example, 192.0.2.7"'),
  subdomain: () =>
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{2,61}[a-z0-9]$/)
      .describe('4 to 63 lower-case letters, digits and hyphens, such as shop-hooks'),
  publicUrl: () =>
    z
      .string()
      .refine(text => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))
      .describe('an http or https address, such as https://hooks.example.com or https://shop.example.com/hooks/'),
  open: flag,
  twoFactor: flag,
  db: path,
  label: () =>
    z
      .string()
      .refine(text => labelProblem(text) === null)
      .describe('text of 1 to 255 characters, on one line'),
  signatureKey: secret,
  sourceKey: secret,
  basicAuth: () =>
    z
      .union([
        z.strictObject({ username: z.string().regex(/^[^:]+$/), password: secret() }),
        z.string().regex(/^[^:]+:.+$/s),
      ])
      .describe('"user:password" or { username, password }'),
  signatureKeyFile: path,
  sourceKeyFile: path,
  basicAuthFile: path,
  retention: () => retention.get().partial().describe('an object with count, days and bytes'),
  limits: () => limits.get().partial().describe('an object with bodyBytes'),
}
type Fields = { [Field in keyof typeof fields]: ReturnType<(typeof fields)[Field]> }

/** The names a config file may have. */
export const configFields = Object.keys(fields).filter((name): name is keyof Fields => Object.hasOwn(fields, name))

/** What `hookscope.config.{ts,js,json}` may hold; every field can be left out. @param given of these fields: the others need not be made */
export function configSchemaFor(given: unknown) {
  const names = given instanceof Object ? configFields.filter(name => name in given) : []
  return z.strictObject(Object.fromEntries(names.map(name => [name, fields[name]()])) as Fields).partial()
}

/** The names a config file may use, by the object they are in: '' for the file itself. */
export function knownNames(parent: string): readonly string[] {
  const inside = { retention, limits, routes: route } as const
  if (parent === '') return configFields
  return parent in inside ? Object.keys(inside[parent as keyof typeof inside].get().shape) : []
}

type Described = Readonly<Record<string, { description?: string | undefined }>>

/** What a field should be, as the end of a sentence. @param path such as `port` or `retention.count` */
export function expectation(path: string): string {
  const within = (name: string, shape: Described) =>
    Object.fromEntries(Object.entries(shape).map(([field, one]) => [`${name}.${field}`, one]))
  const shapes: Described = {
    ...Object.fromEntries(configFields.map(name => [name, fields[name]()])),
    ...within('retention', retention.get().shape),
    ...within('limits', limits.get().shape),
    ...within('routes', route.get().shape),
  }
  // What is wrong inside basicAuth is told of the whole: its parts are secrets.
  // Which route it is does not matter to what it should be; nor does which header.
  const place = path.replace(/\.\d+/g, '').replace(/^(routes\.headers)\..*/s, '$1')
  return shapes[place]?.description ?? shapes[place.split('.')[0] ?? '']?.description ?? 'an object of settings'
}

export type Config = z.infer<ReturnType<typeof configSchemaFor>>
export type ConfigField = keyof Config
export type ConfigRoute = z.infer<ReturnType<typeof route.get>>

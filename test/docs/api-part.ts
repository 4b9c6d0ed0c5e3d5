/** The API as OpenAPI 3.1, from its routes: what they check, and the types of what they answer. `npm run docs` writes it. */
import { z } from 'zod'
import { routeRules } from '../../core/people/roles.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { createApi } from '../../server/api/api.ts'
import { createAuth } from '../../server/api/people/auth.ts'
import type { PeopleDoor } from '../../server/api/people/door.ts'
import { createPeople } from '../../server/api/people/people.ts'
import { checkedBy } from '../../server/api/routes/schemas.ts'
import type { Workspace } from '../../server/workspace.ts'
import { type Answer, answers, type Schema as Json } from './api-answers.ts'
import { withComponents } from './components.ts'
import { routeWords } from './route-words.ts'

interface Operation {
  /** As `GET /api/hooks/{id}`. */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly query: Json | null
  readonly body: Json | null
}

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return described
}

const fields = (properties: Readonly<Record<string, string>>): Json => ({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(properties).map(([name, description]) => [name, { type: 'string', description }]),
  ),
})

/** RFC 8628 has clients send forms, which are read by hand. */
const deviceFields: Readonly<Record<string, Json>> = {
  'POST /auth/device/code': fields({ client_id: '`hookscope`', device_name: 'What people know the laptop by' }),
  'POST /auth/device/token': fields({
    client_id: '`hookscope`',
    grant_type: '`urn:ietf:params:oauth:grant-type:device_code`',
    device_code: 'As `/auth/device/code` answered it',
  }),
}

/** Each operation of the API, in the order of its routes. */
export function operations(): readonly Operation[] {
  // Only their tables of routes are read; nothing behind them is called.
  const door = { people: {} } as PeopleDoor
  const { routes: ofAll } = createApi({ workspace: {} as Workspace, log: () => undefined })
  const routes = [...ofAll, ...createAuth(door).routes, ...createPeople(door).routes]
  const found = new Map<string, Operation>()
  for (const { method, path: pattern, handler } of routes) {
    if (method === 'ALL') continue
    const path = pattern.replace(/:(\w+)/g, '{$1}')
    const name = `${method} ${path}`
    const known = found.get(name) ?? {
      name,
      method: method.toLowerCase(),
      path,
      query: null,
      body: deviceFields[name] ?? null,
    }
    const checked = checkedBy(handler)
    const described =
      checked === undefined ? {} : { [checked.part === 'json' ? 'body' : 'query']: schemaOf(checked.schema()) }
    found.set(name, { ...known, ...described })
  }
  return [...found.values()]
}

const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? { ...value } : {})

function parametersOf({ path, query }: Operation): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const required = Array.isArray(query?.['required']) ? query['required'] : []
  const inQuery = Object.entries(objectOf(query?.['properties'])).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
  return [...inPath, ...inQuery]
}

const summaryOf = (name: string): string => {
  const words = routeWords[name]
  if (words === undefined) throw new Error(`What does ${name} do? Say it in route-words.ts`)
  return words
}

/** The media type of what is no JSON. */
const mediaTypes: Readonly<Record<string, string>> = {
  body: 'application/octet-stream',
  file: 'application/octet-stream',
}

function answerOf({ status, format, schema }: Answer): Json {
  const content = format === 'json' ? { 'application/json': { schema } } : { [mediaTypes[format] ?? 'text/plain']: {} }
  return { [status]: { description: 'As asked', content } }
}

/** Where people sign in, and nowhere else. */
const ofPeople = ({ path }: Operation) => /^\/(?:auth\/|api\/(?:people|audit)\b)/.test(path)
const sharedServers = [{ url: 'https://hooks.example.com', description: 'hookscope serve' }]
const openToAll = /^\/auth\/(?:sign-in|invitation|device)\b/
const securityOf = ({ path }: Operation) => (openToAll.test(path) ? [] : [{ session: [] }])

const contentOf = (name: string, schema: Json): Json => ({
  ...(deviceFields[name] === undefined ? {} : { 'application/x-www-form-urlencoded': { schema } }),
  'application/json': { schema },
})

/** What it takes at `hookscope serve`. */
function roleOf({ method, path }: Operation): Json {
  const rules: Readonly<Record<string, { readonly role: string; readonly secondFactor?: true } | undefined>> =
    routeRules[path.replace(/\{(\w+)\}/g, ':$1')] ?? {}
  const rule = rules[method.toUpperCase()]
  return rule === undefined ? {} : { 'x-role': rule.role, ...(rule.secondFactor && { 'x-second-factor': true }) }
}

function described(operation: Operation, answer: Answer | undefined): Json {
  const parameters = parametersOf(operation)
  if (answer === undefined) throw new Error(`What ${operation.name} answers is not known`)
  return {
    summary: summaryOf(operation.name),
    tags: [ofPeople(operation) ? 'people' : (operation.path.split('/')[2] ?? '')],
    ...(ofPeople(operation) && { servers: sharedServers, security: securityOf(operation) }),
    ...roleOf(operation),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(operation.body === null
      ? {}
      : { requestBody: { required: true, content: contentOf(operation.name, operation.body) } }),
    responses: { ...answerOf(answer), default: { $ref: '#/components/responses/Error' } },
  }
}

/** The whole description. */
export function openApi(): Json {
  const answered = answers()
  const whole: Record<string, Record<string, Json>> = {}
  for (const operation of operations()) {
    const { name, path, method } = operation
    whole[path] = { ...whole[path], [method]: described(operation, answered.get(name)) }
  }
  const { value: paths, schemas } = withComponents(whole)
  const text = { type: 'string' }
  const error = {
    type: 'object',
    properties: {
      error: {
        type: 'object',
        properties: {
          code: text,
          message: text,
          hint: text,
          span: {
            type: 'object',
            description: 'The place in q when the query is at fault',
            properties: { start: { type: 'integer' }, end: { type: 'integer' } },
          },
          count: { type: 'integer', description: 'How many things are in the way' },
        },
        required: ['code', 'message', 'hint'],
      },
    },
    required: ['error'],
  }
  return {
    openapi: '3.1.0',
    info: {
      title: "The API of hookscope's inspector",
      version: packageJson.version,
      description:
        'On 127.0.0.1, on the port of the inspector. docs/reference/api.md says more, in words. Of hookscope serve it is at its public URL, with a session in place of the token: x-role is the least role that may use a route, x-second-factor says that it takes a second factor not older than 15 minutes.',
    },
    servers: [{ url: 'http://127.0.0.1:4781' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-hookscope.session_token' },
      },
      schemas: { ...schemas, Error: error },
      responses: {
        Error: {
          description: 'What is wrong, and what to do',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
    },
  }
}

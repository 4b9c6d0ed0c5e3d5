/** Code that is the same in every stack that runs JavaScript or TypeScript, but for how a route answers. */
import type { Stack } from './stack.ts'

const note = `const { rowCount } = await tx.query('INSERT INTO seen VALUES ($1) ON CONFLICT DO NOTHING', [event.event_id])`
const keep = `await db.query('INSERT INTO inbox (event_id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING', [event.event_id, body])`

/**
 * What a route does with an event that is genuine; there, `body` is its bytes and `event` the JSON.
 * @param ok answers 200, as a statement @param bad answers 400 and ends the route
 */
export const scriptRoute = (ok: string, bad: string) =>
  ({
    once: `// In the route, after the event is parsed. CREATE TABLE seen (event_id text PRIMARY KEY)
await db.transaction(async tx => {
  ${note}
  if (rowCount === 1) await apply(tx, event)
})
${ok}`,
    answerFirst: `// In the route, after the event is parsed. CREATE TABLE inbox (event_id text PRIMARY KEY, body bytea)
${keep}
${ok} // a worker does the work, and the row stays: a repeat is recognized by it`,
    unknownTypes: `// In the route, after the event is parsed.
const handle = handlers[event.event_type]
if (handle) await handle(event)
${ok} // also for types that have no handler`,
    brokenJson: `// In place of const event = JSON.parse(…)
let event
try {
  event = JSON.parse(body.toString())
} catch {
  ${bad}
}
// null, a list and a number are JSON, too.
if (typeof event?.event_id !== 'string') ${bad}`,
  }) satisfies Partial<Stack['code']>

export const digestImports = `import { createHmac, timingSafeEqual } from 'node:crypto'`

/**
 * The HMAC of `body` and the one that came, as `expected` and `received`.
 * @param header an expression for the header, which may be undefined or null @param key an expression for the key
 */
export const digests = (header: string, key = 'process.env.WEBHOOK_KEY') =>
  `const expected = Buffer.from(createHmac('sha256', ${key}).update(body).digest('hex'))
  const received = Buffer.from(${header} ?? '')`

export const isForged = 'received.length !== expected.length || !timingSafeEqual(received, expected)'

/** `isGateway(header)` compares credentials in constant time, whatever their length. */
export const gatewayCredentials = `import { createHash, timingSafeEqual } from 'node:crypto'

const { WEBHOOK_USER, WEBHOOK_PASSWORD } = process.env
const credentials = 'Basic ' + Buffer.from(\`\${WEBHOOK_USER}:\${WEBHOOK_PASSWORD}\`).toString('base64')
const hash = text => createHash('sha256').update(text).digest()
const isGateway = header => timingSafeEqual(hash(header ?? ''), hash(credentials))`

/** The same where the compiler asks for types. */
export const typedCredentials = gatewayCredentials
  .replace('hash = text', 'hash = (text: string)')
  .replace('isGateway = header', 'isGateway = (header?: string | null)')

export const challenge = `'Basic realm="webhooks"'`

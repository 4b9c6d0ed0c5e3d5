/** The merchant's shop: what every endpoint here does with an event, and how each flaw does it wrong. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { objectOf } from './json.ts'

export const key = 'the signature key of this shop'
export const credentials = { username: 'gateway', password: 'päss:wörd of the shop' } as const

/** What an endpoint sees of a request: the header lines as they came, flat, and the raw body. */
export interface Came {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** The same for all requests of one connection. */
  readonly connection: object
  /** Resolves when the connection went away before the answer. */
  readonly left: Promise<unknown>
}

export interface Said {
  readonly status: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Ends the whole process of an endpoint. */
export class Crash extends Error {}

/** One decision after the other; a flaw replaces some of them. */
export interface Shop {
  /** Whether a method is served. */
  serves(method: string): boolean
  signed(came: Came): boolean
  allowed(came: Came): boolean
  /** @returns null for a body that is no event */
  parse(body: Buffer): Record<string, unknown> | null
  /** Acts on an event, once; resolves when it may be answered. */
  act(event: Record<string, unknown>, came: Came): Promise<Said>
  /** Is told of a body that broke off. */
  halfBody(): void
  /** Has the last word on every answer. */
  say(said: Said, came: Came): Said
  /** Counts an order for what is a sale, and takes it back for what is its return. */
  order(event: Record<string, unknown>): void
  /** Orders made so far. */
  readonly orders: () => number
}

const hash = (text: string) => createHash('sha256').update(text).digest()
const expectedBasic = `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`

/** The digest of a body under the shop's key. */
export const digestOf = (body: Uint8Array): Buffer => createHmac('sha256', key).update(body).digest()

/** A shop that does everything right. */
export function openShop(): Shop {
  /** What a unique index over event_id would be. */
  const seen = new Set<string>()
  let orders = 0
  /** By the key of the sale: whether it counts. */
  const sales = new Map<unknown, boolean>()
  const order = (event: Record<string, unknown>) => {
    const { key: sale } = objectOf(event)
    if (event['event_type'] === 'transaction.sale.success' && sales.get(sale) !== false) {
      sales.set(sale, true)
      orders += 1
    } else if (event['event_type'] === 'ach.returned') {
      if (sales.get(sale)) orders -= 1
      sales.set(sale, false)
    }
  }
  return {
    serves: method => method === 'POST',
    signed({ headers, body }) {
      const received = Buffer.from(String(headers['x-signature'] ?? ''))
      const expected = Buffer.from(digestOf(body).toString('hex'))
      return received.length === expected.length && timingSafeEqual(received, expected)
    },
    allowed: ({ headers }) => timingSafeEqual(hash(headers.authorization ?? ''), hash(expectedBasic)),
    parse(body) {
      try {
        const event: unknown = JSON.parse(body.toString('utf8'))
        return typeof event === 'object' && event !== null && !Array.isArray(event)
          ? (event as Record<string, unknown>)
          : null
      } catch {
        return null
      }
    },
    async act(event) {
      const id = String(event['event_id'])
      if (!seen.has(id)) {
        seen.add(id)
        order(event)
      }
      return { status: 200 }
    },
    halfBody() {},
    say: said => said,
    order,
    orders: () => orders,
  }
}

/** What the shop says to a request. */
export async function answer(shop: Shop, came: Came): Promise<Said> {
  return shop.say(await decide(shop, came), came)
}

async function decide(shop: Shop, came: Came): Promise<Said> {
  if (!shop.serves(came.method)) return { status: 405, headers: { Allow: 'POST' } }
  if (!shop.allowed(came)) return { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="webhooks"' } }
  if (!shop.signed(came)) return { status: 401 }
  const event = shop.parse(came.body)
  if (event === null) return { status: 400 }
  return shop.act(event, came)
}

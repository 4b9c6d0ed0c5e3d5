/**
 * What viewers get of bytes: card data masked, for good. For all others the page masks it until they ask, and holds the bytes.
 */
import { createMiddleware } from 'hono/factory'
import { maskHeaders } from '../../../core/http/credential-headers.ts'
import type { HeaderList } from '../../../core/http/headers.ts'
import { bodyView } from '../../bodies/body-view.ts'
import { encodingsOf } from '../../bodies/decode.ts'
import { type BodyReader, runBodyJob } from '../../bodies/reader.ts'
import type { PeopleEnv } from './door.ts'
import { ruleOf } from './permit.ts'

/** Behind `permit`, before the API. */
export const forViewers = (bodies: BodyReader) =>
  createMiddleware<PeopleEnv>(async (c, next) => {
    await next()
    if (c.get('person').role !== 'viewer' || ruleOf(c)?.rule.bytes !== true || !c.res.ok) return
    const shown = await masked(await c.res.json(), bodies)
    // An answer with its headers is taken over where one is set already.
    c.res = undefined
    c.res = c.json(shown)
  })

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isHeaderList = (value: unknown): value is HeaderList =>
  Array.isArray(value) && value.every(line => Array.isArray(line) && line.length === 2 && typeof line[0] === 'string')

async function masked(value: unknown, bodies: BodyReader): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(each => masked(each, bodies)))
  if (!isFields(value)) return value
  const headers = isHeaderList(value['headers']) ? value['headers'] : []
  const entries = Object.entries(value).map(async ([name, held]) => {
    if (name === 'headers' && isHeaderList(held)) return [name, maskHeaders(held)]
    // What is decompressed is so no longer.
    if (isFields(held) && typeof held['base64'] === 'string')
      return [name, bodyView(await maskedBytes(held['base64'], name === 'decoded' ? [] : headers, bodies))]
    return [name, await masked(held, bodies)]
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** @returns as many bytes; all of them hidden where card data may be in them and cannot be masked in its place */
async function maskedBytes(base64: string, headers: HeaderList, bodies: BodyReader): Promise<Uint8Array> {
  const body = Uint8Array.from(Buffer.from(base64, 'base64'))
  const hidden = Buffer.alloc(body.length, 'x')
  const found = await runBodyJob(bodies, 'mask', { headers, body })
  if (found === null) return hidden
  const bytes = 'text' in found ? Buffer.from(found.text) : Buffer.from(found.base64, 'base64')
  if (encodingsOf(headers).length === 0) return bytes
  const decoded = await bodies.read('decode', { headers, body })
  return decoded?.kind === 'decoded' && bytes.equals(decoded.body) ? body : hidden
}

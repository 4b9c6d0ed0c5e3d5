/**
 * What viewers get: card data masked, for good, no key in a URL, and of bytes no signature, neither one that came nor what it
 * would have to be; and what they may search.
 * For all others the page masks card data until they ask, and holds the bytes.
 */
import { createMiddleware } from 'hono/factory'
import { hiddenSignature } from '../../../core/deliveries/verification.ts'
import { maskCardData, maskField } from '../../../core/events/card.ts'
import { signatureHeader } from '../../../core/hooks/origin.ts'
import { isCredentialHeader, maskHeaders, maskHeaderText } from '../../../core/http/credential-headers.ts'
import type { HeaderList } from '../../../core/http/headers.ts'
import { parseQuery } from '../../../core/search/search.ts'
import { bodyView } from '../../bodies/body-view.ts'
import { encodingsOf } from '../../bodies/decode.ts'
import { type BodyReader, runBodyJob } from '../../bodies/reader.ts'
import { ApiProblem } from '../problem.ts'
import type { PeopleEnv } from './door.ts'
import { ruleOf } from './permit.ts'

/** Behind `permit`, before the API. */
export const forViewers = (bodies: BodyReader) =>
  createMiddleware<PeopleEnv>(async (c, next) => {
    const isViewer = c.get('person').role === 'viewer'
    if (isViewer) for (const search of c.req.queries('q') ?? []) refuseHeaderSearch(search)
    await next()
    // What is in a file is masked where it is written.
    if (!isViewer || !c.res.ok || c.res.headers.has('Content-Disposition') || !isJson(c.res)) return
    const answer: unknown = await c.res.json()
    const shown = ruleOf(c)?.rule.bytes === true ? await masked(answer, bodies) : maskedWords('', answer)
    // An answer with its headers is taken over where one is set already.
    c.res = undefined
    c.res = c.json(shown)
  })

const isJson = ({ headers }: Response) => headers.get('Content-Type')?.startsWith('application/json') === true

/** The stream's frames as viewers get them. Those that stand at one place get the same one after another: it is masked once. */
export function framesForViewers(): (frame: string) => string {
  let last = { frame: '', shown: '' }
  return frame => {
    if (frame !== last.frame) last = { frame, shown: JSON.stringify(maskedWords('', JSON.parse(frame))) }
    return last.shown
  }
}

/**
 * What is masked for viewers is not found by them either: texts and fields are searched masked, for everybody. Header lines
 * are searched as they came.
 * @throws ApiProblem 400 for a search in those
 */
function refuseHeaderSearch(search: string): void {
  const term = parseQuery(search).query.terms.find(({ anyOf }) => anyOf.some(({ field }) => field === 'header'))
  if (term === undefined) return
  const { span } = term
  const hint = 'Search without it, or ask an owner to change your role.'
  throw new ApiProblem(400, 'query', 'Searching header lines takes a developer.', hint, { span })
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isHeaderList = (value: unknown): value is HeaderList =>
  Array.isArray(value) && value.every(line => Array.isArray(line) && line.length === 2 && typeof line[0] === 'string')

const signature = signatureHeader.toLowerCase()

/**
 * Every text of an answer, whether it is a request's path, its query, a target, where an app's answer leads, or a sentence
 * that names one of them.
 * @param name of the field that has it: a reference number is no card number
 */
function maskedWords(name: string, value: unknown): unknown {
  if (typeof value === 'string') return maskField(name, maskHeaderText(value))
  if (Array.isArray(value)) return value.map(each => maskedWords(name, each))
  if (!isFields(value)) return value
  return Object.fromEntries(Object.entries(value).map(([field, held]) => [field, maskedWords(field, held)]))
}

/** Also what exports leave out, such as an app's cookies, and keys and card data in other lines. */
function maskedHeaders(headers: HeaderList): HeaderList {
  const names = headers.map(([name]) => name.toLowerCase())
  const hidden = maskHeaders(headers, [signature, ...names.filter(isCredentialHeader)])
  return hidden.map(([name, value]) => [name, maskCardData(maskHeaderText(value))])
}

/** What was asked of the simulator, which may be a body that was pasted: every text and number of it. */
async function maskedRequest(value: unknown, bodies: BodyReader): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(each => maskedRequest(each, bodies)))
  if (typeof value === 'string') return maskedText(value, bodies)
  if (typeof value === 'number') {
    const shown = await maskedText(String(value), bodies)
    return shown === String(value) ? value : shown
  }
  if (!isFields(value)) return value
  const entries = Object.entries(value).map(async ([name, held]) => [
    name,
    name === 'url' ? maskedWords(name, held) : await maskedRequest(held, bodies),
  ])
  return Object.fromEntries(await Promise.all(entries))
}

/** No shorter text holds card data. */
const leastText = 3

const maskedText = async (text: string, bodies: BodyReader) =>
  text.length < leastText ? text : Buffer.from(await maskedBytes(Buffer.from(text), [], bodies)).toString()

async function masked(value: unknown, bodies: BodyReader, of = ''): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(each => masked(each, bodies, of)))
  if (!isFields(value)) return maskedWords(of, value)
  const headers = isHeaderList(value['headers']) ? value['headers'] : []
  const entries = Object.entries(value).map(async ([name, held]) => {
    if (name === 'headers' && isHeaderList(held)) return [name, maskedHeaders(held)]
    // Of a report on a signature, and of what was found out about one.
    if (name === 'expected' && typeof held === 'string') return [name, hiddenSignature]
    if (name === 'received' && Array.isArray(held)) return [name, held.map(() => hiddenSignature)]
    // Of samples, and of what a check sent and was answered.
    if (name === 'body' && typeof held === 'string') return [name, await maskedText(held, bodies)]
    if (name === 'asked') return [name, await maskedRequest(held, bodies)]
    // What is decompressed is so no longer.
    if (isFields(held) && typeof held['base64'] === 'string') {
      const bytes = Uint8Array.from(Buffer.from(held['base64'], 'base64'))
      return [name, bodyView(await maskedBytes(bytes, name === 'decoded' ? [] : headers, bodies))]
    }
    return [name, await masked(held, bodies, name)]
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** @returns as many bytes; all of them hidden where card data may be in them and cannot be masked in its place */
async function maskedBytes(body: Uint8Array, headers: HeaderList, bodies: BodyReader): Promise<Uint8Array> {
  const hidden = Buffer.alloc(body.length, 'x')
  const found = await runBodyJob(bodies, 'mask', { headers, body })
  if (found === null) return hidden
  const bytes = 'text' in found ? Buffer.from(found.text) : Buffer.from(found.base64, 'base64')
  if (encodingsOf(headers).length === 0) return bytes
  const decoded = await bodies.read('decode', { headers, body })
  return decoded?.kind === 'decoded' && bytes.equals(decoded.body) ? body : hidden
}

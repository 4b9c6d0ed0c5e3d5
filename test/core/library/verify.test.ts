import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type EventType, typeSpellings } from '../../../core/events/catalogue.ts'
import type { Hook } from '../../../core/hooks/hook.ts'
import type { HeaderList } from '../../../core/http/headers.ts'
import type { EventOf, HeadersLike, VerifyOptions, WebhookEvent } from '../../../core/library/verify.ts'
import { deduplicate, isOutdated, readEvent, verifyWebhook } from '../../../core/library/verify.ts'
import { verify } from '../../../server/verify/signature.ts'
import { basicHeader, eventBytes, signatureOf } from '../../helpers/gateway.ts'

const key = 'sk_library_19c0d4'
const body = eventBytes('transaction.sale.success', 5)
const signature = signatureOf(key, body)
const credentials = { username: 'shop', password: 'pa:ss wörd' }

const exactly = (bytes: Uint8Array) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)

describe('a delivery', () => {
  it.each<[string, unknown]>([
    ['a Buffer', body],
    ['a Uint8Array', Uint8Array.from(body)],
    ['a part of a larger buffer', new Uint8Array([0, ...body, 0]).subarray(1, body.length + 1)],
    ['a DataView', new DataView(exactly(body) as ArrayBuffer)],
    ['an ArrayBuffer', exactly(body)],
    ['bytes that threads share', new Uint8Array(new SharedArrayBuffer(body.length)).fill(0)],
    ['a string', body.toString()],
  ])('may be %s', async (what, given) => {
    if (what.startsWith('bytes that')) (given as Uint8Array).set(body)
    const result = await verifyWebhook({ body: given as Uint8Array, headers: { 'x-signature': signature }, keys: key })
    expect(result).toMatchObject({ ok: true, key: 0, event: { type: 'transaction.sale.success' } })
  })

  it.each<[string, HeadersLike]>([
    ['a Headers object', new Headers({ 'X-Signature': signature })],
    ['pairs', [['X-SIGNATURE', signature]]],
    ['a Map', new Map([['x-Signature', signature]])],
    ['Node’s raw list', ['Host', 'localhost', 'X-Signature', signature]],
    ['an object', { 'X-Signature': signature, Host: undefined }],
    ['an object of lists', { 'x-signature': [signature] }],
  ])('may have its headers as %s', async (_, headers) => {
    expect(await verifyWebhook({ body, headers, keys: [key] })).toMatchObject({ ok: true })
  })

  it.each<[string, unknown, RegExp]>([
    ['an object', { type: 'event' }, /an object that a parser made.*before anything parses/],
    ['an array', [1], /of type Array/],
    ['nothing', undefined, /undefined/],
    ['a number', 5, /a number/],
  ])('that is %s is a mistake of the caller', async (_, given, message) => {
    const asked = verifyWebhook({ body: given as string, headers: {}, keys: key })
    await expect(asked).rejects.toThrow(message)
    await expect(asked).rejects.toBeInstanceOf(TypeError)
  })

  it.each<[string, VerifyOptions]>([
    ['nothing', {}],
    ['no key', { keys: [] }],
    ['an empty key', { keys: '' }],
    ['a key that is not set', { keys: [undefined as unknown as string] }],
  ])('is not verified with %s: everything would pass', async (_, options) => {
    await expect(verifyWebhook({ body, headers: {}, ...options })).rejects.toThrow(TypeError)
  })

  it('says which key fits while one replaces another', async () => {
    const result = await verifyWebhook({ body, headers: { 'X-Signature': signature }, keys: ['old', key] })
    expect(result).toMatchObject({ ok: true, key: 1 })
  })

  it.each<[string, string, object]>([
    ['no JSON', 'amount=5', { event: null, problem: 'body-not-json' }],
    ['bytes that are no text', '\u00ff', { event: null, problem: 'body-not-json' }],
    ['JSON of something else', '{"a":1}', { event: null, problem: 'envelope-invalid' }],
  ])('that is rightly signed and is %s is verified, and is no event', async (_, text, expected) => {
    const bytes = Buffer.from(text, 'latin1')
    const headers = { 'X-Signature': signatureOf(key, bytes) }
    expect(await verifyWebhook({ body: bytes, headers, keys: key })).toEqual({
      ok: true,
      key: 0,
      body: expect.any(Uint8Array),
      ...expected,
    })
  })

  it('has the verdict that hookscope gives, whatever comes', async () => {
    const value = fc.oneof(
      fc.constantFrom(
        signature,
        signature.toUpperCase(),
        `sha256=${signature}`,
        signature.slice(1),
        '',
        `${signature}\n`,
      ),
      fc.constantFrom(signatureOf('other', body), `${signature}, ${signature}`),
      fc.string(),
    )
    const authorization = fc.oneof(
      fc.constantFrom(
        basicHeader('shop', 'pa:ss wörd'),
        basicHeader('shop', 'wrong'),
        'Basic',
        'Bearer abc',
        'basic  c2hvcDo=',
      ),
      fc.base64String().map(text => `Basic ${text}`),
      fc.string(),
    )
    const lines = fc.array(
      fc.oneof(
        value.map(text => ['X-Signature', text] as const),
        authorization.map(text => ['authorization', text] as const),
      ),
      { maxLength: 3 },
    )
    const secrets = fc.constantFrom<VerifyOptions>(
      { keys: key },
      { basicAuth: credentials },
      { keys: key, basicAuth: credentials },
    )
    await fc.assert(
      fc.asyncProperty(lines, secrets, async (headers: HeaderList, options) => {
        const hook: Hook = {
          id: 'main',
          label: 'Main',
          path: '/',
          authentication: options.basicAuth ? { kind: 'basic', ...options.basicAuth } : { kind: 'none' },
          signing: options.keys ? { kind: 'hmac', keys: [{ kind: 'signature-key', key }] } : { kind: 'none' },
        }
        const verdict = verify(hook, headers, body)
        const result = await verifyWebhook({ body, headers, ...options })
        expect(result.ok).toBe(verdict.kind === 'verified')
        if (!result.ok) expect(verdict).toEqual({ kind: 'rejected', reasons: result.reasons })
      }),
    )
  })
})

describe('an event', () => {
  it.each(typeSpellings)('%s is read as what it is, with all that came', spelling => {
    const sent = JSON.parse(eventBytes(spelling as EventType).toString())
    const event = readEvent(Buffer.from(JSON.stringify({ ...sent, added_later: { by: 'the gateway' } })))
    expect(event).toMatchObject({
      type: spelling.replace('cardupdate.', 'cau.'),
      spelling: sent.event_type,
      id: sent.event_id,
      triggered: sent.event_triggered,
      object: sent.event_body.object,
      envelope: { ...sent, added_later: { by: 'the gateway' } },
    })
  })

  it('of a type that is not in the catalogue is kept, as unknown', () => {
    const sent = JSON.parse(body.toString())
    const event = readEvent(Buffer.from(JSON.stringify({ ...sent, event_type: 'transaction.dispute.opened' })))
    expect(event).toMatchObject({
      type: 'unknown',
      spelling: 'transaction.dispute.opened',
      object: sent.event_body.object,
    })
  })

  it('has the fields of its type', () => {
    expectTypeOf<WebhookEvent['type']>().toEqualTypeOf<EventType | 'unknown'>()
    expectTypeOf<EventOf<'ach.settled'>['object']['refnum']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<EventOf<'product.inventory.ordered'>['object']['qtyonhand']>().toEqualTypeOf<number | undefined>()
    // Only events of ACH and of the card updater say what changed.
    expectTypeOf<
      EventOf<'product.inventory.adjusted' | 'settlement.batch.failure' | 'transaction.sale.adjusted'>['changes']
    >().toEqualTypeOf<null>()
    const read = (event: WebhookEvent) => {
      switch (event.type) {
        case 'transaction.sale.success':
          expectTypeOf(event.object.refnum).toEqualTypeOf<number | string | undefined>()
          return expectTypeOf(event.changes).toEqualTypeOf<null>()
        case 'ach.returned':
          return expectTypeOf(event.changes?.new.reason).toEqualTypeOf<string | undefined>()
        case 'cau.updated_card':
          return expectTypeOf(event.object.updated_card?.number).toEqualTypeOf<string | undefined>()
        case 'settlement.batch.success':
          return expectTypeOf(event.object.totalsales).toEqualTypeOf<string | undefined>()
        default:
          return expectTypeOf(event.object['anything']).toEqualTypeOf<unknown>()
      }
    }
    expect(read).toBeTypeOf('function')
  })

  it('is acted on once, and not after a newer one', async () => {
    const seen = new Set<string>()
    const log = { add: (id: string) => seen.size < seen.add(id).size }
    const event = { id: 'e1', triggered: '2026-11-29 10:00:00' }
    expect([await deduplicate(event, log), await deduplicate(event, log)]).toEqual(['new', 'repeated'])
    const lasts = [null, '2026-11-29 09:59:59', '2026-11-29 10:00:00', '2026-11-29 10:00:01']
    expect(lasts.map(last => isOutdated(event, last))).toEqual([false, false, false, true])
  })
})

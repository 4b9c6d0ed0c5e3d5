/** What is not explained is said not to be: never a guess, and never an exception. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { catalogue } from '../../../core/events/catalogue.ts'
import { sampleEvent } from '../../../core/events/generator/samples.ts'
import type { Hook } from '../../../core/hooks/hook.ts'
import { diagnose } from '../../../server/diagnose/diagnose.ts'
import { readJson } from '../../../server/diagnose/json-document.ts'
import { valueForms } from '../../../server/diagnose/json-values.ts'
import { signatureOf } from '../../helpers/gateway.ts'

const hookWith = (id: string, key: string): Hook => ({
  id,
  label: id,
  path: `/${id}`,
  authentication: { kind: 'none' },
  signing: { kind: 'hmac', keys: [{ kind: 'signature-key', key }] },
})
const hook = hookWith('main', 'a-signature-key-9c1d')
const others = [hookWith('second', 'the-warehouse-key-77aa')]
const ask = (received: readonly string[], body: Uint8Array, changes: { headers?: [string, string][] } = {}) =>
  diagnose({ hook, others, received, body, headers: changes.headers ?? [] })

const lengths = [16, 20, 28, 32, 48, 64]
const writings = ['hex', 'base64', 'base64url'] as const
const json = fc.json().map(text => Buffer.from(text))
const anyBody = fc.oneof(
  json,
  fc.uint8Array({ maxLength: 200 }),
  fc.string().map(text => Buffer.from(text)),
)

it('a random signature of any length and notation is unknown', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyBody,
      fc.constantFrom(...lengths),
      fc.constantFrom(...writings),
      async (body, length, writing) => {
        const told = await ask([randomBytes(length).toString(writing)], body)
        expect(told?.kind).toBe('unknown')
      },
    ),
    { numRuns: 60 },
  )
})

it('of every event of the gateway, too', async () => {
  for (const [seed, { type }] of catalogue.entries()) {
    const told = await ask([randomBytes(32).toString('hex')], Buffer.from(JSON.stringify(sampleEvent(type, seed))))
    expect(told?.kind).toBe('unknown')
  }
})

it('a small body of very many values, as only a stranger sends, is not written anew, and the sentence says so', async () => {
  const spaced = (values: number) => `[${Array(values).fill('1').join(', ')}]`
  const told = (values: number) =>
    ask(
      [signatureOf('a-signature-key-9c1d', Buffer.from(spaced(values)))],
      Buffer.from(spaced(values).replaceAll(' ', '')),
    )
  expect(await told(3900)).toMatchObject({ kind: 'found', causes: ['body-spaced'] })
  expect(await told(4100)).toMatchObject({
    kind: 'unknown',
    sentence: expect.stringContaining('so large or complex'),
  })
})

it('a signature of another body is unknown, however small the difference', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 33, max: 126 }), async (at, code) => {
      const body = Buffer.from(JSON.stringify({ amount: 'five hundred', refnum: 'abcdef' }))
      const changed = Buffer.from(body)
      const place = 2 + (at % 4)
      fc.pre(changed[place] !== code && code !== 34 && code !== 92)
      changed[place] = code
      expect((await ask([signatureOf('a-signature-key-9c1d', changed)], body))?.kind).toBe('unknown')
    }),
    { numRuns: 30 },
  )
})

it('whatever stands in the header ends in an answer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ maxLength: 400 }), { maxLength: 6 }), anyBody, async (received, body) => {
      const told = await ask(received, body, { headers: [['Content-Encoding', 'gzip, br, what']] })
      expect(told?.kind ?? 'none').toBe(received.length === 0 ? 'none' : 'unknown')
    }),
    { numRuns: 60 },
  )
})

it('nothing is said of a signature that fits', async () => {
  const body = Buffer.from('{"a": 1.0}')
  expect(await ask([signatureOf('a-signature-key-9c1d', body)], body)).toBeNull()
  expect(await ask([], body)).toBeNull()
})

it.each([
  ['is large', Buffer.from(JSON.stringify({ text: 'x'.repeat(300_000), n: 1 })), /the body is so large/],
  ['nests without an end', Buffer.from(`${'['.repeat(4000)}${']'.repeat(4000)}`), /None of the causes/],
  [
    'makes many forms',
    Buffer.from(JSON.stringify(Array.from({ length: 800 }, (_, n) => ({ [`b${n}`]: n + 0.5, a: `é/<${n}` })))),
    /the body is so large/,
  ],
])('a body that %s is bounded work', async (_, body, says) => {
  const told = await ask([randomBytes(32).toString('hex')], body)
  expect(told?.kind).toBe('unknown')
  expect(told?.sentence).toMatch(says)
})

it('however many values may have been of another type, few hundred forms are made of them', () => {
  const values = Array.from({ length: 1000 }, (_, n) => ({ [`a${n}`]: '', [`b${n}`]: String(n), c: null, d: n }))
  const document = readJson(JSON.stringify(values))
  const forms = document === null ? [] : [...valueForms(document)]
  expect(forms.length).toBeGreaterThan(100)
  expect(forms.length).toBeLessThan(300)
})

it('many signatures of a large body are bounded work, however many keys there are', async () => {
  const body = Buffer.alloc(1024 * 1024, 'x')
  const many = Array.from({ length: 40 }, (_, number) => hookWith(`number ${number}`, `the-key-of-${number}`))
  const forged = () => Array.from({ length: 3 }, () => randomBytes(32).toString('hex')).join()
  const last = signatureOf('the-key-of-39', body)
  const asked = { hook, others: many, body, headers: [] }
  // That the last of so many is not come to shows that there is an end.
  expect((await diagnose({ ...asked, received: [forged(), forged(), `${forged()},${last}`] }))?.kind).toBe('unknown')
  expect((await diagnose({ ...asked, received: [last] }))?.kind).toBe('found')
})

it('a hook without any key says that none is known', async () => {
  const bare: Hook = { ...hook, signing: { kind: 'none' } }
  const told = await diagnose({
    hook: bare,
    others: [],
    received: ['ab'.repeat(32)],
    body: Buffer.from('{}'),
    headers: [],
  })
  expect(told).toMatchObject({ kind: 'unknown', sentence: expect.stringMatching(/hookscope has no key/) })
})

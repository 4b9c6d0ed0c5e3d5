/** Endpoints that take what the gateway did not send. */
import { createHmac } from 'node:crypto'
import { credentials } from '../shop.ts'
import { allowedOr, type Flaw, hex, said, signatureOf, signedOr, textOf, whole } from './flaw.ts'

const noSignature = 'nobody looks at the signature, so every forged one is taken'
const allForged = [
  'signature-missing',
  'signature-empty',
  'signature-malformed',
  'signature-not-ascii',
  'signature-other-key',
  'signature-other-body',
  'body-changed',
  'body-respaced',
  'credentials-alone',
] as const

export const refusesFlaws: readonly Flaw[] = [
  { name: 'no signature check', plant: () => ({ signed: () => true }), red: allForged, together: noSignature },
  {
    name: 'an event without a signature passes',
    plant: signedOr(came => signatureOf(came) === undefined),
    red: ['signature-missing'],
  },
  { name: 'accepts an empty signature', plant: signedOr(came => signatureOf(came) === ''), red: ['signature-empty'] },
  {
    name: 'compares over the length of what came',
    plant: signedOr(came => {
      const given = signatureOf(came)
      return typeof given === 'string' && given !== '' && hex(came.body).startsWith(given)
    }),
    red: ['signature-malformed'],
  },
  {
    // timingSafeEqual, where the lengths of texts were compared and not those of bytes.
    name: 'breaks on a signature whose bytes are more than its characters',
    plant: () => ({
      say: (given, came) => (/^[^\0-\x7f]{64}$/.test(String(signatureOf(came))) ? said(500) : given),
    }),
    red: ['signature-not-ascii'],
  },
  {
    name: 'parses first, and answers 200 to what it cannot read',
    plant: right => ({
      signed: came => right.parse(came.body) === null || right.signed(came),
      say: given => (given.status === 400 ? said(200) : given),
    }),
    red: ['broken-json-unsigned', 'empty-body-unsigned', 'false-success'],
    together: 'whoever answers 200 to what nobody signed does so to what the gateway signed',
  },
  {
    name: 'a key that is not set is an empty one',
    plant: signedOr(came => signatureOf(came) === createHmac('sha256', '').update(came.body).digest('hex')),
    red: ['signature-other-key'],
  },
  {
    name: 'remembers signatures that were right once',
    plant: right => {
      const known = new Set<unknown>()
      return {
        signed(came) {
          if (right.signed(came)) known.add(signatureOf(came))
          return known.has(signatureOf(came))
        },
      }
    },
    red: ['signature-other-body', 'body-changed', 'body-respaced'],
    together: 'under a signature that was right once, every body passes',
  },
  {
    name: 'remembers events that were verified, changed or not',
    plant: right => {
      const known = new Set<string>()
      return {
        signed(came) {
          const id = /"event_id":\s*"(\w+)"/.exec(textOf(came))?.[1] ?? ''
          if (right.signed(came)) known.add(id)
          return known.has(id) && signatureOf(came) !== undefined && textOf(came).startsWith('{"')
        },
      }
    },
    red: ['body-changed'],
  },
  {
    name: '== on the parsed body, written anew',
    plant: () => ({
      signed(came) {
        try {
          return signatureOf(came) === hex(JSON.stringify(JSON.parse(textOf(came))))
        } catch {
          return false
        }
      },
    }),
    red: ['body-respaced'],
  },
  {
    name: 'checks only the signature',
    plant: () => ({ allowed: () => true }),
    red: ['credentials-missing', 'credentials-wrong', 'credentials-malformed'],
    together: 'nobody looks at the credentials',
  },
  {
    name: 'credentials may be left out',
    plant: allowedOr(({ headers }) => headers.authorization === undefined),
    red: ['credentials-missing'],
  },
  {
    name: 'looks at the password only',
    plant: allowedOr(
      ({ headers: { authorization = '' } }) =>
        authorization.startsWith('Basic ') &&
        Buffer.from(authorization.slice(6), 'base64').toString().endsWith(`:${credentials.password}`),
    ),
    red: ['credentials-wrong'],
  },
  {
    name: 'does not look at the scheme',
    plant: allowedOr(({ headers: { authorization = '' } }) => authorization.endsWith(` ${whole.slice(6)}`)),
    red: ['credentials-malformed'],
  },
  {
    name: 'checks only Basic',
    plant: () => ({ signed: ({ headers }) => headers.authorization !== undefined }),
    red: allForged,
    together: `with the right credentials, ${noSignature}`,
  },
  {
    name: 'a connection that was verified once stays so',
    plant: right => {
      const known = new WeakSet<object>()
      return {
        signed(came) {
          if (right.signed(came)) known.add(came.connection)
          return known.has(came.connection)
        },
      }
    },
    red: ['connection-reused'],
  },
]

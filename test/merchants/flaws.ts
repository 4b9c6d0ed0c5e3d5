/** Every flaw that a merchant's endpoint may have: how it is planted, and which findings it turns red, exactly. */
import { createHmac } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { ProbeId } from '../../core/probes.ts'
import type { CheckLimits } from '../../server/check/limits.ts'
import type { ShopServer } from './node.ts'
import { type Came, Crash, credentials, digestOf, key, type Said, type Shop } from './shop.ts'

type Json = Record<string, unknown>

export interface Flaw {
  readonly name: string
  /** Decisions that are taken wrongly. */
  readonly plant?: (right: Shop) => Partial<Shop>
  /** In place of the usual server. */
  readonly start?: (shop: Shop) => Promise<ShopServer>
  /** Findings that fail or warn; all others pass, are told, or do not apply. */
  readonly red: readonly ProbeId[]
  /** Why these cannot be told apart, where there are several. */
  readonly together?: string
  /** Others that then have no answer; `rest` for all but those on the wire that need no event. */
  readonly unknown?: readonly ProbeId[] | 'rest'
  readonly limits?: Partial<CheckLimits>
}

const said = (status: number, body = ''): Said => ({ status, body })
const sale = (event: Json) => event['event_type'] === 'transaction.sale.success'
const idOf = (event: Json) => String(event['event_id'])
const textOf = ({ body }: Came) => body.toString('utf8')
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
function objectOf(event: Json): Json {
  const body = event['event_body']
  const object = isObject(body) ? body['object'] : undefined
  return isObject(object) ? object : {}
}
const hex = (body: Uint8Array | string) => digestOf(Buffer.from(body)).toString('hex')
const signatureOf = ({ headers }: Came) => headers['x-signature']
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const whole = basic(`${credentials.username}:${credentials.password}`)
const timeOf = (event: Json) => Date.parse(`${String(event['event_triggered']).replace(' ', 'T')}Z`)
const hour = 3_600_000

/** Refuses events with a condition. */
const refusing = (status: number, when: (event: Json, came: Came) => boolean) => (right: Shop) => ({
  act: async (event: Json, came: Came) => (when(event, came) ? said(status) : right.act(event, came)),
})

/** Takes what is signed rightly, and something else too. */
const signedOr = (also: (came: Came) => boolean) => (right: Shop) => ({
  signed: (came: Came) => right.signed(came) || also(came),
})

const allowedOr = (also: (came: Came) => boolean) => (right: Shop) => ({
  allowed: (came: Came) => right.allowed(came) || also(came),
})

/** Parses with one kind of body not caught. */
const breakingOn = (breaks: (text: string) => boolean, status = 500) => {
  let text = ''
  return (right: Shop): Partial<Shop> => ({
    parse(body) {
      text = body.toString('utf8')
      return right.parse(body)
    },
    say: given => (given.status === 400 && breaks(text) ? said(status) : given),
  })
}

const noSignature = 'nobody looks at the signature, so every forged one is taken'
const allForged = [
  'signature-missing',
  'signature-empty',
  'signature-malformed',
  'signature-other-key',
  'signature-other-body',
  'signature-twice',
  'body-changed',
  'body-respaced',
  'credentials-alone',
] as const
const allRepeats = ['duplicate', 'duplicate-at-once', 'duplicate-twenty', 'duplicate-later', 'lost-answer'] as const

const takes: readonly Flaw[] = [
  {
    name: 'an event that nobody thought of is answered 500',
    plant: refusing(500, event => event['event_type'] === 'settlement.batch.failure'),
    red: ['every-event'],
  },
  {
    name: 'knows the card updater in one spelling only',
    plant: refusing(400, event => String(event['event_type']).startsWith('cardupdate.')),
    red: ['card-updater-spellings'],
  },
  {
    name: 'relies on a field that may be missing',
    plant: right => ({
      async act(event, came) {
        if (sale(event)) String((objectOf(event)['refnum'] as number).toString())
        return right.act(event, came)
      },
    }),
    red: ['minimal-body'],
  },
  {
    name: 'a strict schema',
    plant: refusing(
      422,
      event =>
        Object.keys(event).some(
          name => !['type', 'event_triggered', 'event_type', 'event_body', 'event_id'].includes(name),
        ) || objectOf(event)['wallet'] !== undefined,
    ),
    red: ['new-fields'],
  },
  {
    name: '500 on an unknown event',
    plant: refusing(500, event => event['event_type'] === 'transaction.sale.disputed'),
    red: ['unknown-event'],
  },
  {
    name: 'the body is decoded as Latin-1 and encoded as UTF-8 before it is verified',
    plant: right => ({
      signed: came => right.signed({ ...came, body: Buffer.from(came.body.toString('latin1'), 'utf8') }),
    }),
    red: ['unicode'],
  },
  {
    name: 'a column that takes no emoji',
    plant: refusing(500, (_event, came) => /[\u{10000}-\u{10ffff}]/u.test(textOf(came))),
    red: ['unicode'],
  },
  {
    name: 'refnum is computed with',
    plant: right => ({
      async act(event, came) {
        const { refnum } = objectOf(event)
        if (sale(event) && refnum !== undefined) (refnum as number).toFixed(0)
        return right.act(event, came)
      },
    }),
    red: ['refnum-types'],
  },
  {
    name: 'crashes on null where an object was before',
    plant: right => ({
      async act(event, came) {
        const { avs } = objectOf(event)
        if (avs !== undefined) String((avs as Json)['result_code'])
        return right.act(event, came)
      },
    }),
    red: ['nulls'],
  },
  {
    name: 'the 100 kB limit of a framework',
    plant: refusing(413, (_, { body }) => body.length > 100_000),
    red: ['large-body'],
  },
]

const refuses: readonly Flaw[] = [
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
    name: 'one right signature of two is enough',
    plant: signedOr(({ body, rawHeaders }) => rawHeaders.includes(hex(body))),
    red: ['signature-twice'],
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

/** Remembers events in its own way. */
const remembering =
  (act: (event: Json, came: Came, right: Shop) => Promise<Said>) =>
  (right: Shop): Partial<Shop> => ({
    act: (event, came) => (sale(event) ? act(event, came, right) : right.act(event, came)),
  })

/** As long as an insert takes that others come in between of, milliseconds. */
const insertMs = 40

const survives: readonly Flaw[] = [
  {
    name: 'double-counts duplicates',
    plant: remembering(async (event, _came, right) => {
      right.order(event)
      return said(200)
    }),
    red: allRepeats,
    together: 'it knows no event again, however it comes again',
  },
  {
    name: 'refuses duplicates',
    plant: right => {
      const seen = new Set<string>()
      return remembering(async (event, came) => {
        if (seen.has(idOf(event))) return said(409)
        seen.add(idOf(event))
        return right.act(event, came)
      })(right)
    },
    red: allRepeats,
    together: 'each of them ends with a repeat that is refused',
  },
  {
    name: 'loses a concurrent duplicate: asks first, writes later',
    plant: right => {
      const seen = new Set<string>()
      return remembering(async event => {
        if (seen.has(idOf(event))) return said(200)
        await wait(insertMs)
        seen.add(idOf(event))
        right.order(event)
        return said(200)
      })(right)
    },
    red: ['duplicate-at-once', 'duplicate-twenty'],
    together: 'what two do to each other, twenty do as well',
  },
  {
    name: 'a lock that holds ten and no more',
    plant: right => {
      const inside = new Map<string, number>()
      return remembering(async (event, came) => {
        const id = idOf(event)
        const others = inside.get(id) ?? 0
        if (others >= 10) return said(503)
        inside.set(id, others + 1)
        await wait(insertMs)
        inside.set(id, (inside.get(id) ?? 1) - 1)
        return right.act(event, came)
      })(right)
    },
    red: ['duplicate-twenty'],
  },
  {
    name: 'forgets ids after an hour of events',
    plant: right => {
      const seen = new Map<string, number>()
      return {
        async act(event) {
          const at = timeOf(event)
          for (const [id, then] of seen) if (at - then >= hour) seen.delete(id)
          if (!seen.has(idOf(event))) right.order(event)
          seen.set(idOf(event), at)
          return said(200)
        },
      }
    },
    red: ['duplicate-later'],
  },
  {
    name: 'no way back from captured to sold',
    plant: right => {
      const captured = new Set<unknown>()
      return {
        async act(event, came) {
          const { key: object } = objectOf(event)
          if (event['event_type'] === 'transaction.sale.captured') captured.add(object)
          return sale(event) && captured.has(object) ? said(409) : right.act(event, came)
        },
      }
    },
    red: ['reverse-order'],
  },
  {
    name: 'a capture without its sale is not found',
    plant: right => {
      const sold = new Set<unknown>()
      return {
        async act(event, came) {
          const { key: object } = objectOf(event)
          if (sale(event)) sold.add(object)
          return event['event_type'] === 'transaction.sale.captured' && !sold.has(object)
            ? said(404)
            : right.act(event, came)
        },
      }
    },
    red: ['every-event', 'reverse-order'],
    together: 'a capture by itself is one of the 25 events',
  },
  {
    name: 'work that nobody waits for stays half done',
    plant: right => {
      const held = new Set<string>()
      return remembering(async (event, came) => {
        const id = idOf(event)
        if (held.has(id)) return said(409)
        const left = await Promise.race([came.left.then(() => true), wait(insertMs, false)])
        if (left) held.add(id)
        return left ? said(500) : right.act(event, came)
      })(right)
    },
    red: ['lost-answer'],
  },
  {
    name: 'checks the time of events against replays',
    plant: refusing(400, event => Date.now() - new Date(String(event['event_triggered'])).getTime() > 71 * hour),
    red: ['late-event'],
  },
]

const slowMs = 60

const fast: readonly Flaw[] = [
  {
    name: 'answers after the work, in 50 s',
    plant: remembering(async () => new Promise<Said>(() => {})),
    limits: { readMs: 300 },
    red: ['answer-alone'],
    unknown: 'rest',
  },
  {
    name: 'answers slower than is recommended',
    plant: remembering(async (event, came, right) => {
      await wait(slowMs)
      return right.act(event, came)
    }),
    limits: { recommendedMs: slowMs / 2, promptMs: slowMs / 2 },
    red: ['answer-alone', 'answer-at-twenty', 'work-before-answer'],
    together: 'who is slow alone is slow among twenty, because of the work before the answer',
  },
  {
    name: 'works before it answers',
    plant: remembering(async (event, came, right) => {
      await wait(slowMs)
      return right.act(event, came)
    }),
    limits: { promptMs: slowMs / 2 },
    red: ['work-before-answer'],
  },
  {
    name: 'one lock for all, asked for again and again',
    plant: right => {
      let waiting = 0
      return remembering(async (event, came) => {
        waiting += 1
        await wait((waiting - 1) * slowMs)
        const done = await right.act(event, came)
        waiting -= 1
        return done
      })(right)
    },
    limits: { recommendedMs: 10 * slowMs, promptMs: 10 * slowMs },
    red: ['answer-at-twenty'],
  },
  {
    name: 'a rate limiter',
    plant: right => {
      let count = 0
      return {
        say(given) {
          count += 1
          return count > 350 && count <= 380 ? said(429) : given
        },
        act: right.act,
      }
    },
    limits: { burst: 300 },
    red: ['burst'],
  },
  {
    name: 'Connection: close',
    plant: () => ({ say: given => ({ ...given, headers: { ...given.headers, Connection: 'close' } }) }),
    red: ['keep-alive'],
  },
]

const sturdy: readonly Flaw[] = [
  {
    name: 'crashes on bad JSON',
    plant: right => ({
      parse(body) {
        if (body.toString().startsWith('not json')) throw new Crash()
        return right.parse(body)
      },
    }),
    red: ['broken-json'],
  },
  { name: '500 on bad JSON', plant: breakingOn(text => text.startsWith('not json')), red: ['broken-json'] },
  { name: 'crashes on null', plant: breakingOn(text => text === 'null'), red: ['broken-json'] },
  { name: '500 on an empty body', plant: breakingOn(text => text === ''), red: ['empty-body'] },
  {
    name: 'parses by Content-Type',
    plant: refusing(500, (_, { headers }) => headers['content-type'] !== 'application/json'),
    red: ['content-type'],
  },
  {
    name: 'verifies what is called JSON',
    plant: signedOr(({ headers }) => headers['content-type'] === 'text/plain'),
    red: ['content-type'],
  },
  { name: 'a parser that runs out of stack', plant: breakingOn(text => text.startsWith('[[')), red: ['deep-nesting'] },
  { name: 'serves every method', plant: () => ({ serves: () => true }), red: ['other-methods'] },
  {
    name: 'a worker waits for ever for the other half of a body',
    plant: right => {
      let stuck = false
      return {
        halfBody() {
          stuck = true
        },
        act: (event, came) => (stuck ? new Promise<Said>(() => {}) : right.act(event, came)),
      }
    },
    limits: { readMs: 3000 },
    red: ['body-cut'],
  },
]

const answers: readonly Flaw[] = [
  {
    name: 'echoes the body',
    plant: () => ({ say: (given, came) => ({ ...given, body: textOf(came) }) }),
    red: ['no-body-echo'],
  },
  {
    name: 'stack traces',
    plant: () => ({
      say: given => (given.status === 400 ? said(400, new SyntaxError('Unexpected token').stack) : given),
    }),
    red: ['no-internals'],
  },
  {
    name: 'tells a forger the key',
    plant: () => ({ say: given => (given.status === 401 ? said(401, `does not fit “${key}”`) : given) }),
    red: ['no-internals'],
  },
  {
    name: 'tells a forger the right signature',
    plant: () => ({ say: (given, came) => (given.status === 401 ? said(401, `expected ${hex(came.body)}`) : given) }),
    red: ['no-internals'],
  },
  {
    name: 'redirects to the same path with a slash',
    plant: () => ({ say: () => ({ status: 301, headers: { Location: '/webhooks/' } }) }),
    red: ['redirect'],
    unknown: 'rest',
  },
  {
    name: 'knows another key',
    plant: () => ({ signed: () => false }),
    red: ['every-event'],
    unknown: 'rest',
  },
]

/** Those of the app; those of the wire are beside them. */
export const appFlaws: readonly Flaw[] = [...takes, ...refuses, ...survives, ...fast, ...sturdy, ...answers]

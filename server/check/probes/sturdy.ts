/** It does not break: bodies that no gateway sends, and a good event after each of them. */

import { howItEnded, isTaken } from '../../../core/check/exchange.ts'
import type { Conclusion, Exchange } from '../../../core/check/finding.ts'
import type { Deviation } from '../deviation.ts'
import type { Endpoint } from '../endpoint.ts'
import { conclude, type ProbeRun, titled } from '../probe.ts'

/** Whether an answer says that code ran into something. */
const isBreakage = ({ outcome, answer }: Exchange) =>
  outcome !== 'answered' || (answer !== null && answer.status >= 500)

/** A good event after the odd ones: what breaks often shows only then. */
async function stillTakes(endpoint: Endpoint, odd: readonly Exchange[], good: string): Promise<Conclusion> {
  const after = await endpoint.sendPlain()
  if (!isTaken(after))
    return conclude('fail', `After ${odd.at(-1)?.what ?? 'it'}, it ${howItEnded(after, 'a good event')}.`, [
      ...odd,
      after,
    ])
  return conclude('pass', good, odd)
}

/** Sends odd bodies, signed as they are, and then a good one. */
function surviving(
  good: string,
  bodies: (endpoint: Endpoint) => readonly { body: Uint8Array; deviation: Deviation }[],
  count: number,
): ProbeRun {
  return {
    requests: () => count + 1,
    async run(endpoint) {
      const odd: Exchange[] = []
      for (const { body, deviation } of bodies(endpoint)) {
        // On a new connection: one that breaks is then no idle one that was closed before.
        const exchange = await endpoint.apart(agents => endpoint.send(body, { ...deviation, agents }))
        if (isBreakage(exchange)) {
          const broken = conclude('fail', `It ${howItEnded(exchange, exchange.what)}.`, [exchange])
          // Of several, which one.
          return count === 1 ? broken : titled(`Breaks on ${exchange.what}`, broken)
        }
        odd.push(exchange)
      }
      return stillTakes(endpoint, odd, good)
    },
  }
}

const otherTypes = ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1']
/** Fits nothing. */
const otherSignature = 'ab'.repeat(32)
const bracketPairs = 10_000

/** Signed bodies in which no code finds an event. */
const unreadable = (event: Uint8Array) => [
  { body: event.subarray(0, -2), what: 'a signed event without its last brackets' },
  { body: Buffer.from('not json at all'), what: 'a signed body that is not JSON' },
  { body: new Uint8Array(), what: 'a signed empty body' },
]

/** Sends genuine events, and forged ones beside them, under other types. */
function underOtherTypes(types: readonly (string | null)[], good: string): ProbeRun {
  return {
    requests: () => 3 * types.length + 1,
    async run(endpoint) {
      const odd: Exchange[] = []
      for (const contentType of types) {
        const as = contentType === null ? 'without Content-Type' : `as ${contentType}`
        const what = `an event ${as}`
        const exchange = await endpoint.apart(agents =>
          endpoint.send(endpoint.plain().body, { what, contentType, agents }),
        )
        if (isBreakage(exchange)) return conclude('fail', `It ${howItEnded(exchange, what)}.`, [exchange])
        odd.push(exchange)
        if (endpoint.key === null) continue
        const { body } = endpoint.plain()
        const forged = await endpoint.apart(async agents => ({
          asJson: await endpoint.send(body, { what: 'a forged event', signatures: [otherSignature], agents }),
          asOther: await endpoint.send(body, {
            what: `a forged event ${as}`,
            signatures: [otherSignature],
            contentType,
            agents,
          }),
        }))
        // Where forged events are taken anyway, this is not about the type.
        if (isTaken(forged.asOther) && !isTaken(forged.asJson))
          return titled(
            `Accepts forged events ${contentType === null ? 'without' : 'under another'} Content-Type`,
            conclude('fail', `It ${howItEnded(forged.asOther, forged.asOther.what)}.`, [forged.asOther]),
          )
      }
      return stillTakes(endpoint, odd, good)
    },
  }
}
const otherMethods = ['GET', 'PUT', 'PATCH', 'DELETE'] as const

export const sturdyProbes = {
  'broken-json': surviving(
    'Broken JSON was answered, and the next event accepted.',
    endpoint => {
      const whole = Buffer.from(endpoint.plain().body)
      return [
        { body: whole.subarray(0, -2), deviation: { what: 'a signed body without its last brackets' } },
        { body: Buffer.from('not json at all'), deviation: { what: 'a signed body that is not JSON' } },
        { body: Buffer.from('null'), deviation: { what: 'a signed body that is null' } },
        { body: Buffer.from('[]'), deviation: { what: 'a signed body that is a list' } },
      ]
    },
    4,
  ),
  'empty-body': surviving(
    'An empty body was answered, and the next event accepted.',
    () => [{ body: new Uint8Array(), deviation: { what: 'a signed empty body' } }],
    1,
  ),
  'content-type': underOtherTypes(otherTypes, 'Other content types were answered, and the next event accepted.'),
  'deep-nesting': surviving(
    '10,000 nested brackets were answered, and the next event accepted.',
    () => [
      {
        body: Buffer.from('['.repeat(bracketPairs) + ']'.repeat(bracketPairs)),
        deviation: { what: '10,000 nested brackets, signed' },
      },
    ],
    1,
  ),
  'other-methods': {
    requests: () => otherMethods.length + 1,
    async run(endpoint) {
      const odd: Exchange[] = []
      for (const method of otherMethods) {
        const body = method === 'GET' ? new Uint8Array() : endpoint.plain().body
        odd.push(await endpoint.send(body, { what: `a ${method}`, method }))
      }
      // 501 is how a server refuses a method it does not have.
      const broken = odd.find(exchange => isBreakage(exchange) && exchange.answer?.status !== 501)
      if (broken !== undefined) return conclude('fail', `It ${howItEnded(broken, broken.what)}.`, [broken])
      const taken = odd.filter(isTaken)
      const after = await stillTakes(endpoint, odd, 'Every other method was refused.')
      const [first] = taken
      return after.outcome === 'pass' && first !== undefined
        ? conclude('warn', `It ${howItEnded(first, taken.map(({ request }) => request.method).join(', '))}.`, taken)
        : after
    },
  },
  'no-content-type': underOtherTypes([null], 'An event without Content-Type was answered, and the next one accepted.'),
  'no-body': surviving(
    'A POST without body and type was answered, and the next event accepted.',
    // Both as anyone can send them; a signature may be looked for before there is a body to hash.
    () =>
      [[], [otherSignature]].map(signatures => ({
        body: new Uint8Array(),
        deviation: {
          what: `a POST without body and type${signatures.length === 0 ? '' : ', under a forged signature'}`,
          contentType: null,
          framing: 'none',
          signatures,
        },
      })),
    2,
  ),
  'chunked-body': {
    requests: () => 1,
    async run(endpoint) {
      const what = 'an event without Content-Length'
      const exchange = await endpoint.apart(agents =>
        endpoint.send(endpoint.plain().body, { what, framing: 'chunked', agents }),
      )
      return isTaken(exchange)
        ? conclude('pass', 'A body without Content-Length, sent in chunks, was accepted.', [exchange])
        : conclude(
            'warn',
            `It ${howItEnded(exchange, what)}: sent in chunks, as some proxies pass bodies on. The gateway itself sends Content-Length.`,
            [exchange],
          )
    },
  },
  'false-success': {
    requests: () => 3,
    async run(endpoint) {
      const exchanges: Exchange[] = []
      for (const { body, what } of unreadable(endpoint.plain().body))
        exchanges.push(await endpoint.apart(agents => endpoint.send(body, { what, agents })))
      const taken = exchanges.filter(isTaken)
      const [first] = taken
      return first === undefined
        ? conclude('pass', 'Unreadable bodies were not answered 2xx.', exchanges.slice(0, 1))
        : conclude('warn', `It ${howItEnded(first, taken.map(({ what }) => what).join(', '))}.`, taken)
    },
  },
  'stays-up': {
    requests: () => 0,
    run: async () => conclude('pass', 'It still answered after every request.'),
  },
  'body-cut': {
    requests: () => 2,
    async run(endpoint) {
      const { body } = endpoint.plain()
      const cut = () =>
        endpoint.send(body, { what: 'a body that was cut halfway', upload: { overMs: 0, cutAfter: body.length >> 1 } })
      if (endpoint.effect === null)
        return stillTakes(endpoint, [await cut()], 'After half a body the next event was accepted.')
      const { result, effect } = await endpoint.effect.around(cut)
      if (effect.kind !== 'blind' && !(effect.kind === 'times' && effect.times === 0))
        return conclude('fail', 'Half a body had an effect.', [result])
      const did = effect.kind === 'blind' ? 'was answered or cut off' : 'did nothing'
      return stillTakes(endpoint, [result], `Half a body ${did}, and the next event was accepted.`)
    },
  },
} as const satisfies Record<string, ProbeRun>

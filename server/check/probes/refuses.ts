/** It refuses everyone else: whatever is not signed and authenticated as configured. */

import { howItEnded, isTaken } from '../../../core/check/exchange.ts'
import type { Conclusion, Exchange } from '../../../core/check/finding.ts'
import { basicCredentials } from '../../sender/as-gateway.ts'
import { sign } from '../../verify/signature.ts'
import type { Deviation } from '../deviation.ts'
import type { Endpoint } from '../endpoint.ts'
import { allRefused, conclude, type ProbeRun, titled } from '../probe.ts'

const unsigned = conclude('skipped', 'Events are not signed: no key was given.')
const noCredentials = conclude('skipped', 'There are no credentials: no user name and password were given.')

/** Sends forged events on a connection where nothing genuine came before: what a connection remembers is another question. */
function sendApart(endpoint: Endpoint, deviations: readonly Deviation[], body: () => Uint8Array): Promise<Exchange[]> {
  return endpoint.apart(async agents => {
    const exchanges: Exchange[] = []
    for (const deviation of deviations) exchanges.push(await endpoint.send(body(), { ...deviation, agents }))
    return exchanges
  })
}

/** The genuine event beside them, which a refusal has to be compared with. */
const control = 1

/** A probe of signatures, where there are some. @param count of its requests */
const signed = (count: number, run: (endpoint: Endpoint, key: string) => Promise<Conclusion>): ProbeRun => ({
  requests: () => count,
  run: async endpoint => (endpoint.key === null ? unsigned : run(endpoint, endpoint.key)),
})

/** Sends fresh events with these deviations; each ought to be refused. */
const refusing = (
  good: string,
  deviations: (endpoint: Endpoint, key: string, body: Uint8Array) => readonly Deviation[],
  count: number,
): ProbeRun =>
  signed(count + control, async (endpoint, key) => {
    const { body } = endpoint.plain()
    return allRefused(endpoint, await sendApart(endpoint, deviations(endpoint, key, body), () => body), good)
  })

/** The same with credentials, under a signature that is right. */
function refusingCredentials(
  good: string,
  deviations: (username: string, password: string) => readonly Deviation[],
  count: number,
): ProbeRun {
  return {
    requests: () => count + control,
    async run(endpoint): Promise<Conclusion> {
      const { authentication } = endpoint
      if (authentication.kind === 'none') return noCredentials
      const asked = deviations(authentication.username, authentication.password)
      return allRefused(endpoint, await sendApart(endpoint, asked, () => endpoint.plain().body), good)
    },
  }
}

/** Sends a body under the signature of another one, which was taken before. */
const refusingBody = (
  good: string,
  what: string,
  change: (body: Uint8Array, endpoint: Endpoint) => Uint8Array,
): ProbeRun =>
  signed(1 + control, async (endpoint, key) => {
    const { body } = endpoint.plain()
    // Seen once: whoever saw it has its signature.
    const genuine = await endpoint.send(body, { what: 'the genuine event before it' })
    const forged = { what, signatures: [sign(key, body)] }
    const exchanges = await sendApart(endpoint, [forged], () => change(body, endpoint))
    return allRefused(endpoint, exchanges, good, genuine)
  })

/** Sends bodies that are no event, without a signature. */
const refusingUnsigned = (good: string, bodies: readonly { body: Uint8Array; what: string }[]): ProbeRun =>
  signed(bodies.length + control, async endpoint => {
    const exchanges = await endpoint.apart(async agents => {
      const made: Exchange[] = []
      for (const { body, what } of bodies) made.push(await endpoint.send(body, { what, signatures: [], agents }))
      return made
    })
    return allRefused(endpoint, exchanges, good)
  })

const nine = '9'.charCodeAt(0)

/** One byte of the body another: that of the amount, where it has one. */
function dearer(body: Uint8Array): Uint8Array {
  const changed = Buffer.from(body)
  const [amount, key] = [changed.indexOf('"1.00"'), changed.indexOf('"key":"')]
  const place = amount >= 0 ? amount + 1 : key + '"key":"'.length
  changed[place] = changed[place] === nine ? nine - 1 : nine
  return changed
}

const respaced = (body: Uint8Array): Uint8Array =>
  Buffer.from(JSON.stringify(JSON.parse(new TextDecoder().decode(body)), null, 2))

/** By whether it took two signatures with the first, and with the second one forged. */
const twiceTitles: Readonly<Record<string, string>> = {
  'false,false': 'Refuses two signature headers, one of them forged',
  'false,true': 'Reads the first of two signature headers',
  'true,false': 'Reads the last of two signature headers',
  'true,true': 'Accepts two signature headers, one of them forged',
}

export const refusesProbes = {
  'signature-missing': refusing(
    'An event without X-Signature was refused.',
    () => [{ what: 'an event without X-Signature', signatures: [] }],
    1,
  ),
  'signature-empty': refusing(
    'An empty X-Signature was refused.',
    () => [{ what: 'an event with an empty X-Signature', signatures: [''] }],
    1,
  ),
  'signature-malformed': refusing(
    'Malformed signatures were refused.',
    (_endpoint, key, body) => [
      { what: 'an event with X-Signature: undefined', signatures: ['undefined'] },
      { what: 'an event with the first half of the right signature', signatures: [sign(key, body).slice(0, 32)] },
      { what: 'an event with 64 letters that are not hexadecimal', signatures: ['z'.repeat(64)] },
    ],
    3,
  ),
  'signature-not-ascii': refusing(
    'A signature of 64 characters that are not ASCII was refused.',
    () => [
      // The bytes of a header are one character each to most servers: the first is 64 of them in Latin-1, the second in UTF-8.
      { what: 'a signature of 64 letters é in Latin-1', signatures: ['\u00e9'.repeat(64)] },
      { what: 'a signature of 32 letters é in UTF-8', signatures: ['\u00c3\u00a9'.repeat(32)] },
    ],
    2,
  ),
  'signature-other-key': refusing(
    'A signature of another key was refused.',
    ({ strangersKey }, _key, body) => [
      { what: 'an event signed with another key', signatures: [sign(strangersKey, body)] },
      { what: 'an event signed with an empty key', signatures: [sign('', body)] },
    ],
    2,
  ),
  'signature-other-body': refusingBody(
    'The signature of another event was refused.',
    'an event under the signature of another event',
    (_body, endpoint) => endpoint.plain().body,
  ),
  'signature-upper-case': signed(1, async (endpoint, key) => {
    const { body } = endpoint.plain()
    const what = 'the right signature in upper case'
    const exchange = await endpoint.send(body, { what, signatures: [sign(key, body).toUpperCase()] })
    return conclude('told', `It ${howItEnded(exchange, what)}. Both are safe.`, [exchange])
  }),
  'signature-twice': signed(2, async (endpoint, key) => {
    const { body } = endpoint.plain()
    const [right, wrong] = [sign(key, body), sign(endpoint.strangersKey, body)]
    const exchanges = await sendApart(
      endpoint,
      [
        { what: 'two X-Signature headers, the first one forged', signatures: [wrong, right] },
        { what: 'two X-Signature headers, the second one forged', signatures: [right, wrong] },
      ],
      () => body,
    )
    const said = exchanges.map(exchange => howItEnded(exchange, exchange.what)).join(', and ')
    return titled(twiceTitles[exchanges.map(isTaken).join()] ?? '', conclude('told', `It ${said}.`, exchanges))
  }),
  'body-changed': refusingBody(
    'A body of which one byte was changed was refused.',
    'an event with one byte changed after it was signed',
    dearer,
  ),
  'body-respaced': refusingBody(
    'The same JSON with other whitespace was refused.',
    'the same JSON, indented, under the signature it had before',
    respaced,
  ),
  'broken-json-unsigned': refusingUnsigned('Broken JSON without a signature was refused.', [
    { body: Buffer.from('not json at all'), what: 'an unsigned body that is not JSON' },
    { body: Buffer.from('{"type":"event",'), what: 'an unsigned body of half an event' },
  ]),
  'empty-body-unsigned': refusingUnsigned('An empty body without a signature was refused.', [
    { body: new Uint8Array(), what: 'an unsigned empty body' },
  ]),
  'credentials-missing': refusingCredentials(
    'An event without credentials was refused.',
    () => [{ what: 'an event without Authorization', authorization: null }],
    1,
  ),
  'credentials-wrong': refusingCredentials(
    'A wrong password and a wrong user were refused.',
    (username, password) => [
      { what: 'a wrong password with the right signature', authorization: basicCredentials(username, `${password}x`) },
      { what: 'a wrong user name with the right signature', authorization: basicCredentials(`${username}x`, password) },
      { what: 'an empty password with the right signature', authorization: basicCredentials(username, '') },
    ],
    3,
  ),
  'credentials-malformed': refusingCredentials(
    'Credentials that cannot be read were refused.',
    (username, password) => [
      { what: 'Authorization: Basic', authorization: 'Basic' },
      { what: 'Basic credentials that are not base64', authorization: 'Basic ***' },
      { what: 'Basic credentials without a colon', authorization: `Basic ${Buffer.from(username).toString('base64')}` },
      {
        what: 'credentials as a Bearer token',
        authorization: `Bearer ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      },
    ],
    4,
  ),
  'credentials-alone': {
    requests: () => 1 + control,
    async run(endpoint): Promise<Conclusion> {
      if (endpoint.authentication.kind === 'none') return noCredentials
      if (endpoint.key === null) return unsigned
      const { body } = endpoint.plain()
      const forged = {
        what: 'right credentials with the signature of another key',
        signatures: [sign(endpoint.strangersKey, body)],
      }
      const exchanges = await sendApart(endpoint, [forged], () => body)
      return allRefused(endpoint, exchanges, 'Right credentials did not replace the signature.')
    },
  },
  'connection-reused': signed(2 + control, async endpoint => {
    const bare = { what: 'an unsigned event on a connection of its own', signatures: [] }
    const [alone] = await sendApart(endpoint, [bare], () => endpoint.plain().body)
    if (alone !== undefined && isTaken(alone))
      return conclude('skipped', 'It accepts unsigned events on any connection: see signature-missing.', [alone])
    return endpoint.apart(async agents => {
      const first = await endpoint.send(endpoint.plain().body, { what: 'the signed event before it', agents })
      const what = 'an unsigned event on the same connection'
      const second = await endpoint.send(endpoint.plain().body, { what, signatures: [], agents })
      const good = 'An unsigned event after a signed one was refused.'
      // Without the connection nothing was remembered of it.
      return second.outcome === 'reset' && isTaken(first)
        ? conclude('pass', 'It closes the connection after each answer, and accepted no unsigned event.', [second])
        : allRefused(endpoint, [second], good, first)
    })
  }),
} as const satisfies Record<string, ProbeRun>

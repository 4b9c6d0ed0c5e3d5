/** It refuses everyone else: whatever is not signed and authenticated as configured. */
import { randomBytes } from 'node:crypto'
import type { Conclusion, Exchange } from '../../../core/finding.ts'
import { basicCredentials } from '../../sender/as-gateway.ts'
import { sign } from '../../signature.ts'
import { type Deviation, type Endpoint, howItEnded, isTaken } from '../endpoint.ts'
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

/** Sends fresh sales with these deviations; each ought to be refused. */
function refusing(
  good: string,
  deviations: (endpoint: Endpoint, key: string, body: Uint8Array) => readonly Deviation[],
  count: number,
): ProbeRun {
  return {
    requests: () => count,
    async run(endpoint): Promise<Conclusion> {
      if (endpoint.key === null) return unsigned
      const { body } = endpoint.sale()
      return allRefused(await sendApart(endpoint, deviations(endpoint, endpoint.key, body), () => body), good)
    },
  }
}

/** The same with credentials, under a signature that is right. */
function refusingCredentials(
  good: string,
  deviations: (username: string, password: string) => readonly Deviation[],
  count: number,
): ProbeRun {
  return {
    requests: () => count,
    async run(endpoint): Promise<Conclusion> {
      const { authentication } = endpoint
      if (authentication.kind === 'none') return noCredentials
      const asked = deviations(authentication.username, authentication.password)
      return allRefused(await sendApart(endpoint, asked, () => endpoint.sale().body), good)
    },
  }
}

/** Sends a body under the signature of another one, which was taken before. */
function refusingBody(
  good: string,
  what: string,
  change: (body: Uint8Array, endpoint: Endpoint) => Uint8Array,
): ProbeRun {
  return {
    requests: () => 2,
    async run(endpoint): Promise<Conclusion> {
      if (endpoint.key === null) return unsigned
      const { body } = endpoint.sale()
      // One genuine event, seen once: whoever saw it has its signature.
      await endpoint.send(body)
      const forged = { what, signatures: [sign(endpoint.key, body)] }
      return allRefused(await sendApart(endpoint, [forged], () => change(body, endpoint)), good)
    },
  }
}

/** The amount one digit higher: one byte. */
function dearer(body: Uint8Array): Uint8Array {
  const changed = Buffer.from(body)
  changed[changed.indexOf('"1.00"') + 1] = '9'.charCodeAt(0)
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

export const refuses = {
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
    'What is no signature was refused.',
    (_endpoint, key, body) => [
      { what: 'an event with X-Signature: undefined', signatures: ['undefined'] },
      { what: 'an event with the first half of the right signature', signatures: [sign(key, body).slice(0, 32)] },
      { what: 'an event with 64 letters that are no hexadecimal', signatures: ['z'.repeat(64)] },
    ],
    3,
  ),
  'signature-other-key': refusing(
    'A signature of another key was refused.',
    (_endpoint, _key, body) => [
      { what: 'an event signed with another key', signatures: [sign(randomBytes(24).toString('base64url'), body)] },
      { what: 'an event signed with an empty key', signatures: [sign('', body)] },
    ],
    2,
  ),
  'signature-other-body': refusingBody(
    'The signature of another event was refused.',
    'an event under the signature of another event',
    (_body, endpoint) => endpoint.sale().body,
  ),
  'signature-upper-case': {
    requests: () => 1,
    async run(endpoint): Promise<Conclusion> {
      if (endpoint.key === null) return unsigned
      const { body } = endpoint.sale()
      const what = 'the right signature in upper case'
      const exchange = await endpoint.send(body, { what, signatures: [sign(endpoint.key, body).toUpperCase()] })
      return conclude('told', `It ${howItEnded(exchange, what)}. Both are safe.`, [exchange])
    },
  },
  'signature-twice': {
    requests: () => 2,
    async run(endpoint): Promise<Conclusion> {
      if (endpoint.key === null) return unsigned
      const { body } = endpoint.sale()
      const [right, wrong] = [sign(endpoint.key, body), sign('another key', body)]
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
    },
  },
  'body-changed': refusingBody(
    'A body of which one byte was changed was refused.',
    'a sale whose amount was changed after it was signed',
    dearer,
  ),
  'body-respaced': refusingBody(
    'The same JSON with other blanks was refused.',
    'the same JSON, indented, under the signature it had before',
    respaced,
  ),
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
      { what: 'Basic credentials that are no base64', authorization: 'Basic ***' },
      { what: 'Basic credentials without a colon', authorization: `Basic ${Buffer.from(username).toString('base64')}` },
      {
        what: 'credentials as a Bearer token',
        authorization: `Bearer ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      },
    ],
    4,
  ),
  'credentials-alone': {
    requests: () => 1,
    async run(endpoint): Promise<Conclusion> {
      if (endpoint.authentication.kind === 'none') return noCredentials
      if (endpoint.key === null) return unsigned
      const { body } = endpoint.sale()
      const forged = {
        what: 'right credentials with the signature of another key',
        signatures: [sign(randomBytes(24).toString('base64url'), body)],
      }
      return allRefused(
        await sendApart(endpoint, [forged], () => body),
        'Right credentials did not stand in for the signature.',
      )
    },
  },
  'connection-reused': {
    requests: () => 3,
    async run(endpoint): Promise<Conclusion> {
      if (endpoint.key === null) return unsigned
      const bare = { what: 'an unsigned event on a connection of its own', signatures: [] }
      const [alone] = await sendApart(endpoint, [bare], () => endpoint.sale().body)
      if (alone !== undefined && isTaken(alone))
        return conclude('skipped', 'It takes unsigned events on any connection: see signature-missing.', [alone])
      const connection = endpoint.singleConnection()
      try {
        const { agents } = connection
        const first = await endpoint.send(endpoint.sale().body, { what: 'a signed event', agents })
        if (!isTaken(first))
          return conclude('unknown', `It ${howItEnded(first, 'the signed event before it')}.`, [first])
        const second = await endpoint.send(endpoint.sale().body, {
          what: 'an unsigned event on the same connection',
          signatures: [],
          agents,
        })
        if (((connection.made > 1 || endpoint.closings.length > 0) && !isTaken(second)) || second.outcome === 'reset')
          return conclude('pass', 'It closes the connection after each answer, and refused the unsigned event.', [
            second,
          ])
        return allRefused([second], 'An unsigned event after a signed one was refused.')
      } finally {
        connection.close()
      }
    },
  },
} as const satisfies Record<string, ProbeRun>

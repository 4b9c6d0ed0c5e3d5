/** `hookscope trigger` through a running hookscope: what it sends, and what the result of it says. */
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { headerValue } from '../../core/headers.ts'
import { type Session, startSession } from '../../server/session.ts'
import { defaults, type Settings } from '../../server/settings.ts'
import { emptyFolder } from '../helpers/command.ts'
import { signatureOf } from '../helpers/gateway.ts'
import { runHere } from '../helpers/here.ts'
import { type Merchant, startMerchant } from '../helpers/merchants.ts'

const key = 'the-signature-key'
const token = 'a-token-of-this-launch'

let app: Merchant
let session: Session
let db: string

async function listen(parts: Partial<Settings> = {}): Promise<void> {
  db = join(emptyFolder(), 'hookscope.db')
  session = await startSession({
    settings: {
      ...defaults,
      port: 0,
      inspectorPort: 0,
      forward: [app.url],
      tunnel: 'none',
      tunnelHost: null,
      subdomain: null,
      publicUrl: null,
      open: false,
      db,
      label: 'My shop',
      ...parts,
    },
    secrets: { signatureKey: key, sourceKey: null, basicAuth: { username: 'shop', password: 'open sesame' } },
    token,
    uiFolder: join(db, '../ui'),
    log: () => {},
    onDelivery: () => {},
    onDiagnosis: () => {},
    onAttempt: () => {},
  })
  session.announce()
}
beforeEach(async () => {
  app = await startMerchant()
})
afterEach(async () => {
  await session.close()
  await app.close()
})

const trigger = (...args: readonly string[]) => runHere(['trigger', ...args, '--db', db])

describe('--to the URL that deliveries are forwarded to', () => {
  it('signs and authenticates as the hook does, says so, and shows the key nowhere', async () => {
    await listen()
    const { code, stdout, stderr } = await trigger('ach.settled', '--to', app.url.replace('127.0.0.1', 'localhost'))
    expect(stderr).toContain(
      'Note: Signed and authenticated as “My shop” is: hookscope forwards its deliveries to this',
    )
    expect(code).toBe(0)
    const [received] = await app.arrived(1)
    const { headers = [], body = Buffer.alloc(0) } = received ?? {}
    expect(headerValue(headers, 'x-signature')).toBe(signatureOf(key, body))
    expect(headerValue(headers, 'authorization')).toBe(`Basic ${Buffer.from('shop:open sesame').toString('base64')}`)
    const told = await Promise.all(
      ['/api/simulations', '/api/simulations/1/events', '/api/simulations/tries/1'].map(async path =>
        (await fetch(`${session.inspectorUrl}${path}`, { headers: { Authorization: `Bearer ${token}` } })).text(),
      ),
    )
    for (const text of [...told, stdout, stderr]) {
      expect(text).not.toContain(key)
      expect(text).not.toContain('open sesame')
    }
    expect(told[0]).toContain('"hook":"main"')
  })

  it('with a key of its own it signs with that, and to another URL it does not sign', async () => {
    await listen()
    const own = await runHere(['trigger', 'ach.settled', '--to', app.url, '--db', db], {
      env: { HOOKSCOPE_SOURCE_KEY: 'another key' },
    })
    const elsewhere = await trigger('ach.settled', '--to', `${app.url}/elsewhere`)
    expect([own.stderr, elsewhere.stderr].join()).not.toContain('as “My shop”')
    expect(elsewhere.stderr).toContain('Nothing is signed: no key is known.')
    const [first, second] = await app.arrived(2)
    expect(headerValue(first?.headers ?? [], 'x-signature')).toBe(
      signatureOf('another key', first?.body ?? Buffer.alloc(0)),
    )
    expect(headerValue(second?.headers ?? [], 'x-signature')).toBeUndefined()
  })

  it('a fault of the hook’s credentials takes effect', async () => {
    await listen()
    const { code } = await trigger('ach.settled', '--to', app.url, '--weather', 'no-credentials,no-signature')
    expect(code).toBe(0)
    const [received] = await app.arrived(1)
    expect(headerValue(received?.headers ?? [], 'authorization')).toBeUndefined()
    expect(headerValue(received?.headers ?? [], 'x-signature')).toBeUndefined()
  })
})

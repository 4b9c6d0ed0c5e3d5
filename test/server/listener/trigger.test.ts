/** `hookscope trigger` through a running hookscope: what it sends, and the result, which is what the last station says. */
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SimulatedLine, SimulationLine } from '../../../cli/shared/json-simulation.ts'
import { headerValue } from '../../../core/http/headers.ts'
import { defaults, type Settings } from '../../../server/config/settings.ts'
import { type Listener, startListener } from '../../../server/listener.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { signatureOf } from '../../helpers/gateway.ts'
import { runHere } from '../../helpers/here.ts'
import { holdAnswers, type Manner, type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { portApart } from '../../helpers/ports.ts'
import { startTunnelServer } from '../../helpers/tunnel-server.ts'
import { simulationRequest } from '../simulate/simulated.ts'

const key = 'the-signature-key'
const token = 'a-token-of-this-launch'
const typeError = 'TypeError: Cannot read properties of undefined'
const crashes = manners.answers(
  '500 Internal Server Error',
  ['Content-Type: text/plain'],
  `${typeError}\n    at app.js`,
)

const closers: (() => unknown)[] = []
let app: Merchant
let session: Listener
let db: string

async function openApp(manner?: Manner): Promise<Merchant> {
  const opened = await startMerchant(manner)
  closers.push(opened.close)
  return opened
}

async function listen(parts: Partial<Settings> = {}, file = join(emptyFolder(), 'hookscope.db')): Promise<void> {
  db = file
  session = await startListener({
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
    uiFolder: join(db, '../../ui'),
    log: () => {},
    onDelivery: () => {},
    onDiagnosis: () => {},
    onAttempt: () => {},
  })
  session.announce()
}
beforeEach(async () => {
  app = await openApp()
})
afterEach(async () => {
  await session.close()
  for (const close of closers.splice(0)) await close()
})

const trigger = (...args: readonly string[]) => runHere(['trigger', ...args, '--db', db])
/** The same with `--json`: its tries, and the simulation at the end. */
async function lines(...args: readonly string[]) {
  const { code, stdout, stderr } = await trigger(...args, '--json')
  const all: (SimulatedLine | SimulationLine)[] = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  return {
    code,
    stderr,
    tries: all.flatMap(line => (line.kind === 'try' ? [line] : [])),
    end: all.flatMap(line => (line.kind === 'simulation' ? [line] : []))[0],
  }
}
async function get(path: string) {
  const answer = await fetch(`${session.inspectorUrl}${path}`, { headers: { Authorization: `Bearer ${token}` } })
  return answer.json() as Promise<Record<string, unknown>>
}
/** Names of the header lines that are kept of a delivery, in their order. */
async function keptNames(id: number | undefined) {
  const { headers } = (await get(`/api/deliveries/${id}`)) as {
    readonly headers: readonly (readonly [string, string])[]
  }
  return headers.map(([name]) => name)
}

describe('the app’s answer is the result', () => {
  it('a 500 is both stations, exit code 1 and the same over the API', async () => {
    app.behave(crashes)
    await listen()
    const { code, stderr } = await trigger('--journey', 'ach-return')
    expect(
      stderr.match(/ hook ✓ verified 200 → app ✗ 500 in [\d.]+ m?s: TypeError: Cannot read properties/g),
    ).toHaveLength(stderr.match(/ hook /g)?.length ?? 0)
    expect(stderr).toMatch(/0 of \d events delivered; \d failed\./)
    expect(stderr).not.toContain('hookscope itself')
    expect(code).toBe(1)
    const { events } = await get('/api/simulations/1/events')
    const told = { target: app.url, outcome: 'answered', status: 500, line: typeError, location: null, error: null }
    expect(events).toContainEqual(
      expect.objectContaining({
        state: 'failed',
        tries: [
          expect.objectContaining({
            status: 200,
            arrival: { delivery: expect.any(Number), verdict: 'verified', reasons: [], answeredBy: 'hookscope' },
            app: expect.objectContaining(told),
            apps: [expect.objectContaining(told)],
            notAsked: null,
          }),
        ],
      }),
    )
  })

  it('a 200 is success', async () => {
    await listen()
    const { code, stderr } = await trigger('ach.settled', 'ach.failed')
    expect(stderr.match(/ hook ✓ verified 200 → app ✓ 200 in /g)).toHaveLength(2)
    expect(stderr).toContain('All 2 delivered.\n')
    expect(code).toBe(0)
  })

  it('retries go on until the app answers 2xx, each through the hook', async () => {
    app.behave((socket, received) =>
      (app.received.length < 3 ? crashes : manners.answers('201 Created'))(socket, received),
    )
    await listen()
    const { code, tries, end } = await lines('ach.failed', '--retries', 'schedule', '--clock', 'instant')
    expect(tries.map(({ number, status, app: said }) => [number, status, said?.status, said?.line])).toEqual([
      [1, 200, 500, typeError],
      [2, 200, 500, typeError],
      [3, 200, 201, null],
    ])
    expect(tries.map(({ state }) => state)).toEqual([expect.anything(), expect.anything(), 'delivered'])
    expect(new Set(tries.map(({ arrival }) => arrival?.delivery)).size).toBe(3)
    expect(end).toMatchObject({ events: 1, delivered: 1, failed: 0 })
    expect(code).toBe(0)
  })

  it('nothing that listens is said with what to try', async () => {
    const port = await portApart()
    await listen({ forward: [`http://127.0.0.1:${port}/in`] })
    const { code, stderr } = await trigger('ach.settled')
    expect(stderr).toMatch(/ → app ✗ no connection in .*\n {10}Nothing listens at 127\.0\.0\.1:\d+\. Start your app/)
    expect(code).toBe(1)
  })

  it('of several targets each has to answer 2xx', async () => {
    const other = await openApp(crashes)
    await listen({ forward: [app.url, other.url] })
    const { code, tries } = await lines('ach.settled')
    const [one] = tries
    expect(one?.apps.map(({ target, status }) => [target, status]).sort()).toEqual(
      [
        [app.url, 200],
        [other.url, 500],
      ].sort(),
    )
    expect(one?.app).toMatchObject({ target: other.url, status: 500, line: typeError })
    expect(code).toBe(1)
    other.behave(manners.answers())
    const { stderr } = await trigger('ach.settled')
    expect(stderr).toMatch(
      /hook ✓ verified 200 → app 127\.0\.0\.1:\d+\S* ✓ 200 in .* → app 127\.0\.0\.1:\d+\S* ✓ 200 in /,
    )
    expect(stderr).toContain('Delivered.')
  })

  it('an answer of the app that is handed on is told once', async () => {
    app.behave(crashes)
    await listen({ answer: 'app' })
    const { code, stderr } = await trigger('ach.settled')
    expect(stderr).toMatch(/ hook ✓ verified → app ✗ 500 in .*: TypeError: Cannot read/)
    expect(code).toBe(1)
    session.workspace.listening.pauseForwarding(true)
    const { tries } = await lines('ach.settled')
    expect(tries).toMatchObject([{ status: 502, app: null, notAsked: 'paused', state: 'failed' }])
  })

  it('a mock response decides for the gateway, and the app is asked all the same', async () => {
    await listen()
    const failWith = { kind: 'status', status: 503 } as const
    const mock = {
      status: 200,
      headers: [],
      body: '',
      delayMs: 0,
      failures: { kind: 'next', left: 1 },
      failWith,
    } as const
    await session.workspace.hooks.rehearse('main', mock)
    const { code, tries } = await lines('ach.settled', '--retries', 'schedule', '--clock', 'instant')
    expect(tries.map(({ status, app: said }) => [status, said?.status])).toEqual([
      [503, 200],
      [200, 200],
    ])
    expect(tries[0]?.arrival?.answeredBy).toBe('mock-response')
    expect(code).toBe(0)
    await session.workspace.hooks.rehearse('main', mock)
    expect((await trigger('ach.settled')).stderr).toMatch(/hook ✓ verified 503 \(mock response\) → app ✓ 200/)
  })
})

describe('no app is asked', () => {
  it('without a target: said once, and the result is hookscope’s own', async () => {
    await listen({ forward: [] })
    const { code, stderr } = await trigger('ach.settled', 'ach.failed')
    expect(stderr.match(/ hook ✓ verified 200\n/g)).toHaveLength(2)
    expect(stderr).toContain('All 2 answered 2xx by hookscope itself.\nYour app was not called: ')
    expect(stderr.match(/Your app was not called/g)).toHaveLength(1)
    expect(code).toBe(0)
    const { tries } = await lines('ach.settled')
    expect(tries).toMatchObject([{ app: null, apps: [], notAsked: 'no-target', state: 'delivered' }])
  })

  it('when the hook rejects, which the result names', async () => {
    await listen()
    const { code, stderr } = await trigger('ach.settled', '--weather', 'wrong-signature')
    expect(stderr).toMatch(/ hook ✗ rejected \(signature-wrong\) 401\n/)
    expect(code).toBe(1)
    const { tries } = await lines('ach.settled', '--weather', 'no-credentials,tamper')
    expect(tries).toMatchObject([
      {
        status: 401,
        arrival: { verdict: 'rejected', reasons: ['signature-wrong', 'credentials-missing'] },
        app: null,
        notAsked: 'rejected',
      },
    ])
    expect(app.received).toHaveLength(0)
  })

  it('but with --observe the app is, whatever the hook says', async () => {
    app.behave(crashes)
    await listen({ observe: true })
    const { stderr } = await trigger('ach.settled', '--weather', 'wrong-signature')
    expect(stderr).toMatch(/ hook ✗ rejected \(signature-wrong\) 200 → app ✗ 500 /)
  })

  it('while forwarding is paused, until it goes on', async () => {
    app.behave(crashes)
    await listen()
    session.workspace.listening.pauseForwarding(true)
    const watching = trigger('ach.settled')
    await expect
      .poll(async () => (await get('/api/simulations/1/events'))['events'])
      .toMatchObject([{ state: 'sending', tries: [{ status: 200, app: null, notAsked: null }] }])
    expect(session.workspace.status().simulator).toEqual({ waiting: 0, sending: 1 })
    session.workspace.listening.pauseForwarding(false)
    const { code, stderr } = await watching
    expect(stderr).toContain('Note: Forwarding is paused: your app is called, and the result shown, once it resumes.')
    expect(stderr).toMatch(/ → app ✗ 500/)
    expect(code).toBe(1)
  })

  it('when the target is taken away, or the delivery removed, while it waits', async () => {
    await listen()
    session.workspace.listening.pauseForwarding(true)
    const removed = lines('ach.settled')
    const waiting = async () => session.workspace.status().forward?.waiting
    await expect.poll(waiting).toBe(1)
    await fetch(`${session.inspectorUrl}/api/deliveries/remove`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ ids: [1] }),
    })
    session.workspace.listening.pauseForwarding(false)
    expect(await removed).toMatchObject({ code: 1, tries: [{ notAsked: 'dropped', state: 'failed' }] })
    session.workspace.listening.pauseForwarding(true)
    const targetless = lines('ach.settled')
    await expect.poll(waiting).toBe(1)
    await session.workspace.listening.setForwardTargets([], true)
    expect((await targetless).tries).toMatchObject([{ notAsked: 'no-target' }])
  })

  it('when hookscope ends first: the event is tried again at the next start', async () => {
    await listen()
    session.workspace.listening.pauseForwarding(true)
    const { simulator } = session.workspace
    const { id } = await simulator.start(simulationRequest({ retries: 'schedule' }))
    await expect.poll(() => session.workspace.status().forward?.waiting).toBe(1)
    await session.close()
    await listen({}, db)
    const again = session.workspace.simulator
    await expect.poll(async () => (await again.simulation(id))?.state).toBe('done')
    const [event] = await again.events(id, null)
    expect(event).toMatchObject({
      state: 'delivered',
      tries: [{ status: 200, notAsked: 'interrupted' }, { app: { status: 200 } }],
    })
  })
})

it('a test event tells the app’s answer, too', async () => {
  app.behave(crashes)
  await listen()
  expect(await session.workspace.sendTestEvent('main')).toMatchObject({
    status: 200,
    app: { status: 500, line: typeError },
  })
  session.workspace.listening.pauseForwarding(true)
  expect(await session.workspace.sendTestEvent('main')).toMatchObject({ status: 200, app: null, notAsked: null })
  await session.workspace.listening.setForwardTargets([], true)
  session.workspace.listening.pauseForwarding(false)
  expect(await session.workspace.sendTestEvent('main')).toMatchObject({ status: 200, app: null, notAsked: 'no-target' })
})

describe('the steps of a scenario', () => {
  const cardSale = ['transaction.sale.success', 'transaction.sale.captured', 'settlement.batch.success'] as const
  const typeOf = ({ body }: Merchant['received'][number]): string => JSON.parse(body.toString()).event_type

  it('reach the app one after the other, and are told in that order', async () => {
    const log: string[] = []
    app.behave((socket, received) => {
      const type = typeOf(received)
      log.push(`${type} came`)
      const answer = () => {
        log.push(`${type} answered`)
        manners.answers()(socket, received)
      }
      setTimeout(answer, type === cardSale[0] ? 200 : 0)
    })
    await listen()
    const { code, tries } = await lines('--scenario', 'card-sale')
    expect(log).toEqual(cardSale.flatMap(type => [`${type} came`, `${type} answered`]))
    expect(tries.map(({ eventType }) => eventType)).toEqual(cardSale)
    expect(code).toBe(0)
  })

  it('wait for the hook alone while forwarding is paused', async () => {
    await listen()
    session.workspace.listening.pauseForwarding(true)
    const watching = lines('--scenario', 'card-sale')
    await expect.poll(() => session.workspace.status().simulator).toEqual({ waiting: 0, sending: 3 })
    const kept = await session.workspace.simulator.events(1, null)
    const deliveries = kept.map(({ tries }) => tries[0]?.arrival?.delivery)
    expect(deliveries).toEqual([1, 2, 3])
    session.workspace.listening.pauseForwarding(false)
    expect(await watching).toMatchObject({ code: 0, end: { delivered: 3 } })
  })

  it('reach the app in their order after a restart that left a delivery of theirs unsent', async () => {
    const held = holdAnswers()
    app.behave(held.manner)
    await listen()
    const { simulator } = session.workspace
    const { id } = await simulator.start(
      simulationRequest({ items: [{ kind: 'journey', name: 'card-sale' }], count: 25 }),
    )
    await app.arrived(20)
    await expect.poll(() => session.workspace.status().forward?.waiting).toBe(5)
    app.behave(manners.answers())
    const closing = session.close()
    held.release()
    await closing
    await listen({}, db)
    const again = session.workspace.simulator
    await expect.poll(async () => (await again.simulation(id))?.state, { timeout: 10_000 }).toBe('done')
    await app.arrived(75)
    const came = app.received.map(({ body }) => JSON.parse(body.toString()).event_id)
    const ids = (await again.events(id, null)).map(({ eventId }) => came.indexOf(eventId))
    const perScenario = Array.from({ length: 25 }, (_, n) => ids.slice(3 * n, 3 * n + 3))
    expect(perScenario).toEqual(perScenario.map(places => places.toSorted((one, other) => one - other)))
    expect(Math.min(...ids)).toBe(0)
  })

  it('wait for the hook alone where nothing is forwarded', async () => {
    await listen({ forward: [] })
    const { code, tries } = await lines('--scenario', 'card-sale')
    expect(tries.map(({ eventType, notAsked }) => [eventType, notAsked])).toEqual(
      cardSale.map(type => [type, 'no-target']),
    )
    expect(code).toBe(0)
  })
})

describe('on its way through the hook', () => {
  it('the delivery and the app get what the gateway would send, and no line more', async () => {
    await listen()
    const { tries } = await lines('ach.settled', '--weather', 'duplicates')
    const ids = tries.map(({ arrival }) => arrival?.delivery)
    expect([...ids].sort()).toEqual([1, 2])
    const names = ['Host', 'Content-Type', 'Content-Length', 'Hookscope-Source', 'X-Signature', 'Authorization']
    for (const id of ids) expect(await keptNames(id)).toEqual([...names, 'Connection'])
    const marks = ['Hookscope-Source', 'Hookscope-Delivery', 'Connection']
    for (const { headers } of app.received)
      expect(headers.map(([name]) => name)).toEqual([...names.filter(name => name !== 'Hookscope-Source'), ...marks])
  })

  it('a URL elsewhere gets no line more either, and its answer is the last word', async () => {
    const elsewhere = await openApp(crashes)
    await listen()
    const { code, tries } = await lines('ach.settled', '--to', elsewhere.url)
    expect(tries).toMatchObject([{ status: 500, line: typeError, arrival: null, app: null, notAsked: null }])
    expect(elsewhere.received[0]?.headers.map(([name]) => name)).toEqual([
      ...['Host', 'Content-Type', 'Content-Length', 'Hookscope-Source', 'Connection'],
    ])
    expect(code).toBe(1)
    expect((await trigger('ach.settled', '--to', elsewhere.url)).stderr).toMatch(/ → 500 in .*: TypeError: Cannot read/)
  })

  it('a hook’s own URL that is named is a hook, too, also through the tunnel', async () => {
    const tunnels = await startTunnelServer()
    closers.push(() => tunnels.close())
    app.behave(crashes)
    await listen({ tunnel: 'localtunnel', tunnelHost: tunnels.host })
    await expect.poll(() => session.workspace.status().tunnel.state, { timeout: 15_000 }).toBe('up')
    const [hook] = session.workspace.status().hooks
    const { tries } = await lines('ach.settled', '--to', hook?.hookUrl ?? '')
    expect(tries).toMatchObject([{ status: 401, arrival: { verdict: 'rejected' }, notAsked: 'rejected' }])
    const through = await lines('ach.settled')
    expect(through.tries).toMatchObject([{ target: hook?.hookUrl, status: 200, app: { status: 500, line: typeError } }])
    expect(tunnels.heard).toBeGreaterThan(1)
    const names = await keptNames(through.tries[0]?.arrival?.delivery)
    expect(names.filter(name => /^hookscope-/i.test(name)).join()).toMatch(/^hookscope-source$/i)
  })
})

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
        JSON.stringify(await get(path)),
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
    const env = { HOOKSCOPE_SOURCE_KEY: 'another key' }
    const own = await runHere(['trigger', 'ach.settled', '--to', app.url, '--db', db], { env })
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

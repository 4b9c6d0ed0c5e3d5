/**
 * `hookscope trigger`, `pending` and `samples`: with nothing else running, on a database, and through a listener. What is
 * about the process itself (streams, signals, its end) is shown by processes, the rest within this one.
 */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SimulatedLine, SimulationLine } from '../../../cli/shared/json-simulation.ts'
import { headerValue } from '../../../core/http/headers.ts'
import {
  emptyFolder,
  expectExit,
  type RunningCommand,
  runCommand,
  startCommand,
  startListening,
} from '../../helpers/command.ts'
import { signatureOf } from '../../helpers/gateway.ts'
import { runHere } from '../../helpers/here.ts'
import { type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'

const key = 'merchant-signature-key'
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function openApp(manner = manners.answers()): Promise<Merchant> {
  const app = await startMerchant(manner)
  closers.push(app.close)
  return app
}

const linesOf = (stdout: string): (SimulatedLine | SimulationLine)[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

describe('with nothing else running', () => {
  const db = join(emptyFolder(), 'none.db')
  const env = { HOOKSCOPE_SIGNATURE_KEY: key }
  const trigger = (args: readonly string[], input = '') => runHere(['trigger', ...args, '--db', db], { env, input })
  afterAll(() => expect(existsSync(db)).toBe(false))

  it('sends a signed and authenticated sale, and ends with 0', async () => {
    const app = await openApp()
    const { code, stdout, stderr } = await runCommand(
      ['trigger', 'transaction.sale.success', '--to', app.url, '--db', db],
      { env: { ...env, HOOKSCOPE_BASIC_AUTH: 'shop:p:w' } },
    )
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toMatch(
      /transaction\.sale\.success .* → 200 in .*\nDelivered\.\nRepeat the same events: --seed \d+\n/,
    )
    const [received] = await app.arrived(1)
    const { headers = [], body = Buffer.alloc(0) } = received ?? {}
    expect(headerValue(headers, 'x-signature')).toBe(signatureOf(key, body))
    expect(headerValue(headers, 'authorization')).toBe(`Basic ${Buffer.from('shop:p:w').toString('base64')}`)
    expect(headerValue(headers, 'hookscope-source')).toBe('simulate')
    expect(JSON.parse(body.toString())).toMatchObject({ type: 'event', event_type: 'transaction.sale.success' })
  })

  it.each([
    ['HOOKSCOPE_SOURCE_KEY', { HOOKSCOPE_SOURCE_KEY: 'the source key' }, {}],
    ['the config file', {}, { sourceKey: 'the source key' }],
  ])('signs with the key of %s', async (_, environment, config) => {
    const app = await openApp()
    const cwd = emptyFolder()
    writeFileSync(join(cwd, 'hookscope.config.json'), JSON.stringify(config))
    const args = ['trigger', 'ach.settled', '--to', app.url, '--db', db]
    const { code, stderr } = await runHere(args, { env: environment, cwd })
    expect(stderr).toContain('Delivered.')
    expect(code, stderr).toBe(0)
    const [received] = await app.arrived(1)
    const { headers = [], body = Buffer.alloc(0) } = received ?? {}
    expect(headerValue(headers, 'x-signature')).toBe(signatureOf('the source key', body))
  })

  it('ends with 1 when one is not answered 2xx, and says how each went', async () => {
    const app = await openApp(manners.answers('500 Internal Server Error'))
    const { code, stderr } = await trigger(['ach.settled', '--to', app.url, '--count', '2', '--seed', '7'])
    expect(code, stderr).toBe(1)
    expect(stderr.match(/→ 500/g)).toHaveLength(2)
    expect(stderr).toContain('0 of 2 events delivered; 2 failed.')
    expect(stderr).not.toContain('--seed')
  })

  it('says why there was no answer', async () => {
    const app = await openApp(manners.resets())
    const { code, stderr } = await trigger(['ach.settled', '--to', app.url])
    expect(code, stderr).toBe(1)
    expect(stderr).toMatch(/→ connection lost in .*\n {10}\w/)
    expect(stderr).toContain('Failed: not answered 2xx.\n')
  })

  it('sends the same event again until it is answered 2xx', async () => {
    const app = await openApp((socket, received) =>
      manners.answers(app.received.length < 3 ? '503 Service Unavailable' : '200 OK')(socket, received),
    )
    const { code, stdout, stderr } = await runCommand(
      ['trigger', 'ach.failed', '--to', app.url, '--retries', 'schedule', '--clock', 'instant', '--json'].concat([
        '--db',
        join(emptyFolder(), 'kept.db'),
      ]),
    )
    const lines = linesOf(stdout)
    expect(lines.map(line => (line.kind === 'try' ? [line.number, line.status, line.instantMs] : line.kind))).toEqual([
      [1, 503, 0],
      [2, 503, 300_000],
      [3, 200, 600_000],
      'simulation',
    ])
    expect(lines.at(-1)).toMatchObject({ events: 1, delivered: 1, failed: 0, state: 'done' })
    expect(new Set(app.received.map(({ body }) => JSON.parse(body.toString()).event_id)).size).toBe(1)
    expect(stderr).toMatch(/attempt 3, 10 min after the first .*→ 200.*\nDelivered, unsigned, in 3 attempts: /)
    expect(code, stderr).toBe(0)
  })

  it('changes fields: what is typed becomes what the sample has there, := any JSON, --unset takes out', async () => {
    const app = await openApp()
    const { code, stderr } = await trigger([
      'transaction.sale.success',
      ...['--to', app.url, '--set', 'refnum=42', '--set', 'object.amount=0012', '--set', 'event_body.object.avs:=[1]'],
      ...['--unset', 'event_id'],
    ])
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(/Note: .*event_id is missing/)
    const [received] = await app.arrived(1)
    const event = JSON.parse(received?.body.toString() ?? '')
    expect(event.event_body.object).toMatchObject({ refnum: 42, amount: '0012', avs: [1] })
    expect(event).not.toHaveProperty('event_id')
  })

  it('sends exactly what a file or standard input holds', async () => {
    const app = await openApp()
    const path = join(emptyFolder(), 'event.json')
    const text = '{ "odd" : [1.0,\r\n2] }\n'
    writeFileSync(path, text)
    await expectExit(trigger(['--body', path, '--to', app.url]), 0)
    await expectExit(trigger(['--body', '-', '--to', app.url], text), 0)
    const piped = await runCommand(['trigger', '--body', '-', '--to', app.url, '--db', db], { input: text })
    expect(piped.code, piped.stderr).toBe(0)
    const received = await app.arrived(3)
    expect(received.map(({ body }) => body.toString())).toEqual([text, text, text])
  })

  it('sends a journey in the spelling, the number and the order that were asked for', async () => {
    const app = await openApp()
    const { code, stdout, stderr } = await trigger([
      'cardupdate.created',
      '--journey',
      'ach-return',
      '--to',
      app.url,
      '--json',
    ])
    expect(code, stderr).toBe(0)
    const types = linesOf(stdout).flatMap(line => (line.kind === 'try' ? [line.eventType] : []))
    expect(types.sort()).toEqual([
      'ach.returned',
      'ach.settled',
      'ach.submitted',
      'cardupdate.created',
      'transaction.sale.success',
    ])
  })

  it('changes one event of a journey by its number, and all of them without', async () => {
    const app = await openApp()
    const { code, stderr } = await trigger([
      ...['--journey', 'ach-return', '--to', app.url, '--set', 'orderid=all', '--set', '3:orderid=second'],
      ...['--set', '4:refnum:=7', '--unset', '4:trackingcode'],
    ])
    expect(code, stderr).toBe(0)
    const objects = new Map(
      (await app.arrived(4)).map(({ body }) => {
        const { event_type, event_body } = JSON.parse(body.toString())
        return [event_type, event_body.object]
      }),
    )
    expect(objects.get('ach.submitted')).toMatchObject({ orderid: 'all', check: { trackingcode: expect.any(String) } })
    expect(objects.get('ach.settled')).toMatchObject({ orderid: 'second' })
    expect(objects.get('ach.returned')).toMatchObject({ orderid: 'all', refnum: 7, check: {} })
  })

  it('makes the same events of the same seed', async () => {
    const app = await openApp()
    for (const seed of ['5', '5', '6']) await trigger(['ach.settled', '--to', app.url, '--seed', seed])
    const [first, second, third] = (await app.arrived(3)).map(
      ({ body }) => JSON.parse(body.toString()).event_body.object,
    )
    expect(second).toEqual(first)
    expect(third).not.toEqual(first)
  })

  it('makes weather', async () => {
    const app = await openApp()
    await trigger(['ach.settled', '--to', app.url, '--weather', 'no-signature', '--weather', 'duplicates'])
    const received = await app.arrived(2)
    expect(received.map(({ headers }) => headerValue(headers, 'x-signature'))).toEqual([undefined, undefined])
  })

  it('prints the signed request as curl that sends the same, and sends nothing itself', async () => {
    const app = await openApp()
    const { code, stdout, stderr } = await trigger([
      'ach.settled',
      '--to',
      app.url,
      '--dry-run',
      '--set',
      "orderid=it's",
    ])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('Nothing was sent.')
    expect(app.received).toHaveLength(0)
    await promisify(execFile)('bash', ['-c', stdout])
    const [received] = await app.arrived(1)
    const { headers = [], body = Buffer.alloc(0) } = received ?? {}
    expect(headerValue(headers, 'x-signature')).toBe(signatureOf(key, body))
    expect(JSON.parse(body.toString()).event_body.object.orderid).toBe("it's")
  })

  it('lists types, scenarios and nothing of its own', async () => {
    const [people, scripts] = await Promise.all([trigger(['--list']), trigger(['--list', '--json'])])
    expect(people.stdout).toMatch(/transaction\.sale\.success +a sale is approved/)
    expect(people.stdout).toMatch(/card-sale +A sale/)
    const kinds = scripts.stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).kind)
    expect(kinds.filter(kind => kind === 'event-type')).toHaveLength(25)
  })

  it('says of several what is left, each in its number', async () => {
    const app = await openApp(manners.answers('500 Internal Server Error'))
    const kept = join(emptyFolder(), 'kept.db')
    const command = startCommand([
      ...['trigger', 'ach.failed', '--to', app.url, '--retries', 'schedule'],
      ...['--db', kept, '--count', '2'],
    ])
    closers.push(() => command.stop('SIGKILL'))
    await command.waitForText(/→ 500[\s\S]*→ 500/)
    const { stderr } = await command.stop('SIGINT')
    expect(stderr).toMatch(
      /Stopped: 2 events are queued\. They are kept, and are sent when .*pending lists them, .* cancels them\./,
    )
    // Another hookscope on this database goes on with them.
    app.behave(manners.answers())
    const next = startListening([], { db: kept })
    closers.push(() => next.stop('SIGKILL'))
    await next.waitForLine('ready')
    expect((await runHere(['pending', 'hurry', 'all', '--db', kept])).stderr).toBe('2 events are being sent now.\n')
    const ids = (await app.arrived(4)).map(({ body }) => JSON.parse(body.toString()).event_id)
    expect(ids.slice(2).sort()).toEqual(ids.slice(0, 2).sort())
  })

  it('says what is left when it is interrupted', async () => {
    const app = await openApp(manners.answers('500 Internal Server Error'))
    const kept = join(emptyFolder(), 'kept.db')
    const command = startCommand(['trigger', 'ach.failed', '--to', app.url, '--retries', 'schedule', '--db', kept])
    closers.push(() => command.stop('SIGKILL'))
    await command.waitForText(/→ 500.* again in \d/)
    const { code, stderr } = await command.stop('SIGINT')
    expect(stderr).toMatch(/Stopped: 1 event is queued\. It is kept, .*hookscope pending lists it/)
    expect(code, stderr).toBe(1)
    const list = await runHere(['pending', '--db', kept])
    expect(list.stdout).toMatch(/^1 .*ach\.failed.* attempt 2 at .* → 500/)
    await expectExit(runHere(['pending', 'cancel', '9', '--db', kept]), 1)
    expect((await runCommand(['pending', 'cancel', 'all', '--db', kept])).stderr).toBe('Canceled 1 event.\n')
    expect((await runHere(['pending', 'list', '--db', kept])).stderr).toBe('Nothing is queued.\n')
  })

  const wrong: readonly [args: readonly string[], says: RegExp, code?: number][] = [
    [[], /Nothing to send was given\.\n {2}.*--list/],
    [['ach.retuned'], /no event type or sample “ach\.retuned”\.\n {2}Did you mean ach\.returned\?/],
    [['ach'], /“ach”\.\n {2}There are ach\.submitted, /],
    [['transaction.refund.*'], /There are transaction\.refund\.success, transaction\.refund\.voided\.$/m],
    [['sale.success'], /Did you mean transaction\.sale\.success\?/],
    [['captured'], /Did you mean transaction\.sale\.captured\?/],
    [['sale'], /Did you mean transaction\.sale\.success, transaction\.sale\.failure or transaction\.sale\.voided\?/],
    [['cau.update'], /Did you mean cau\.updated_expiration or cau\.updated_card\?/],
    [['card-sale'], /It is a scenario: hookscope trigger --scenario card-sale$/m],
    [['zebra'], /--list shows all of them/],
    [['--journey', 'ach-void', '--set', '4:orderid=1'], /ach-void has no event 4\.\n {2}It has 3: .*, ach\.voided\./],
    [['--journey', 'ach-return', '--set', '1:reason=x'], /no “reason”/],
    [['ach.settled', '--unset', '2:orderid'], /Only the events of a scenario have numbers, such as 2:\./],
    [['--journey', 'card-sail'], /no scenario “card-sail”\.\n {2}Did you mean card-sale\?/],
    [['ach.settled', '--set', 'orderit=1'], /no “orderit”.*\n {2}Did you mean event_body\.object\.orderid/],
    [['ach.settled', '--unset', 'nowhere.at.all'], /no “nowhere\.at\.all”/],
    [['ach.settled', '--set', 'orderid'], /--set “orderid” has no value/],
    [['ach.settled', '--set', '=1'], /has no path/],
    [['ach.settled', '--set', 'orderid:=abc'], /is not JSON: abc\n.*orderid=abc/],
    [['transaction.sale.success', '--set', 'refnum=abc'], /refnum is a number in the sample, and “abc” is not\.\n.*:=/],
    [['ach.settled', '--count', '0'], /--count should be a whole number from 1 to 100000, not “0”/],
    [['ach.settled', '--count', '100001'], /--count should be/],
    [['ach.settled', '--rate', '-1'], /--rate should be events per second/],
    [['ach.settled', '--seed', '4294967296'], /--seed should be a whole number from 0 to 4294967295/],
    [['ach.settled', '--clock', 'fast'], /--clock should be .* not “fast”\.\n.*600x/],
    [['ach.settled', '--retries', 'always'], /Allowed choices are off, schedule/],
    [['ach.settled', '--weather', 'rain'], /--fault: There is no fault “rain”/],
    [['ach.settled', '--weather', 'slow=2'], /“2” is not a share/],
    [['ach.settled', '--weather', 'no-credentials'], /The fault no-credentials has no effect: .*\.\n {2}Give Basic/],
    [['ach.settled', '--weather', 'wrong-credentials'], /The fault wrong-credentials has no effect: /],
    [['ach.settled', '--weather', 'disorder'], /The fault disorder has no effect: only one event is sent\./],
    [['ach.settled', '--weather', 'no-credentials', '--dry-run'], /The fault no-credentials has no effect: /],
    [
      ['ach.settled', '--weather', 'no-signature,wrong-signature'],
      /wrong-signature has no effect: no-signature already/,
    ],
    [['ach.settled', '--hook', 'x', '--to', 'http://localhost:1/'], /--to and --hook cannot be used together/],
    [['ach.settled', '--body', 'x.json'], /x\.json, does not exist/],
    [['ach.settled', '--to', 'http://user:pw@localhost:1/'], /contains a user name or a password\.\n.*--basic-auth/],
    [['ach.settled', '--to', 'ftp://localhost:1/'], /target “ftp:.*” is neither http nor https/],
    [['ach.settled', '--to', 'webhooks'], /not a URL\.\n {2}Enter the full URL of your endpoint/],
    [
      ['ach.settled', '--to', 'localhost:1/in'],
      /^Sending ach\.settled to http:\/\/localhost:1\/in, [\s\S]*Nothing listens/,
      1,
    ],
    [['ach.settled', '--to', '--json'], /--to has no value/],
    [['ach.settled'], /There is no database at .*\n.*--to URL/, 3],
    [['ach.settled', '--hook', 'My shop'], /There is no database/, 3],
  ]
  it.each(wrong)('refuses %j', async (args, says, expected = 2) => {
    const to = /database|--to|user name|together|target|not a URL|Sending/.test(says.source)
      ? []
      : ['--to', 'http://localhost:1/']
    const { code, stdout, stderr } = await trigger([...args, ...to])
    expect(stderr).toMatch(says)
    expect([code, stdout]).toEqual([expected, ''])
  })

  it('without a key: says in the result and at the end that it went out unsigned', async () => {
    const app = await openApp()
    const send = (...args: string[]) => runHere(['trigger', 'ach.settled', '--to', app.url, '--db', db, ...args])
    const { code, stderr, stdout } = await send('--json')
    expect(stderr).toMatch(
      /Sending ach\.settled to \S+, directly\.\n.* \[unsigned\] .*→ 200 .*\nDelivered, unsigned: your app does not check signatures, or/,
    )
    expect([code, linesOf(stdout)[0]]).toMatchObject([0, { kind: 'try', signed: false }])
    const twice = await send('--count', '2')
    expect(twice.stderr).toContain('All 2 delivered, unsigned: your app does not check')
    const signed = await send('--signature-key', key, '--json')
    expect(signed.stderr).not.toContain('unsigned')
    expect(linesOf(signed.stdout)[0]).toMatchObject({ kind: 'try', signed: true })
  })

  it('without a key: a wrong signature is sent all the same, and no signature cannot be', async () => {
    const app = await openApp(manners.answers('401 Unauthorized'))
    const bare = (fault: string) => runHere(['trigger', 'ach.settled', '--to', app.url, '--weather', fault, '--db', db])
    const none = await bare('no-signature')
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringMatching(/The fault no-signature has no effect: nothing is signed\.\n {2}Give a key/),
    ])
    expect(app.received).toHaveLength(0)
    const { code, stderr } = await bare('wrong-signature')
    expect([code, stderr]).toEqual([1, expect.stringMatching(/\[wrong-signature\] .* 401/)])
    const [received] = await app.arrived(1)
    expect(headerValue(received?.headers ?? [], 'x-signature')).toMatch(/^[0-9a-f]{64}$/)
  })

  it('refuses a body with an event type, and one that is empty', async () => {
    const path = join(emptyFolder(), 'empty.json')
    writeFileSync(path, '')
    const to = ['--to', 'http://localhost:1/']
    expect((await trigger(['--body', path, ...to])).stderr).toContain('is empty')
    writeFileSync(path, Buffer.from([0xff]))
    expect((await trigger(['--body', path, ...to])).stderr).toContain('is not UTF-8 text')
    writeFileSync(path, '{}')
    expect((await trigger(['ach.settled', '--body', path, ...to])).stderr).toMatch(/--body and “ach\.settled” cannot/)
  })
})

describe('through the listener', () => {
  const db = join(emptyFolder(), 'a.db')
  const env = { HOOKSCOPE_SIGNATURE_KEY: key }
  let listener: RunningCommand
  beforeAll(async () => {
    listener = startListening(['--label', 'My shop'], { db, env })
    await listener.waitForLine('ready')
    // The delivery 1.
    await command(['trigger', 'transaction.sale.success', '--hook', 'My shop'])
  })
  afterAll(() => listener.stop('SIGKILL'))
  const command = (args: readonly string[]) => runHere([...args, '--db', db])

  it('sends to the hooks that are subscribed, signed with their keys', async () => {
    const { code, stderr } = await runCommand(['trigger', 'transaction.sale.captured', '--db', db])
    expect(stderr).toMatch(/through the running hookscope.*\n.* hook ✓ verified 200\n/)
    expect(code, stderr).toBe(0)
    const isIt = ({ eventType }: { readonly eventType?: unknown }) => eventType === 'transaction.sale.captured'
    const delivery = await listener.waitForLine('delivery', isIt)
    expect(delivery).toMatchObject({ verdict: 'verified', status: 200 })
  })

  it('tells of all events at the end when the stream of the listener cannot be had', async () => {
    const note = `${db}.session.json`
    const before = readFileSync(note, 'utf8')
    const { host, port } = new URL(JSON.parse(before).inspectorUrl)
    const proxy = http.createServer((request, response) => {
      const { method, url: path } = request
      const onward = http.request({ host: '127.0.0.1', port, method, path, headers: { ...request.headers, host } })
      onward.on('response', answer => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      request.pipe(onward)
    })
    proxy.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n'),
    )
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
    closers.push(() => proxy.close())
    closers.push(() => writeFileSync(note, before))
    const address = proxy.address()
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port')
    writeFileSync(note, JSON.stringify({ ...JSON.parse(before), inspectorUrl: `http://127.0.0.1:${address.port}` }))
    const { code, stderr } = await runCommand(['trigger', 'ach.settled', '--db', db])
    expect(stderr).toMatch(/through the running hookscope.*\n.*ach\.settled .* hook ✓ verified 200\n/)
    expect(code, stderr).toBe(0)
  })

  it('sends to one hook, in any case of its label; a wrong one is told with the nearest', async () => {
    await expectExit(command(['trigger', 'ach.voided', '--hook', 'my SHOP']), 0)
    const { code, stderr } = await command(['trigger', 'ach.voided', '--hook', 'My shpo'])
    expect([code, stderr]).toEqual([2, 'hookscope: There is no hook “My shpo”.\n  Did you mean “My shop”?\n'])
  })

  it('shows the exact request of a hook', async () => {
    const { code, stdout, stderr } = await command(['trigger', 'ach.voided', '--dry-run', '--json'])
    expect(code, stderr).toBe(0)
    const { headers, body } = JSON.parse(stdout)
    expect(headerValue(headers, 'x-signature')).toBe(signatureOf(key, Buffer.from(body.base64, 'base64')))
  })

  it('refuses a fault without effect as a mistake, before anything is sent', async () => {
    const { code, stderr } = await command(['trigger', 'ach.voided', '--weather', 'wrong-credentials'])
    expect(stderr).toMatch(/The fault wrong-credentials has no effect: .*\n {2}Give Basic/)
    expect(code, stderr).toBe(2)
  })

  it('refuses keys that would not be used', async () => {
    const { code, stderr } = await command(['trigger', 'ach.voided', '--signature-key', 'another'])
    expect(stderr).toMatch(/--signature-key has no effect: .*\n {2}.*--to/)
    expect(code, stderr).toBe(2)
  })

  it('lets the listener go on with what waits, hurries it, and ends with it', async () => {
    const app = await openApp(manners.answers('500 Internal Server Error'))
    const watching = startCommand([
      'trigger',
      'ach.failed',
      '--to',
      app.url,
      '--retries',
      'schedule',
      '--json',
      '--db',
      db,
    ])
    closers.push(() => watching.stop('SIGKILL'))
    const first = await watching.waitForLine('try')
    expect(first).toMatchObject({ number: 1, status: 500, state: 'waiting' })
    app.behave(manners.answers())
    expect((await command(['pending', 'hurry', String(first.event)])).stderr).toBe('1 event is being sent now.\n')
    await expectExit(watching.exited, 0)
    expect((await watching.waitForLine('simulation')).delivered).toBe(1)
  })

  it('sends at the rate that was asked for: what is not due yet waits for its first try', async () => {
    const app = await openApp()
    const args = ['trigger', 'ach.failed', '--to', app.url, '--count', '3', '--rate', '0.001', '--json', '--db', db]
    const watching = startCommand(args)
    closers.push(() => watching.stop('SIGKILL'))
    await watching.waitForLine('try')
    const waiting = (await command(['pending', '--json'])).stdout.trimEnd().split('\n')
    expect(waiting.map(line => JSON.parse(line).next.number)).toEqual([1, 1])
    await expectExit(command(['pending', 'cancel', 'all']), 0)
    await expectExit(watching.exited, 1)
    expect(app.received).toHaveLength(1)
  })

  it('says that the listener goes on, when it is interrupted', async () => {
    const app = await openApp(manners.answers('500 Internal Server Error'))
    const watching = startCommand(['trigger', 'ach.failed', '--to', app.url, '--retries', 'schedule', '--db', db])
    closers.push(() => watching.stop('SIGKILL'))
    await watching.waitForText(/→ 500/)
    const { code, stderr } = await watching.stop('SIGINT')
    expect(stderr).toMatch(/1 event is queued\. The listening hookscope continues/)
    expect(code, stderr).toBe(1)
    expect((await command(['pending'])).stdout).toContain('ach.failed')
    await expectExit(command(['pending', 'cancel', 'all']), 0)
  })

  it('makes a delivery a sample that can be sent, shown and removed', async () => {
    const saved = await command(['samples', 'save', '1', 'large-sale'])
    expect([saved.code, saved.stderr]).toEqual([0, 'Saved. Send it: hookscope trigger large-sale\n'])
    expect((await command(['samples'])).stdout).toMatch(/^large-sale +transaction\.sale\.success.*from delivery 1\n$/)
    expect(JSON.parse((await command(['samples', 'show', 'large-sale'])).stdout).type).toBe('event')
    const app = await openApp()
    await expectExit(command(['trigger', 'large-sale', '--to', app.url, '--set', 'authcode=007']), 0)
    const [received] = await app.arrived(1)
    expect(JSON.parse(received?.body.toString() ?? '').event_body.object.authcode).toBe('007')
    await expectExit(command(['samples', 'remove', 'large-sale']), 0)
    const gone = await command(['samples', 'remove', 'large-sale'])
    expect([gone.code, gone.stderr]).toEqual([1, 'There is no sample “large-sale”.\n'])
  })

  it.each([
    [['samples', 'save', 'x', 'name'], 2, /“x” is not the id of a delivery/],
    [['samples', 'save', '9999', 'name'], 1, /no delivery #9999/i],
    [['samples', 'save', '1', 'Bad Name'], 2, /cannot be the name of a sample/],
    [['samples', 'save', '1', 'ach.settled'], 2, /is an event type/],
    [['samples', 'show', 'absent'], 2, /no event type or sample “absent”/],
    [['samples', 'shwo'], 2, /hookscope samples has no “shwo”\.\n {2}Did you mean show\?/],
    [['pending', 'hurry', 'x'], 2, /“x” is not the id of a queued event/],
    [['pending', 'cancel', 'all', '1'], 2, /“all” cannot be combined/],
  ] as const)('refuses %j', async (args, expected, says) => {
    const { code, stderr } = await command(args)
    expect(stderr).toMatch(says)
    expect(code, stderr).toBe(expected)
  })
})

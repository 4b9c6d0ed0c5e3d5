/** `hookscope status` beside a hookscope that listens, and without one; and its rows at each state of the tunnel and of an app. */
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StatusLine } from '../../../cli/shared/json-lines.ts'
import { paintFor } from '../../../cli/shared/style.ts'
import { statusLines } from '../../../cli/status/status-lines.ts'
import type { Status, TargetStatus } from '../../../core/api/messages.ts'
import { emptyFolder, expectExit, type RunningCommand, runCommand, startListening } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'
import { type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { portApart } from '../../helpers/ports.ts'
import { plainRoutes, targetStatus } from '../../helpers/summaries.ts'
import { atTerminal, hasTerminal } from '../../helpers/terminal.ts'

const folder = emptyFolder()
const db = join(folder, 'shop.db')
const key = 'merchant-signature-key'
const status = (...more: readonly string[]) => runCommand(['status', '--db', db, ...more])

let app: Merchant
let gone: string
let listening: RunningCommand
let inspector: string
let hookUrl: string

beforeAll(async () => {
  app = await startMerchant(manners.answers('500 Internal Server Error'))
  gone = `http://127.0.0.1:${await portApart()}/`
  const args = ['--public-url', 'https://shop.example/', '--forward', app.url, '--forward', gone, '--retry', '0']
  listening = startListening(args, { db, env: { HOOKSCOPE_SIGNATURE_KEY: key } })
  const { hooks, inspectorUrl } = await listening.waitForLine('ready')
  inspector = inspectorUrl
  const [{ localUrl } = { localUrl: '' }] = hooks
  hookUrl = `https://shop.example${new URL(localUrl).pathname}`
  const gateway = openGateway({ url: localUrl, key })
  const stranger = openGateway({ url: localUrl, key: 'another-key' })
  await gateway.post('ach.settled')
  await listening.waitForLine('attempt', ({ target }) => target === gone)
  await listening.waitForLine('attempt', ({ target }) => target === app.url)
  await stranger.post('transaction.sale.success')
  gateway.close()
  stranger.close()
  await listening.waitForLine('delivery', ({ id }) => id === 2)
})
afterAll(async () => {
  await listening.stop('SIGKILL')
  await app.close()
})

describe('beside a hookscope that listens', () => {
  it('says where the gateway sends, what is kept, how your apps are, and what is queued', async () => {
    const { code, stdout, stderr } = await status()
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.replace(/ at \d\d:\d\d:\d\d/g, ' at HH:MM:SS').split('\n')).toEqual([
      expect.stringMatching(
        new RegExp(
          `^ {2}hookscope \\d+\\.\\d+\\.\\d+ · started (?:just now|\\d+ (?:s|min) ago) · process ${listening.pid}$`,
        ),
      ),
      '',
      expect.stringMatching(new RegExp(`^ {2}Hook URL {4}${hookUrl}`)),
      '  Checked     signatures, with the signature key ••••-key · Basic auth is not checked',
      expect.stringMatching(/^ {2}Tunnel {6}\S/),
      `  Inspector   ${inspector} · hookscope open signs a browser in`,
      `  Kept in     ${db}`,
      '  Deliveries  2 kept · 1 not taken by your app · 1 rejected',
      `  Forwarded   to ${app.url} · up, last answered 500 at HH:MM:SS`,
      `              to ${gone} · down: Nothing listens at ${new URL(gone).host} · missed 1 delivery`,
      '  Queued      nothing',
      '',
    ])
    expect(stdout).not.toContain(key)
  })

  it('--json has the fields of the API, and what is kept', async () => {
    const { code, stdout } = await status('--json')
    expect(code).toBe(0)
    const line: StatusLine = JSON.parse(stdout)
    expect(line).toMatchObject({
      kind: 'status',
      pid: listening.pid,
      inspectorUrl: inspector,
      db,
      hooks: [{ id: 'main', hookUrl }],
      forward: {
        target: app.url,
        paused: false,
        targets: [
          { target: app.url, state: 'up' },
          { state: 'down', missed: 1 },
        ],
      },
      answer: 'hookscope',
      deliveries: {
        kept: { count: 2, capped: false },
        failed: { count: 1, capped: false },
        rejected: { count: 1, capped: false },
      },
      simulator: { waiting: 0, sending: 0 },
      trouble: null,
    })
    expect(stdout).not.toContain('token')
  })

  it.skipIf(!hasTerminal)('fits 80 columns', async () => {
    const terminal = atTerminal(['status', '--db', db], {}, folder, 80)
    expect(await terminal.code, terminal.raw()).toBe(0)
    const lines = stripVTControlCharacters(terminal.raw()).split(/\r?\n/)
    expect(lines).toContain('  Deliveries  2 kept · 1 not taken by your app · 1 rejected')
    for (const line of lines) if (/\S \S/.test(line.trim())) expect(line.length, line).toBeLessThanOrEqual(80)
  })

  it('counts what is queued, and says that forwarding is paused', async () => {
    const token = new URL((await listening.waitForLine('ready')).inspectorLink).searchParams.get('token')
    const forward = (paused: boolean) =>
      fetch(`${inspector}/api/forward`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ paused }),
      })
    await forward(true)
    const gateway = openGateway({ url: (await listening.waitForLine('ready')).hooks[0]?.localUrl ?? '', key })
    await gateway.post('ach.failed')
    gateway.close()
    await listening.waitForLine('delivery', ({ id }) => id === 3)
    const { stdout } = await status()
    expect(stdout).toContain(
      '              Forwarding is paused: press p in its terminal to resume.\n  Queued      1 delivery\n',
    )
    await forward(false)
    await listening.waitForLine('attempt', ({ delivery, target }) => delivery === 3 && target === app.url)
  })
})

describe('a row', () => {
  const { count } = { count: 120_000 }
  const known: Status = {
    version: '1.2.3',
    startedAt: '2026-11-30T20:00:00.000Z',
    db: '/shop.db',
    tunnel: { state: 'off' },
    exposed: null,
    hooks: [],
    forward: null,
    answer: 'hookscope',
    observe: false,
    storeTrouble: null,
    trouble: null,
    limits: { bodyBytes: 1 },
    retention: { count: null, days: null, bytes: null },
    pinsBeyond: null,
    droppedUnseen: 0,
    preparing: 0,
    droppedWaiting: 0,
    jobs: [],
    edits: [],
    leftovers: [],
    verifications: [],
    simulator: { waiting: 0, sending: 0 },
    check: null,
  }
  const now = Date.parse('2026-11-30T21:30:00.000Z')
  const owner = { pid: 7, inspectorUrl: 'http://127.0.0.1:4781' }
  const counts = {
    kept: { count, capped: true },
    failed: { count: 0, capped: false },
    rejected: { count: 1, capped: false },
  }
  const linesOf = (changes: Partial<Status>, colours = false) =>
    statusLines(
      { ...known, ...changes },
      owner,
      counts,
      { paint: paintFor({ isTTY: colours }, {}), width: null },
      now,
    ).join('\n')
  const forwarding = (target: Partial<TargetStatus>) => ({
    forward: {
      target: 'http://a/',
      paused: false,
      waiting: 0,
      oldestWaiting: null,
      oldestPassedOver: null,
      mostWaiting: 10_000,
      targets: [{ ...targetStatus('http://a/'), ...target }],
      ...plainRoutes('http://a/'),
    },
  })

  it('says what is not there, and where a count ends', () => {
    const text = linesOf({})
    expect(text).toContain('  hookscope 1.2.3 · started 1 h ago · process 7\n')
    expect(text).toContain('  Tunnel      No tunnel · hookscope was started without a tunnel')
    expect(text).toContain('  Deliveries  more than 120,000 kept · 0 not taken by your app · 1 rejected\n')
    expect(text).toContain('  Forwarded   nowhere · forward with --forward URL\n')
    expect(text.endsWith('  Queued      nothing')).toBe(true)
  })

  it.each<[changes: Partial<Status>, row: string]>([
    [
      { tunnel: { state: 'up', url: 'https://a.example', roundTripMs: 35, changedFrom: null } },
      '  Tunnel      Live · 35 ms\n',
    ],
    [
      { tunnel: { state: 'down', url: null, reason: 'There is no program.', hint: 'Install it.' } },
      '  Tunnel      Tunnel down · There is no program. Install it.\n',
    ],
    [
      {
        tunnel: {
          ...{ state: 'retrying', url: null, reason: 'It answers 503.', retryAt: '2026-11-30T21:30:20.000Z' },
          offer: { name: 'srv.us', seenBy: 'srv.us', stable: 'yes', consoleUrl: null },
        },
      },
      '\n              srv.us is ready here as another way: take it in Settings > Tunnel, or press t in its terminal.\n',
    ],
    [
      { tunnel: { state: 'off', declined: true } },
      '  Tunnel      No tunnel · No tunnel was wanted at the start: the gateway cannot reach this machine.',
    ],
    [
      { exposed: { host: '0.0.0.0', allowedHosts: ['devbox.test'] } },
      '  Exposed     the receiver takes connections at 0.0.0.0: whoever reaches it there can send to it, unencrypted\n              the inspector answers to devbox.test: whoever gets there with its link reads every delivery\n',
    ],
    [forwarding({ state: 'unknown' }), '  Forwarded   to http://a/ · not checked yet\n'],
    [
      forwarding({ state: 'unknown', proxy: 'p.example:80' }),
      ' · through the proxy p.example:80 · known at the next delivery\n',
    ],
    [
      forwarding({ state: 'up', answered: { status: 204, at: new Date(2026, 10, 30, 9, 5, 7).toISOString() } }),
      ' · up, last answered 204 at 09:05:07\n',
    ],
    [
      forwarding({
        state: 'down',
        error: { code: 'UNAVAILABLE', message: 'a answered 503.', hint: 'Start your app.' },
        answered: { status: 503, at: new Date(2026, 10, 30, 17, 33, 5).toISOString() },
      }),
      '  Forwarded   to http://a/ · a answered 503 at 17:33:05\n',
    ],
    [
      forwarding({ state: 'up', target: 'http://shop.example/', proxy: 'p:1', answered: { status: 403, at: '' } }),
      'through the proxy p:1 · last answered 403 at ',
    ],
    [forwarding({ state: 'up', waiting: 2, isFull: true }), ' · 2 deliveries queued · the queue is full\n'],
    [{ simulator: { waiting: 1, sending: 0 } }, '  Queued      1 triggered event, which hookscope pending lists'],
    [
      { leftovers: [{ id: 'a', target: 'http://a/', why: 'old', count: 2, query: null }] },
      '  Not sent    2 deliveries waited for http://a/ and are more than a day old: not sent automatically.',
    ],
    [
      {
        trouble: {
          code: 'full',
          message: 'The disk is full.',
          hint: 'Free some space.',
          keeps: false,
          rebuilding: null,
        },
      },
      '  Database    The disk is full. Free some space.',
    ],
    [
      { preparing: 2500 },
      '              2,500 deliveries are being prepared: kept and answered, and soon listed and sent on.\n',
    ],
    [{ observe: true }, '  Observing   rejected deliveries are answered 200 as well'],
  ])('%j', (changes, row) => {
    expect(linesOf(changes)).toContain(row)
  })

  it('is not green where the app answered otherwise than 2xx', () => {
    const green = '\u001b[32mup, last answered'
    expect(linesOf(forwarding({ state: 'up', answered: { status: 200, at: '' } }), true)).toContain(green)
    expect(linesOf(forwarding({ state: 'up', answered: { status: 500, at: '' } }), true)).not.toContain('\u001b[32mup')
  })
})

it('without one it says so, and ends with 3', async () => {
  const absent = join(folder, 'absent.db')
  const { code, stdout, stderr } = await runCommand(['status', '--db', absent])
  expect([code, stdout]).toEqual([3, ''])
  expect(stderr).toContain(`hookscope: No hookscope is listening on ${absent}, so there is no status.\n`)
  await listening.stop()
  for (const more of [[], ['--json']]) await expectExit(status(...more), 3)
})

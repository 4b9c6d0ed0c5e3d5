/** `hookscope import`: what one hookscope exported is in another one as it came, each delivery once. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { emptyFolder, type RunningCommand, runCommand, startListening } from '../../helpers/command.ts'
import { eventBytes, openGateway } from '../../helpers/gateway.ts'
import { runHere } from '../../helpers/here.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'

const folder = emptyFolder()
const [ours, theirs, alone] = ['ours', 'theirs', 'alone'].map(name => join(folder, `${name}.db`)) as [
  string,
  string,
  string,
]
const capture = join(folder, 'day.hookscope')
const sale = eventBytes('transaction.sale.success')

/** Of each delivery of a database what a capture has to bring over, oldest first. */
async function keptIn(db: string) {
  const store = openSqlite({ path: db, log: () => {} })
  try {
    const { deliveries } = await store.deliveries.list({
      query: { terms: [] },
      before: null,
      limit: 500,
      grouped: false,
      whole: true,
    })
    const whole = await store.deliveries.getMany(deliveries.map(({ id }) => id))
    return whole.map(
      ({ receivedAt, readMs, method, path, httpVersion, headers, body, bytes, remoteAddress, ...rest }) => ({
        ...{ receivedAt, readMs, method, path, httpVersion, headers, body: Buffer.from(body), bytes, remoteAddress },
        ...{ verdict: rest.verdictDetail, status: rest.status, notes: rest.notes.filter(note => note !== 'imported') },
      }),
    )
  } finally {
    await store.close()
  }
}

beforeAll(async () => {
  const listening = startListening([], { db: ours, env: { HOOKSCOPE_SIGNATURE_KEY: 'a-key' } })
  const { hooks } = await listening.waitForLine('ready')
  const gateway = openGateway({ url: hooks[0]?.localUrl ?? '', key: 'a-key' })
  await gateway.post(sale)
  await gateway.post(sale)
  await gateway.post('ach.settled', {
    headers: [
      ['X-Twice', 'one'],
      ['x-twice', 'caf\xe9'],
    ],
    suffix: '?a=%20b',
  })
  await gateway.post(gzipSync(sale), { headers: [['Content-Encoding', 'gzip']] })
  await gateway.post(Buffer.from([0xff, 0x00, 0x0a, 0x80]))
  await gateway.post('ach.returned', { allHeaders: [['X-Signature', '0'.repeat(64)]] })
  await listening.waitForLine('delivery', ({ id }) => id === 6)
  gateway.close()
  const saved = await runCommand(['export', '--db', ours, '-o', capture])
  expect([saved.code, saved.stderr]).toEqual([0, expect.stringContaining('Authorization, signatures and card data')])
  await listening.stop()
})

describe('beside a hookscope that listens', () => {
  let listening: RunningCommand
  let app: Awaited<ReturnType<typeof startMerchant>>
  beforeAll(async () => {
    app = await startMerchant(manners.answers())
    listening = startListening(['--forward', app.url], { db: theirs })
    await listening.waitForLine('ready')
  })
  afterAll(async () => {
    await listening?.stop()
    await app?.close()
  })

  it('has the same bytes, times and verdicts, and a second time adds nothing', async () => {
    const waiting = runCommand(['wait', 'type:*', '--timeout', '3s', '--db', theirs])
    const first = await runCommand(['import', capture, '--db', theirs])
    expect([first.code, first.stdout, first.stderr]).toEqual([0, 'Imported 6 deliveries.\n', ''])
    const second = await runCommand(['import', capture, '--json', '--db', theirs])
    expect([second.code, JSON.parse(second.stdout)]).toEqual([
      0,
      expect.objectContaining({ kind: 'import', format: 'hookscope', added: 0, present: 6, leftOut: [], cut: null }),
    ])
    // It did not arrive: nobody who waits is told of it, the app is not sent it, and no hook of here has it.
    expect([(await waiting).code, (await waiting).stdout]).toEqual([1, ''])
    expect(app.received).toEqual([])
    const listed = await runCommand(['list', '--json', '--db', theirs])
    const rows = listed.stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(rows.map(({ hook, notes, notForwarded }) => [hook, notes.includes('imported'), notForwarded?.code])).toEqual(
      rows.map(() => ['imported-main', true, 'imported']),
    )
    const { stdout } = await listening.stop()
    expect(stdout).not.toContain('"kind":"delivery"')
    expect(await keptIn(theirs)).toEqual(await keptIn(ours))
  })
})

describe('on a database alone', () => {
  const run = (...words: string[]) => runHere(['import', ...words, '--db', alone], { cwd: folder })
  const lines = () => readFileSync(capture, 'utf8').split('\n')
  const file = (name: string, text: string | Uint8Array) => {
    writeFileSync(join(folder, name), text)
    return name
  }

  it('imports what stands before the cut of a file that was cut off, and the rest from the whole one', async () => {
    const text = readFileSync(capture, 'utf8')
    const cut = await run(file('cut.hookscope', text.slice(0, text.indexOf(lines()[4] ?? '') + 40)))
    expect([cut.code, cut.stdout]).toEqual([
      2,
      'Imported 3 deliveries.\nThe file ends before its last line: it was cut off. Everything before that was imported.\n',
    ])
    const whole = await run(capture)
    expect([whole.code, whole.stdout]).toEqual([0, 'Imported 3 deliveries. 3 deliveries were there already.\n'])
    expect(await keptIn(alone)).toEqual(await keptIn(ours))
  })

  it.each<[what: string, text: () => string | Uint8Array, message: string]>([
    ['of another version', () => lines().join('\n').replace('"version":1', '"version":2'), 'is of version 2'],
    ['that is compressed', () => gzipSync(readFileSync(capture)), 'compressed with gzip'],
    ['that is empty', () => '', 'The file is empty.'],
    ['that is text', () => 'a shopping list\n', 'none that can be imported'],
    ['of other JSON lines', () => '{"level":"info"}\n{"level":"warn"}\n', 'none that can be imported'],
    ['that is a HAR without entries', () => '{"log":{"version":"1.2"}}', 'The HAR has no entries.'],
  ])('a file %s is refused with what to do', async (_, text, message) => {
    const { code, stdout, stderr } = await run(file('bad', text()))
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
    expect(stderr.split('\n').filter(line => line.startsWith('  '))).toHaveLength(1)
  })

  it.each(['hookscope', 'har'])('says of a %s without a delivery that it holds none', async format => {
    const name = `empty.${format}`
    await runHere(['export', 'id:999', '-o', name, '--db', ours], { cwd: folder })
    const { code, stdout } = await run(name)
    expect([code, stdout]).toEqual([0, 'The file holds no delivery: nothing was imported.\n'])
  })

  it('names a file with a hostile name without obeying it, and says that it is not there', async () => {
    const { code, stderr } = await run('\u001b]0;owned\u0007 $(reboot).har')
    expect([code, stderr]).toEqual([2, expect.stringContaining('does not exist.')])
    expect(stderr).not.toContain('\u001b')
  })

  it('says what it left out of a HAR of others, and why, and takes what it can', async () => {
    const entry = (request: object, seconds: number) => ({
      startedDateTime: `2026-11-20T10:00:0${seconds}.000+01:00`,
      request: { method: 'POST', url: 'https://shop.example/hook?x=1', httpVersion: 'h2', headers: [], ...request },
      response: { status: 200 },
    })
    const entries = [
      entry({ method: 'GET' }, 1),
      entry({ bodySize: 12 }, 2),
      entry({ headers: [{ name: ':path', value: '/hook' }], postData: { text: '{"a":10.00}' }, bodySize: 11 }, 3),
      entry({ postData: { text: Buffer.from([0xff, 0xfe]).toString('base64'), encoding: 'base64' } }, 4),
      entry({ postData: { text: 'caf\u00e9' }, bodySize: 4 }, 5),
      entry({ postData: { params: [{ name: 'a', value: 'b' }] } }, 6),
    ]
    const har = JSON.stringify({ log: { version: '1.2', entries } })
    const first = await run(file('shop.har', har))
    expect([first.code, first.stdout.split('\n')]).toEqual([
      2,
      [
        'Imported 3 deliveries.',
        'Left out 1 delivery (entry 1): it is a GET, and webhooks are POSTs.',
        'Left out 1 delivery (entry 2): the HAR has no body for it: save it again “with content”.',
        'Left out 1 delivery (entry 6): the HAR has the fields of its form, not its bytes.',
        '',
      ],
    ])
    const again = await run('shop.har')
    expect(again.stdout).toMatch(/^Imported 0 deliveries\. 3 deliveries were there already\.\n/)
    const kept = (await keptIn(alone)).slice(-3)
    expect(
      kept.map(({ body, path, receivedAt, verdict }) => [body.toString('latin1'), path, receivedAt, verdict.kind]),
    ).toEqual([
      ['{"a":10.00}', '/hook?x=1', '2026-11-20T09:00:03.000Z', 'unchecked'],
      ['\xff\xfe', '/hook?x=1', '2026-11-20T09:00:04.000Z', 'unchecked'],
      ['caf\xe9', '/hook?x=1', '2026-11-20T09:00:05.000Z', 'unchecked'],
    ])
  })

  it.each([
    ['har', 0, '6 deliveries were there already.\n'],
    [
      'ndjson',
      2,
      '5 deliveries were there already.\nLeft out 1 delivery (line 3): its body is compressed, and NDJSON has it decompressed.\n',
    ],
  ])('knows its own %s again, and makes the same of it elsewhere', async (format, exit, told) => {
    const saved = join(folder, `day.${format}`)
    await runHere(['export', '--db', ours, '-o', saved])
    const { code, stdout } = await run(saved)
    expect([code, stdout]).toEqual([exit, `Imported 0 deliveries. ${told}`])
    const fresh = join(folder, `from-${format}.db`)
    await runHere(['import', saved, '--db', fresh])
    const bytesIn = async (db: string) =>
      (await keptIn(db)).map(({ body, verdict, path }) => [body.toString('hex'), verdict.kind, path]).sort()
    const before = await bytesIn(ours)
    const packed = gzipSync(sale).toString('hex').slice(0, 8)
    expect(await bytesIn(fresh)).toEqual(
      format === 'har' ? before : before.filter(([body]) => body?.startsWith(packed) !== true),
    )
  })
})

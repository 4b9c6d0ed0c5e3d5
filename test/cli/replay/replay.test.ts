/** `hookscope replay`: through a running listener and on the database, one, several, edited, signed anew. */
import { chmodSync, copyFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  emptyFolder,
  expectExit,
  type RunningCommand,
  runCommand,
  startCommand,
  startListening,
} from '../../helpers/command.ts'
import { eventBytes, openGateway, signatureOf } from '../../helpers/gateway.ts'
import { runHere } from '../../helpers/here.ts'
import { holdAnswers, type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'

const key = 'merchant-signature-key'
const db = join(emptyFolder(), 'a.db')
const events = [
  { ...JSON.parse(eventBytes('transaction.sale.success', 1).toString()), event_triggered: '2026-11-23 10:00:03' },
  { ...JSON.parse(eventBytes('ach.settled', 2).toString()), event_triggered: '2026-11-23 10:00:01' },
  { ...JSON.parse(eventBytes('ach.failed', 3).toString()), event_triggered: '2026-11-23 10:00:02' },
]
const bodies = events.map(event => Buffer.from(JSON.stringify(event)))
const env = { HOOKSCOPE_SIGNATURE_KEY: key }

let listener: RunningCommand
let app: Merchant

beforeAll(async () => {
  listener = startListening([], { db, env })
  const { hooks } = await listener.waitForLine('ready')
  const gateway = openGateway({ url: hooks[0]?.localUrl ?? '', key })
  for (const body of bodies) await gateway.post(body)
  gateway.close()
  await listener.waitForLine('delivery', ({ id }) => id === bodies.length)
})
afterAll(() => listener.stop('SIGKILL'))
afterEach(async () => {
  await app.close()
})

/** How the command is run: as a process of its own, which opens the database itself; beside a listener that need not be. */
let run: typeof runHere = runCommand
const replay = (args: readonly string[], options: Parameters<typeof runHere>[1] = {}) =>
  run(['replay', ...args, '--to', app.url, '--db', db], { env, ...options })

/** An editor that writes what it is given as the second argument of its script. */
function editor(script: string): string {
  const path = join(emptyFolder(), 'an editor.mjs')
  writeFileSync(
    path,
    `import { readFileSync, writeFileSync } from 'node:fs'\nconst path = process.argv.at(-1)\n${script}`,
  )
  chmodSync(path, 0o600)
  return `"${process.execPath}" '${path}' --wait`
}

/** The same is expected of both ways. */
function contract() {
  it('sends the exact bytes of one, and ends with 0 when it was answered 2xx', async () => {
    app = await startMerchant()
    const { code, stdout, stderr } = await replay(['1'])
    expect(code, stderr).toBe(0)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/#1 {2}replayed to .* → 200 in/)
    const [received] = await app.arrived(1)
    expect(received?.body.equals(bodies[0] ?? Buffer.alloc(0))).toBe(true)
    expect(received?.head).toContain(`X-Signature: ${signatureOf(key, bodies[0] ?? Buffer.alloc(0))}`)
  })

  it('sends what a query finds, in the order it was triggered, as lines for scripts', async () => {
    app = await startMerchant()
    const { code, stdout, stderr } = await replay(['type:ach.*', 'is:verified', '--yes', '--json'])
    expect(code, stderr).toBe(0)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    const told = lines.map(({ kind, delivery, outcome, status }) => [kind, delivery, outcome, status])
    expect(told).toEqual([
      ['attempt', 2, 'answered', 200],
      ['attempt', 3, 'answered', 200],
    ])
    expect((await app.arrived(2)).map(({ body }) => body.toString())).toEqual([`${bodies[1]}`, `${bodies[2]}`])
    expect(stderr).toContain('2 of 2 delivered.')
  })

  it('sends them as received when that is asked for', async () => {
    app = await startMerchant()
    await replay(['3', '1', '#2', '--order', 'received', '--yes'])
    const received = await app.arrived(3)
    expect(received.map(({ body }) => body.toString())).toEqual(bodies.map(String))
  })

  it('ends with 1 when a target did not answer 2xx, and says why there was no answer', async () => {
    app = await startMerchant(manners.answers('500 Internal Server Error'))
    await expectExit(replay(['1']), 1)
    app.behave(manners.resets())
    const { code, stderr } = await replay(['1'])
    expect(code, stderr).toBe(1)
    expect(stderr).toContain('→ connection lost')
  })

  it('starts as many a second as it is told, however long an answer takes', async () => {
    const { manner, release } = holdAnswers()
    app = await startMerchant(manner)
    const done = replay(['type:ach.*', '--yes', '--json', '--rate', '50'])
    // On two connections at once: either may be read first.
    const received = (await app.arrived(2)).map(({ body }) => body.toString())
    expect(received.toSorted()).toEqual([`${bodies[1]}`, `${bodies[2]}`].toSorted())
    release()
    const { code, stdout, stderr } = await done
    expect(code, stderr).toBe(0)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.map(({ delivery, status }) => [delivery, status]).toSorted()).toEqual([
      [2, 200],
      [3, 200],
    ])
  })

  it('ends with 1 when it is interrupted', async () => {
    app = await startMerchant(manners.hangs())
    const command = startCommand(['replay', '1', '--to', app.url, '--db', db], { env })
    await app.arrived(1)
    const { code, stderr } = await command.stop('SIGINT')
    expect(code, stderr).toBe(1)
    expect(stderr).not.toContain('should not have')
  })

  it('does not send several without being told to', async () => {
    app = await startMerchant()
    const { code, stderr } = await replay(['type:ach.*'])
    expect(code, stderr).toBe(2)
    expect(stderr).toMatch(/2 deliveries would be sent to .*\n {2}Add --yes/)
    expect(app.received).toHaveLength(0)
  })

  it('sends an edited body signed anew, without the line break that the editor adds', async () => {
    app = await startMerchant()
    const script = 'readFileSync(path, "utf8").replace("sale.success", "sale.voided") + "\\n"'
    const EDITOR = editor(`writeFileSync(path, ${script})`)
    const { code, stderr } = await replay(['1', '--edit', '--resign'], { env: { ...env, EDITOR } })
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('Warning')])
    expect(stderr).toContain('Your editor added a line break at the end: that change is not sent.')
    const [received] = await app.arrived(1)
    const body = received?.body ?? Buffer.alloc(0)
    expect(body.toString()).toBe(bodies[0]?.toString().replace('sale.success', 'sale.voided'))
    expect(received?.head).toContain(signatureOf(key, body))
    expect(received?.head).toContain(`Content-Length: ${body.length}`)
  })

  it('warns when the signature no longer fits what was edited', async () => {
    app = await startMerchant()
    const EDITOR = editor('writeFileSync(path, "{}")')
    const { code, stderr } = await replay(['1', '--edit'], { env: { ...env, EDITOR } })
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(/Warning: .*--resign/)
  })

  const nothingSent: readonly [
    what: string,
    args: readonly string[],
    EDITOR: string | null,
    code: number,
    says: RegExp,
  ][] = [
    ['an editor that changes nothing', ['1', '--edit'], '', 1, /Nothing was changed, so nothing was sent/],
    [
      'an editor that only adds a line break',
      ['1', '--edit'],
      'writeFileSync(path, readFileSync(path) + "\\r\\n")',
      1,
      /Your editor added a line break at the end and changed nothing else, so nothing was sent/,
    ],
    ['an editor that fails', ['1', '--edit'], 'process.exit(3)', 1, /ended with exit code 3/],
    ['an editor that does not exist', ['1', '--edit'], null, 3, /cannot be started/],
    ['several to edit', ['1', '2', '--edit'], '', 2, /--edit changes one delivery, and 2 match/],
    ['an id that does not exist', ['999'], '', 1, /no delivery/i],
    ['a query that finds nothing', ['type:product.*'], '', 1, /No kept delivery matches/],
    [
      'a range that is searched as a text',
      ['901-907'],
      '',
      1,
      /No kept delivery matches\.\s+For ids, write id:901-907/,
    ],
    ['a query that cannot be read', ['is:wrong'], '', 2, /hookscope: /],
    ['a field that there is not', ['foo:bar'], '', 2, /foo/],
  ]
  it.each(nothingSent)('sends nothing with %s', async (_, args, script, expected, says) => {
    app = await startMerchant()
    const EDITOR = script === null ? '/absent/editor' : editor(script)
    const { code, stderr } = await replay(args, { env: { ...env, EDITOR } })
    expect(stderr).toMatch(says)
    expect(code, stderr).toBe(expected)
    expect(app.received).toHaveLength(0)
  })
}

describe('through the listener', () => {
  beforeAll(() => {
    run = runHere
  })
  afterAll(() => {
    run = runCommand
  })
  contract()

  it('refuses keys of its own rather than sign with others', async () => {
    app = await startMerchant()
    const path = join(emptyFolder(), 'key')
    writeFileSync(path, 'another-key', { mode: 0o600 })
    const { code, stderr } = await replay(['1', '--resign', '--signature-key-file', path])
    expect(stderr).toMatch(/--signature-key-file has no effect: .* signs with its own keys\.\n {2}Remove it/)
    expect(code, stderr).toBe(3)
    expect(app.received).toHaveLength(0)
  })

  it('says that a key has no effect when nothing is signed', async () => {
    app = await startMerchant()
    const { code, stderr } = await replay(['1', '--signature-key', 'another-key'])
    expect(stderr).toContain('--signature-key has no effect without --resign')
    expect(code, stderr).toBe(0)
  })

  it('shows in the listener, as it happens', async () => {
    app = await startMerchant()
    const { stderr } = await replay(['2'])
    expect(stderr).toContain('through the running hookscope')
    const line = await listener.waitForLine('attempt', ({ target }) => target === app.url)
    expect(line).toMatchObject({ delivery: 2, source: 'replay', status: 200 })
  })
})

describe('on the database', () => {
  beforeAll(async () => {
    await listener.stop()
  })
  contract()

  it('says that there is no key before the editor is opened, and how to give one', async () => {
    app = await startMerchant()
    const path = join(emptyFolder(), 'opened')
    const EDITOR = editor(`writeFileSync(${JSON.stringify(path)}, '')`)
    const { code, stderr } = await replay(['1', '--edit', '--resign'], { env: { EDITOR } })
    expect(stderr).toMatch(/no key to sign delivery 1 with\.\n {2}.*--signature-key .*HOOKSCOPE_SIGNATURE_KEY/)
    expect(code, stderr).toBe(3)
    expect(existsSync(path)).toBe(false)
  })

  it('signs with the key that is given', async () => {
    app = await startMerchant()
    const path = join(emptyFolder(), 'key')
    writeFileSync(path, 'another-key', { mode: 0o600 })
    await expectExit(replay(['1', '--resign', '--signature-key-file', path]), 0)
    const [received] = await app.arrived(1)
    expect(received?.head).toContain(signatureOf('another-key', bodies[0] ?? Buffer.alloc(0)))
  })

  it('says so when what a crash left unindexed cannot be indexed now', async () => {
    app = await startMerchant()
    const path = join(emptyFolder(), 'locked.db')
    copyFileSync(db, path)
    const other = new Database(path)
    try {
      const columns = other.prepare(`SELECT name FROM pragma_table_info('arrival') WHERE name <> 'id'`).pluck().all()
      other.exec(`INSERT INTO arrival (${columns}) SELECT ${columns} FROM arrival; BEGIN IMMEDIATE`)
      const { code, stderr } = await runCommand(['replay', '1', '--to', app.url, '--db', path])
      expect(code, stderr).toBe(3)
      expect(stderr).toContain('another program has locked the database')
    } finally {
      other.close()
    }
    expect(app.received).toHaveLength(0)
  })

  it('what a search finds and was rejected is not signed again unless that is asked for', async () => {
    app = await startMerchant()
    const path = join(emptyFolder(), 'own.db')
    const own = startListening([], { db: path, env })
    const { hooks } = await own.waitForLine('ready')
    for (const [index, signer] of [key, 'a stranger’s'].entries()) {
      const gateway = openGateway({ url: hooks[0]?.localUrl ?? '', key: signer })
      await gateway.post(bodies[index] ?? Buffer.alloc(0))
      gateway.close()
    }
    await own.waitForLine('delivery', ({ id }) => id === 2)
    const send = (...words: string[]) =>
      runCommand(['replay', ...words, '--resign', '--yes', '--to', app.url, '--db', path], { env })
    const left = await send('id:1-2')
    expect([left.code, left.stderr]).toEqual([
      0,
      expect.stringMatching(/1 was rejected: left out[\s\S]*#1 {2}replayed/),
    ])
    expect(left.stderr.trimEnd().split('\n').at(-1)).toBe('1 of 1 delivered; 1 rejected was left out.')
    expect(app.received).toHaveLength(1)
    const none = await send('is:rejected')
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('All that match were rejected')])
    await expectExit(send('id:1-2', '--include-rejected'), 0)
    await expectExit(send('1', '2'), 0)
    expect(app.received).toHaveLength(5)
    await own.stop('SIGKILL')
  })

  it('what cannot be sent is named, and stops none of the others', async () => {
    app = await startMerchant()
    const path = join(emptyFolder(), 'large.db')
    const own = startListening([], { db: path, env })
    const { hooks } = await own.waitForLine('ready')
    const gateway = openGateway({ url: hooks[0]?.localUrl ?? '', key })
    await gateway.post(bodies[0] ?? Buffer.alloc(0))
    await gateway.post(Buffer.alloc(11 * 1024 * 1024))
    await gateway.post(bodies[2] ?? Buffer.alloc(0))
    gateway.close()
    await own.waitForLine('delivery', ({ id }) => id === 3)
    await own.stop('SIGKILL')
    const { code, stderr } = await runHere(
      ['replay', 'id:1-3', '--order', 'received', '--yes', '--to', app.url, '--db', path],
      { env },
    )
    expect(stderr).toMatch(
      /Warning: The body of delivery 2 was not kept, because it was larger than the limit\. Replay/,
    )
    expect([code, stderr.trimEnd().split('\n').at(-1)]).toEqual([1, '2 of 3 delivered; 1 was not sent.'])
    expect((await app.arrived(2)).map(({ body }) => body.toString())).toEqual([`${bodies[0]}`, `${bodies[2]}`])
  })

  it('a key that one of several lacks is missed before any is sent; of a hook elsewhere it says what to do', async () => {
    app = await startMerchant()
    const file = join(emptyFolder(), 'two.hookscope')
    const path = join(emptyFolder(), 'imported.db')
    copyFileSync(db, path)
    await expectExit(runHere(['export', 'id:2', '--anonymize', '-o', file, '--db', path], { env }), 0)
    await expectExit(runHere(['import', file, '--db', path], { env }), 0)
    const words = ['replay', 'id:1-4', '--resign', '--yes', '--to', app.url, '--db', path]
    const { code, stderr } = await runHere(words, { env })
    expect(stderr).toMatch(/no key to sign delivery 4 with\.\n {2}It came to “imported-main”.*trigger --body FILE/)
    expect(code).toBe(3)
    expect(app.received).toHaveLength(0)
  })

  it('works after the listener was killed and left its note', async () => {
    app = await startMerchant()
    const killed = startListening([], { db, env })
    await killed.waitForLine('ready')
    await killed.stop('SIGKILL')
    const { code, stderr } = await replay(['2'])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('on the database')
  })
})

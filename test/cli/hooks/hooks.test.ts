/** `hookscope hooks` for scripts: the console's list and windows, through a running listener and on the database. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HookLine } from '../../../cli/hooks/hook-lines.ts'
import { selfSigned, testKey } from '../../helpers/certificates.ts'
import { emptyFolder, type RunningCommand, runCommand, startListening } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'
import { runHere } from '../../helpers/here.ts'

type Options = Parameters<typeof runHere>[1]
const key = 'merchant-signature-key'
const password = 'pässwort:with colon'

/** The lines of `--json`. */
const linesOf = (stdout: string): HookLine[] =>
  stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
const whole = ['--label', 'Shop', '--events', 'ach.*', '--authentication', 'none', '--signature', 'none']

/** @param start how the command is run: in this process, where nothing depends on there being another */
function hooksAt(db: string, start: typeof runHere = runHere) {
  const run = (args: readonly string[], options: Options = {}) => start(['hooks', ...args, '--db', db], options)
  return {
    run,
    async json(args: readonly string[], options: Options = {}): Promise<HookLine[]> {
      const { code, stdout, stderr } = await run([...args, '--json'], options)
      expect([code, stderr.includes(key), stdout.includes(key)], stderr).toEqual([0, false, false])
      return linesOf(stdout)
    },
  }
}

/** The same is expected of both ways. */
function contract(db: string) {
  const { run, json } = hooksAt(db)

  it('adds, lists, changes, deletes and restores', async () => {
    const [added] = await json(['add', ...whole])
    expect(added).toMatchObject({
      kind: 'hook',
      label: 'Shop',
      customUrl: null,
      signing: { kind: 'none' },
      warnings: [],
    })
    const id = added?.kind === 'hook' ? added.id : ''
    expect(id).toMatch(/^(?:main|[0-9a-f]{12})$/)
    const change = [
      '--label',
      'Other',
      '--events',
      'cardupdate.created,ach.settled',
      '--url',
      'http://localhost:3000/x',
    ]
    const edited = {
      id,
      label: 'Other',
      events: ['cau.created', 'ach.settled'],
      hookUrl: 'http://localhost:3000/x',
      customUrl: 'http://localhost:3000/x',
    }
    expect(await json(['edit', 'shop', ...change])).toMatchObject([edited])
    expect(await json(['remove', id, '--yes'])).toEqual([{ kind: 'removed', id, label: 'Other' }])
    expect((await json([])).some(line => line.kind === 'hook' && line.id === id)).toBe(false)
    expect(await json(['restore', id])).toMatchObject([edited])
    expect(await run(['restore', id])).toMatchObject({ code: 1, stderr: expect.stringMatching(/was not deleted/) })
    expect(await run(['restore', 'no'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/no such hook/) })
    await json(['remove', id, '--yes'])
  })

  it('forwards the deliveries of a hook to an app of its own, until none', async () => {
    await json(['add', ...whole.with(1, 'Routed'), '--forward', '3001/in', '--forward', 'ach.*=localhost:3002'])
    const forward = ['http://localhost:3001/in', 'ach.*=http://localhost:3002/']
    expect((await json(['list'])).filter(line => line.kind === 'hook' && line.label === 'Routed')).toMatchObject([
      { forward },
    ])
    const shown = await run(['edit', 'Routed', '--label', 'Routed 2'])
    expect(shown.stdout).toContain('Forward to      http://localhost:3001/in ach.*=http://localhost:3002/')
    const bad = await run(['edit', 'Routed 2', '--forward', 'ach.nothing=3001'])
    expect(bad).toMatchObject({ code: 2, stderr: expect.stringMatching(/Forward to: No event is called/) })
    const both = await run(['edit', 'Routed 2', '--forward', 'none', '--forward', '3001'])
    expect(both).toMatchObject({ code: 2, stderr: expect.stringMatching(/cannot be used together/) })
    expect(await json(['edit', 'Routed 2', '--forward', 'none'])).toMatchObject([{ forward: [] }])
    await json(['remove', 'Routed 2', '--yes'])
  })

  it('takes secrets from environment, file and standard input, and shows none', async () => {
    const file = join(emptyFolder(), 'credentials.txt')
    writeFileSync(file, `gateway:${password}\n`, { mode: 0o600 })
    const args = ['--label', 'Keys', '--events', 'all']
    const [added] = await json(['add', ...args, '--signature', 'signature-key', '--basic-auth-file', file], {
      env: { HOOKSCOPE_SIGNATURE_KEY: key },
    })
    expect(added).toMatchObject({
      authentication: { kind: 'basic', username: 'gateway' },
      signing: { kind: 'hmac', keys: [{ kind: 'signature-key', masked: '••••-key' }] },
    })
    const [changed] = await json(['edit', 'Keys', '--source-key-file', '-'], { input: `${key}\n` })
    expect(changed).toMatchObject({ signing: { kind: 'hmac', keys: [{ kind: 'source-key' }] } })
    const listed = await run(['list'])
    expect(listed.stdout).toMatch(/Authentication\s+Basic, user gateway\n\s+Signature\s+Source Key ••••-key/)
    expect(listed.stdout + listed.stderr).not.toContain(password)
  })

  it('a URL whose certificate the gateway would refuse is a mistake of the command line, and nothing is saved', async () => {
    const server = createServer({ key: testKey, cert: selfSigned }).on('tlsClientError', () => {})
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const url = `https://localhost:${typeof address === 'object' ? address?.port : ''}/in`
    const before = await json([])
    for (const args of [
      ['add', ...whole, '--url', url],
      ['edit', 'Keys', '--url', url],
    ])
      expect(await run(args)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(
          /^hookscope: Hook URL: the gateway would not post to localhost:\d+: .* signed by itself/,
        ),
      })
    await new Promise(resolve => server.close(resolve))
    expect(await json([])).toEqual(before)
  })

  it('rehearses answers, shows them, and ends it', async () => {
    const [set] = await json([
      ...['rehearse', 'Keys', '--status', '202', '--header', 'Retry-After: 120', '--header', 'X-Trial:yes'],
      ...['--body', 'later', '--delay', '1.5s', '--fail-every', '3', '--fail-with', 'hang'],
    ])
    const rehearsal = {
      status: 202,
      headers: [
        ['Retry-After', '120'],
        ['X-Trial', 'yes'],
      ],
      body: 'later',
      delayMs: 1500,
      failures: { kind: 'every', nth: 3, seen: 0 },
      failWith: { kind: 'hang' },
    }
    expect(set).toMatchObject({ rehearsal })
    expect((await run(['list'])).stdout).toMatch(
      /Mock response\s+202 · Retry-After: 120 · X-Trial: yes · a body of 5 bytes · after 1.5 s · one in 3 fails, 0 seen, hanging for 50 s/,
    )
    expect(await json(['rehearse', 'Keys', '--off'])).toMatchObject([{ rehearsal: null }])
  })
}

describe('on the database', () => {
  const db = join(emptyFolder(), 'alone.db')
  contract(db)

  it.each([
    ['4780/in', {}],
    ['http://127.0.0.1:5999/in', { HOOKSCOPE_PORT: '5999' }],
  ])('a target that would lead back to the next hookscope is refused at once: %s', async (target, env) => {
    const { code, stderr } = await hooksAt(db).run(['add', ...whole, '--forward', target], { env })
    expect([code, stderr]).toEqual([2, expect.stringMatching(/Forward to: .* every delivery back to hookscope/)])
  })
})

it('as a process: a key from the environment, another from standard input, the list, and mistakes by their codes', async () => {
  const { json, run } = hooksAt(join(emptyFolder(), 'process.db'), runCommand)
  const env = { HOOKSCOPE_SIGNATURE_KEY: key }
  await json(['add', ...whole.slice(0, -1), 'signature-key'], { env })
  await json(['edit', '--source-key-file', '-'], { input: `${key}\n` })
  const { code, stdout } = await run([])
  expect([code, stdout]).toEqual([0, expect.stringMatching(/Signature\s+Source Key ••••-key/)])
  expect(await run(['rehearse', 'Shop', '--header', 'Content-Length: 3'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^hookscope: Content-Length cannot be set/),
  })
})

describe('through the hookscope that is listening', () => {
  const db = join(emptyFolder(), 'listening.db')
  const { json, run } = hooksAt(db)
  let listener: RunningCommand
  let url: string
  beforeAll(async () => {
    listener = startListening(['--label', 'First'], { db })
    url = (await listener.waitForLine('ready')).hooks[0]?.localUrl ?? ''
  })
  afterAll(() => listener.stop('SIGKILL'))
  contract(db)

  it('a rehearsed answer counts for the next delivery, and is counted where it is kept', async () => {
    await json(['rehearse', 'First', '--fail-next', '2', '--fail-with', '503'])
    const gateway = openGateway({ url })
    const statuses: number[] = []
    for (let sent = 0; sent < 3; sent += 1) statuses.push((await gateway.post('ach.settled')).status)
    expect(statuses).toEqual([503, 503, 200])
    await listener.waitForLine('delivery', ({ id, notes }) => id === 3 && notes.includes('answer-rehearsed'))
    expect(await json(['rehearse', 'First'])).toMatchObject([{ rehearsal: { failures: { kind: 'next', left: 0 } } }])
    await json(['rehearse', 'First', '--off'])
    expect((await gateway.post('ach.settled')).text).toBe('{"received":true}')
    gateway.close()
  })

  it('a type it is no longer subscribed to is marked, and so is what comes to no hook', async () => {
    await json(['edit', 'First', '--events', 'ach.*'])
    const gateway = openGateway({ url })
    expect((await gateway.post('transaction.sale.success')).status).toBe(200)
    await listener.waitForLine('delivery', ({ notes }) => notes.includes('event-not-subscribed'))
    gateway.close()
    const wrong = openGateway({ url: `${url}/` })
    expect((await wrong.post('ach.settled')).status).toBe(404)
    wrong.close()
    await listener.waitForLine('delivery', ({ hook, status }) => hook === 'unrouted' && status === 404)
    expect(listener.stderr()).toContain('did you mean the Hook URL of “First”?')
  })

  it('after a secret changed, stored deliveries are checked again', async () => {
    const [changed, again] = await json(['edit', 'First', '--signature', 'signature-key', '--verify-again'], {
      env: { HOOKSCOPE_SIGNATURE_KEY: key },
    })
    expect(changed).toMatchObject({ kind: 'hook', signing: { kind: 'hmac' } })
    expect(again).toMatchObject({ kind: 'reverified', checked: 5, changed: 5 })
    const { stderr } = await run(['edit', 'First', '--signature', 'none'])
    expect(stderr).toMatch(/keep their verdicts; --verify-again/)
  })

  it('one that was rejected with a wrong key says that it fits once the key is right, and verifies again as it says', async () => {
    const show = async (id: number) => (await runHere(['show', String(id), '--db', db])).stdout
    await run(['edit', 'First', '--signature', 'signature-key'], { env: { HOOKSCOPE_SIGNATURE_KEY: 'mistyped' } })
    const right = 'a-key-that-no-other-hook-has'
    const gateway = openGateway({ url, key: right })
    expect((await gateway.post('ach.voided')).status).toBe(401)
    gateway.close()
    const { id } = await listener.waitForLine('delivery', ({ eventType }) => eventType === 'ach.voided')
    expect(await show(id)).toContain('The signature does not fit the body: Compare the key')
    await run(['edit', 'First', '--signature', 'signature-key'], { env: { HOOKSCOPE_SIGNATURE_KEY: right } })
    const shown = await show(id)
    expect(shown).toContain('It fits the current key; rejected on arrival with another key. Verify again: hookscope ')
    expect(shown).not.toMatch(/does not fit the body|Compare the key/)
    // As it is printed: the database that was asked about is the one that it changes.
    const [, words = ''] = /Verify again: hookscope (hooks edit .+)/.exec(shown) ?? []
    expect(words).toContain(` --db ${db}`)
    expect(JSON.parse((await runHere([...words.split(' '), '--json'])).stdout)).toMatchObject({
      kind: 'reverified',
      changed: 1,
    })
    expect(await show(id)).toMatch(/✓ verified/)
  })
})

describe('a key that was given at the start', () => {
  it('is changed by a restart, and --verify-again alone verifies what is stored with it', async () => {
    const db = join(emptyFolder(), 'started.db')
    const { run, json } = hooksAt(db)
    const again = ['edit', 'hookscope', '--verify-again']
    const listen = async (startedKey: string) => {
      const command = startListening([], { db, env: { HOOKSCOPE_SIGNATURE_KEY: startedKey } })
      const { hooks } = await command.waitForLine('ready')
      return { command, url: hooks[0]?.localUrl ?? '' }
    }
    const wrong = await listen('wrong-key')
    const gateway = openGateway({ url: wrong.url, key })
    expect((await gateway.post('ach.settled')).status).toBe(401)
    gateway.close()
    const edited = await run([...again, '--signature', 'signature-key'], { env: { HOOKSCOPE_SIGNATURE_KEY: key } })
    expect(edited.code).toBe(2)
    expect(edited.stderr).toMatch(/cannot be changed while it runs/)
    expect(edited.stderr.replace(/\s+/g, ' ')).toContain(
      'Restart hookscope with the right key; then hookscope hooks edit hookscope --verify-again ',
    )
    expect(await json(again)).toMatchObject([{ kind: 'reverified', checked: 1, changed: 0 }])
    await wrong.command.stop()

    // Nobody knows the key now: what is stored keeps its verdicts.
    expect(await run(again)).toMatchObject({ code: 3, stderr: expect.stringMatching(/no key to verify .* with/) })
    const right = await listen(key)
    const counts = { checked: 1, changed: 1, nowVerified: 1, noLongerVerified: 0 }
    expect(await json(again)).toMatchObject([{ kind: 'reverified', ...counts }])
    await right.command.stop()
    expect((await runHere(['list', 'is:verified', '--db', db])).stderr).toContain('1 of 1')

    const wrongOnceMore = await listen('wrong-key')
    const { stderr } = await run(again)
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      'Checked 1 stored delivery again: 1 verdict changed: 0 now verified, 1 no longer. Each delivery keeps its earlier verdicts.',
    )
    await wrongOnceMore.command.stop()
  })

  it('--verify-again verifies also where the key that is entered is the one that is saved', async () => {
    const { json } = hooksAt(join(emptyFolder(), 'saved.db'))
    await json(['add', ...whole])
    const edit = ['edit', 'Shop', '--signature', 'signature-key', '--verify-again']
    for (const _ of ['entered', 'entered once more'])
      expect(await json(edit, { env: { HOOKSCOPE_SIGNATURE_KEY: key } })).toMatchObject([
        { kind: 'hook' },
        { kind: 'reverified', checked: 0 },
      ])
  })
})

describe('what cannot be', () => {
  it('names what does not exist, what two hooks are called, and what would be deleted', async () => {
    const { json, run } = hooksAt(join(emptyFolder(), 'twins.db'))
    await json(['add', ...whole])
    expect(await run(['edit'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/nothing to change/) })
    expect(await run(['remove', 'Shop'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/Add --yes/) })
    expect(await run(['remove', '--yes'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/Which hook\?/) })
    expect(await run(['remove', 'Shob', '--yes'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no hook “Shob”[\s\S]*Did you mean “Shop”\?/),
    })
    expect(await run(['restore', 'nothing'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/no such hook/) })
    expect(await json(['add', ...whole])).toMatchObject([{ warnings: [expect.stringContaining('Another hook')] }])
    expect(await run(['edit', 'Shop', '--label', 'One'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Several hooks are called “Shop”[\s\S]*by its id: [\w-]+ \(Shop\), [\w-]+/),
    })
  })

  it('no database to list, fields that are missing, and a key on the command line', async () => {
    const db = join(emptyFolder(), 'none.db')
    const { run } = hooksAt(db)
    expect(await run([])).toMatchObject({ code: 3, stderr: expect.stringMatching(/There is no database/) })
    expect(await run(['add', '--label', 'Shop'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/Every field is required: Events .*Authentication .*Signature/),
    })
    expect(existsSync(db)).toBe(false)
    const fields = ['--label', 'Shop', '--events', 'all', '--authentication', 'none']
    const { code, stdout, stderr } = await run(['add', ...fields, '--source-key', 'never-shown-anywhere'])
    expect([code, stderr]).toEqual([0, expect.stringMatching(/Warning: .*on the command line/)])
    expect(stdout + stderr).not.toContain('never-shown')
  })
})

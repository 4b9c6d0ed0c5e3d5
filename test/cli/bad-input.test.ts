/** What is wrong with the command line, a port or a database: one message, what to do, and an exit code that is true. */
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { emptyFolder, expectExit, runCommand, startListening } from '../helpers/command.ts'
import { runHere } from '../helpers/here.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const base = () => ['--port', '0', '--inspector-port', '0', '--tunnel', 'none', '--db', join(emptyFolder(), 'a.db')]

/** Runs it, and expects one message, one hint and nothing else. */
async function problem(args: readonly string[], env: Record<string, string> = {}, run: typeof runHere = runCommand) {
  const { code, stdout, stderr } = await run(args, { env })
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^hookscope: [^\n]+\n {2}[^\n]+\n$/)
  return { code, stderr }
}

describe('the command line', () => {
  const cases: readonly [args: readonly string[], says: RegExp][] = [
    [['--prot', '1'], /Unknown option '--prot'\.\n {2}Did you mean --port\? See hookscope --help/],
    [['--port'], /Option '--port <PORT>' argument missing/],
    [['lisen'], /There is no command “lisen”\.\n {2}Did you mean hookscope listen\?/],
    [['frobnicate'], /Commands: listen, serve, status, open, tunnels, doctor, list, .*, replay, .*, help/],
    [['listen', 'extra'], /Unexpected argument “extra”/],
    [['--tunnel', 'none', 'stray'], /Unexpected argument “stray”/],
    [
      ['--forward', '--db', 'x'],
      /--forward has no value: --db follows, which is an option\.\n {2}Write --forward <URL>/,
    ],
    [['replay', '1', '--to', '--yes'], /--to has no value: --yes follows/],
    [['replay'], /Missing required argument.*\n.*hookscope help replay/],
    [['replay', '1', '--order', 'random'], /Allowed choices are triggered, received/],
    [['replay', '1', '--rate', '0'], /--rate should be deliveries per second/],
    [['replay', '1', '--to', 'nonsense'], /is not a URL/],
    [
      ['--forward', 'webhooks'],
      /--forward: The target “webhooks” is not a URL\.\n {2}Enter the full URL of your endpoint/,
    ],
    [
      ['--forward', 'ahc.*=3000'],
      /--forward: No event is called “ahc\.\*”, in “ahc\.\*=…”\.\n {2}Did you mean ach\.\*\?/,
    ],
    [['--forward', 'ach.*='], /--forward: The target “” is not a URL/],
    [['--only', 'ach.setled'], /--only: No event is called “ach\.setled”\.\n {2}Did you mean ach\.settled\?/],
    [['--header', 'X-Env'], /--header: A header is a name, a colon and a value\./],
    [['--header', 'X Env: a'], /--header: “X Env” is not a header name\./],
    [['--header', 'X-Env: a\nb'], /--header: The value of X-Env has characters that a header cannot contain/],
    [['--header', 'Content-Length: 5'], /--header: Content-Length cannot be added: hookscope writes it itself\./],
    [['--timeout', 'soon'], /--timeout: timeout should be a time up to a day, such as 30s or 10m, not "soon"/],
    [['--retry', 'forever'], /--retry: retry should be a time up to an hour, such as 30s, or 0 for not at all/],
    [['--timeout', '2000h'], /--timeout: timeout should be a time up to a day/],
    [
      ['--forward', 'https://1.1.1.1', '--insecure'],
      /--forward: The certificate of 1\.1\.1\.1 is checked: it is on the internet\.\n {2}Remove --insecure/,
    ],
    [['--db', 'a', '--db', 'b'], /^hookscope: --db is given more than once\.\n {2}Give it only once/],
    [['--port', '0', 'listen', '--port', '1'], /--port is given more than once/],
    [['--signature-key', 'a', '--signature-key'], /--signature-key is given more than once/],
    [['replay', '1', '--to', '3000', '--to', '4000'], /--to is given more than once/],
    [['replay', '1', '--order', 'received', '--order', 'triggered'], /--order is given more than once/],
    [['--answer', 'app'], /Add --forward URL/],
    [['--answer', 'me'], /The option --answer: answer should be "hookscope" or "app", not "me"/],
    [['--port', 'abc'], /--port: port should be a whole number/],
    [['--port', '70000'], /--port: port should be .* 65535/],
    [['--tunnel', 'serveo'], /--tunnel: tunnel should be .*not "serveo"/],
    [['--tunnel-host', 'ftp://a.example'], /--tunnel-host: .* an http or https address/],
    [['--public-url', 'a.example'], /--public-url: .* an http or https address/],
    [['--subdomain', 'a b'], /--subdomain: subdomain should be 4 to 63/],
    [['--db', ''], /--db has no value: it is empty\.\n {2}Write --db <PATH>/],
    ...['list', 'replay', 'export', 'tail', 'wait'].map((command): [string[], RegExp] => [
      [command, 'a'.repeat(100_000)],
      /^hookscope: The search has 100,000 characters, which is too many\.\n {2}It can have 12,000, as a URL/,
    ]),
    [['list', 'é'.repeat(2100)], /The search has 2,100 characters/],
    [['replay', 'foo:bar'], /foo/],
    [['--signature-key'], /There is no terminal to ask for the signature key\./],
  ]
  it.each(cases)('%j', async (args, says) => {
    const { code, stderr } = await problem(args, {}, runHere)
    expect(stderr).toMatch(says)
    expect(code, stderr).toBe(2)
  })
})

it('that waits for what never comes ends with 1, and says so: Node would end it with 0', async () => {
  const preload = join(emptyFolder(), 'never.cjs')
  // What the command line is read with is a promise that nobody keeps.
  writeFileSync(
    preload,
    `const Module = require('node:module'); const load = Module._load
    Module._load = (name, ...rest) => (/command-line/.test(name) ? { then() {} } : load(name, ...rest))`,
  )
  const { code, stderr } = await runCommand(['samples'], { env: { NODE_OPTIONS: `--require "${preload}"` } })
  expect([code, stderr]).toEqual([1, 'hookscope ended before it was done. Please report this.\n'])
})

describe('the value of an option', () => {
  const none = ['--tunnel', 'none', '--port', '0', '--inspector-port', '0']
  const commands: readonly (readonly string[])[] = [
    [...none, '--db', 'a.db'],
    ['trigger', 'ach.settled', '--to', 'http://localhost:9/'],
    ['check', 'http://localhost:9/'],
    ['hooks', 'add', '--db', 'a.db'],
    ['sign', '-'],
    ['verify', '-', '--signature', 'ab'],
  ]
  const ofAll: readonly [option: string, value: string, says: RegExp][] = [
    ['--signature-key', 'S3CR3T\nKEY9', /--signature-key has several lines/],
    ['--signature-key', 'S3CR3T'.repeat(1000), /--signature-key is longer than 4096 bytes/],
    ['--source-key', '', /--source-key is empty/],
    ['--source-key', 'S3CR3T\tKEY9', /--source-key contains a control character/],
    ['--signature-key-file', '', /--signature-key-file has no value/],
    ['--config', '', /--config has no value/],
    ['--config', 'settings.yaml', /settings\.yaml is not a config file/],
  ]
  const cases: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    ...commands.flatMap(command => ofAll.map(([option, value, says]) => [[...command, option, value], says] as const)),
    ...commands
      .filter(([name]) => name !== 'sign' && name !== 'verify')
      .map(command => [[...command, '--basic-auth', 'S3CR3T'], /--basic-auth is not a user name, a colon/] as const),
    [['check', 'http://localhost:9/', '--effect', ''], /--effect has no value/],
    [['check', 'http://localhost:9/', '--effect-url', ''], /--effect-url/],
    [['check', 'http://localhost:9/', '--html', ''], /--html/],
    [['check', 'http://localhost:9/', '--seed', 'x'], /--seed/],
    [['replay', '1', '--rate', 'x'], /--rate/],
    [['trigger', 'ach.settled', '--count', '0'], /--count/],
    [['trigger', 'ach.settled', '--clock', 'x'], /--clock/],
    [['trigger', 'ach.settled', '--fault', 'x'], /--fault/],
    [[...none, '--tunnel-domain', 'a/b'], /--tunnel-domain: /],
    [[...none, '--label', 'a\nb'], /--label: /],
    [[...none, '--db', 'a\0b'], /--db: /],
  ]
  it.each(cases)('that is wrong ends with 2 and names it: %j', async (args, says) => {
    const { code, stdout, stderr } = await runHere(args, { input: '{}' })
    expect(stderr).toMatch(says)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).not.toMatch(/S3C|KEY9/)
  })

  it('names a file that cannot be used: 3, since the command line is right', async () => {
    for (const option of ['--signature-key-file', '--config']) {
      const { code, stderr } = await runHere(['sign', '-', option, 'absent.json'], { input: '{}' })
      expect(stderr).toMatch(/absent\.json,? does not exist/)
      expect(code, stderr).toBe(3)
    }
  })
})

describe('settings', () => {
  it('name where they come from', async () => {
    const { code, stderr } = await problem(['--tunnel', 'none'], { HOOKSCOPE_PORT: 'abc' })
    expect(stderr).toContain('HOOKSCOPE_PORT: port should be a whole number')
    expect(code, stderr).toBe(3)
    const target = await problem(base(), { HOOKSCOPE_FORWARD: 'http://localhost:3000 webhooks' })
    expect(target.stderr).toContain('HOOKSCOPE_FORWARD: ')
    expect(target.code, target.stderr).toBe(3)
    expect((await problem(base(), { HOOKSCOPE_TOKEN: 'short' })).stderr).toContain('HOOKSCOPE_TOKEN')
    expect((await problem([...base(), '--config', 'absent.json'])).stderr).toContain('absent.json does not exist')
  })

  it('come from a TypeScript file in the working directory', async () => {
    const cwd = emptyFolder()
    writeFileSync(join(cwd, 'hookscope.config.ts'), 'const label: string = "from the file"\nexport default { label }')
    const command = startListening(['--trust-config'], { cwd })
    closers.push(() => command.stop('SIGKILL'))
    const { hooks, config } = await command.waitForLine('ready')
    expect(hooks[0]?.label).toBe('from the file')
    expect(config).toEqual({ path: join(realpathSync(cwd), 'hookscope.config.ts'), sets: ['label'] })
    await command.stop()
  })

  it('that are malformed in a file name the file and the field', async () => {
    const cwd = emptyFolder()
    writeFileSync(join(cwd, 'hookscope.config.json'), '{ "forwrad": "http://localhost:1/" }')
    const { code, stderr } = await runCommand(base(), { cwd })
    expect(stderr).toBe('hookscope: hookscope.config.json has no field “forwrad”.\n  Did you mean “forward”?\n')
    expect(code, stderr).toBe(3)
  })

  it('that are malformed in a key file name the file, never the key', async () => {
    const path = join(emptyFolder(), 'key')
    writeFileSync(path, 's3cret\nsecond line\n', { mode: 0o600 })
    const { code, stderr } = await problem([...base(), '--signature-key-file', path])
    expect(stderr).toContain(`${path}, has several lines`)
    expect(stderr).not.toContain('s3cret')
    expect(code, stderr).toBe(3)
  })
})

describe('ports', () => {
  it.each(['--port', '--inspector-port'])('%s in use: names it, and what to do', async option => {
    const taken = net.createServer().listen(0, '127.0.0.1')
    closers.push(() => new Promise(resolve => taken.close(resolve)))
    await new Promise(resolve => taken.once('listening', resolve))
    const address = taken.address()
    const port = String(address !== null && typeof address === 'object' ? address.port : 0)
    const args = base()
    const { code, stderr } = await problem(args.with(args.indexOf(option) + 1, port))
    expect(stderr).toContain(`Port ${port} cannot be used`)
    expect(stderr).toContain(`${option} 0`)
    expect(code, stderr).toBe(3)
  })
})

describe('the database', () => {
  const at = (path: string) => [...base().slice(0, -2), '--db', path]

  it('that another hookscope has open: says so, and the way out', async () => {
    const db = join(emptyFolder(), 'a.db')
    const first = startListening([], { db })
    closers.push(() => first.stop('SIGKILL'))
    const { inspectorUrl } = await first.waitForLine('ready')
    const { code, stderr } = await problem(at(db))
    expect(stderr).toContain(`in process ${first.pid}`)
    // A link that opens holds the token, which is for a person at a terminal alone.
    expect(stderr).toContain('Its inspector is at the link it printed.')
    expect(stderr).not.toContain(inspectorUrl)
    expect(stderr).toContain('--db')
    expect(code, stderr).toBe(3)
    await first.stop()
  })

  it('that is no database, or a folder', async () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'a.db'), 'this is not a database, but long enough to be mistaken for one. '.repeat(20))
    await expectExit(problem(at(join(folder, 'a.db'))), 3)
    mkdirSync(join(folder, 'sub'))
    await expectExit(problem(at(join(folder, 'sub'))), 3)
  })

  it('whose folder cannot be made', async () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'file'), '')
    symlinkSync('two', join(folder, 'one'))
    symlinkSync('one', join(folder, 'two'))
    const cases: [path: string, says: RegExp][] = [
      [join(folder, 'file', 'x', 'a.db'), /a file is where a folder should be/],
      [join(folder, 'one', 'x', 'a.db'), /links in its path form a loop/],
      [join(folder, 'n'.repeat(300), 'a.db'), /a name in its path is too long/],
    ]
    // A file system that takes no folders: Node's recursive mkdir never ends there.
    if (process.platform === 'linux') cases.push(['/proc/hookscope/x/a.db', /its folder cannot be created/])
    for (const [path, says] of cases) {
      const { code, stderr } = await problem(at(path))
      expect(stderr).toMatch(says)
      expect(code, stderr).toBe(3)
    }
  })

  it('that a newer version made', async () => {
    const db = join(emptyFolder(), 'a.db')
    const command = startListening([], { db })
    closers.push(() => command.stop('SIGKILL'))
    await command.waitForLine('ready')
    await command.stop()
    const file = new Database(db)
    file.pragma('user_version = 9999')
    file.close()
    const { code, stderr } = await problem(at(db))
    expect(stderr).toMatch(/newer/)
    expect(code, stderr).toBe(3)
  })

  it.skipIf(process.platform === 'win32')('that may not be written', async () => {
    const folder = join(emptyFolder(), 'fixed')
    mkdirSync(folder, { mode: 0o500 })
    closers.push(() => chmodSync(folder, 0o700))
    const { code, stderr } = await problem(at(join(folder, 'a.db')))
    expect(stderr).toMatch(/read-only/)
    expect(code, stderr).toBe(3)
  })

  it('that does not exist, to a replay', async () => {
    const { code, stderr } = await problem([
      'replay',
      '1',
      '--to',
      'http://localhost:1/',
      '--db',
      join(emptyFolder(), 'no.db'),
    ])
    expect(stderr).toContain('There is no database')
    expect(code, stderr).toBe(3)
  })
})

describe('help', () => {
  it('has every option in a group, examples, and the exit codes', async () => {
    const { code, stdout, stderr } = await runCommand(['help', 'listen'])
    expect(code, stderr).toBe(0)
    expect(stderr).toBe('')
    for (const word of [
      '--forward',
      '--answer',
      '--tunnel-host',
      '--public-url',
      '--no-open',
      '--observe',
      'Examples:',
      'Exit codes:',
    ]) {
      expect(stdout).toContain(word)
    }
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(104)
  })

  it.each<[words: readonly string[], says: RegExp]>([
    [['help', 'nope'], /^hookscope: There is no command “nope”\.\n {2}Commands: listen, .*\n$/],
    [['help', 'lisen'], /^hookscope: There is no command “lisen”\.\n {2}Did you mean hookscope help listen\?\n$/],
    [
      ['--observe', 'help', 'repley'],
      /^hookscope: There is no command “repley”\.\n {2}Did you mean hookscope help replay\?\n$/,
    ],
    [
      ['help', 'hooks', 'ad'],
      /^hookscope: hookscope hooks has no “ad”\.\n {2}Did you mean add\? See hookscope help hooks\n$/,
    ],
    [['help', 'replay', 'x'], /^hookscope: Unexpected argument “x”\.\n/],
    [['help', '--port'], /^hookscope: Unexpected argument “--port”\.\n/],
  ])('is not there for what is no command: %j', async (words, says) => {
    const { code, stdout, stderr } = await runHere(words)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(says)
  })

  it.each<[words: readonly string[], usage: string]>([
    [['help'], 'hookscope [command]'],
    [['help', 'help'], 'hookscope [command]'],
    [['help', '--help'], 'hookscope [command]'],
    [['help', 'hooks', 'add'], 'hookscope hooks add '],
    [['help', 'complete'], 'hookscope complete '],
    [['--observe', 'help', 'replay'], 'hookscope replay '],
  ])('is there for %j', async (words, usage) => {
    const { code, stdout, stderr } = await runHere(words)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`Usage: ${usage}`)
  })

  it('is there for each command, either way', async () => {
    const [help, option, version] = await Promise.all([
      runCommand(['help', 'replay']),
      runCommand(['replay', '--help']),
      runCommand(['--version']),
    ])
    expect(help.stdout).toContain('--resign')
    expect(option.stdout).toBe(help.stdout)
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect([help.code, option.code, version.code]).toEqual([0, 0, 0])
  })
})

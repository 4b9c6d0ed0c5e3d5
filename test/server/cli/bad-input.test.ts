/** What is wrong with the command line, a port or a database: one message, what to do, and an exit code that is true. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { emptyFolder, runCommand, startListening } from '../../helpers/command.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const base = () => ['--port', '0', '--inspector-port', '0', '--tunnel', 'none', '--db', join(emptyFolder(), 'a.db')]

/** Runs it, and expects one message, one hint and nothing else. */
async function problem(args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await runCommand(args, { env })
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^hookscope: [^\n]+\n {2}[^\n]+\n$/)
  return { code, stderr }
}

describe('the command line', () => {
  const cases: readonly [args: readonly string[], says: RegExp][] = [
    [['--prot', '1'], /Unknown option '--prot'\.\n {2}Did you mean --port\? See hookscope --help/],
    [['--port'], /Option '--port <PORT>' argument missing/],
    [['lisen'], /There is no command "lisen"\.\n {2}Did you mean "hookscope listen"\?/],
    [['frobnicate'], /Commands: listen, replay, .*, help/],
    [['listen', 'extra'], /There is no place for "extra" here/],
    [['--tunnel', 'none', 'stray'], /There is no place for "stray" here/],
    [
      ['--forward', '--db', 'x'],
      /--forward has no value: --db follows, which is an option\.\n {2}Write --forward <URL>/,
    ],
    [['replay', '1', '--to', '--yes'], /--to has no value: --yes follows/],
    [['replay'], /Missing required argument.*\n.*hookscope help replay/],
    [['replay', '1', '--order', 'random'], /Allowed choices are triggered, received/],
    [['replay', '1', '--rate', '0'], /--rate should be deliveries a second/],
    [['replay', '1', '--to', 'nonsense'], /is not a URL/],
    [
      ['--forward', 'webhooks'],
      /--forward: The target “webhooks” is not a URL\.\n {2}Give the whole URL of your endpoint/,
    ],
    [['--db', 'a', '--db', 'b'], /^hookscope: --db is given more than once\.\n {2}It takes one value/],
    [['--port', '0', 'listen', '--port', '1'], /--port is given more than once/],
    [['--signature-key', 'a', '--signature-key'], /--signature-key is given more than once/],
    [['replay', '1', '--to', '3000', '--to', '4000'], /--to is given more than once/],
    [['replay', '1', '--order', 'received', '--order', 'triggered'], /--order is given more than once/],
    [['--answer', 'app'], /Add --forward URL/],
    [['--answer', 'me'], /The option --answer: answer should be "hookscope" or "app", not "me"/],
    [['--port', 'abc'], /--port: port should be a whole number/],
    [['--port', '70000'], /--port: port should be .* 65535/],
    [['--tunnel', 'ngrok'], /--tunnel: tunnel should be .*not "ngrok"/],
    [['--tunnel-host', 'ftp://a.example'], /--tunnel-host: .* an http or https address/],
    [['--public-url', 'a.example'], /--public-url: .* an http or https address/],
    [['--subdomain', 'a b'], /--subdomain: subdomain should be 4 to 63/],
    [['--db', ''], /--db: db should be the path of a file/],
    [['replay', 'foo:bar'], /foo/],
    [['--signature-key'], /There is no terminal to ask for the signature key on/],
  ]
  it.each(cases)('%j', async (args, says) => {
    const { code, stderr } = await problem(args)
    expect(stderr).toMatch(says)
    expect(code).toBe(2)
  })
})

describe('settings', () => {
  it('name where they come from', async () => {
    const { code, stderr } = await problem(['--tunnel', 'none'], { HOOKSCOPE_PORT: 'abc' })
    expect(stderr).toContain('HOOKSCOPE_PORT: port should be a whole number')
    expect(code).toBe(3)
    const target = await problem(base(), { HOOKSCOPE_FORWARD: 'http://localhost:3000 webhooks' })
    expect(target.stderr).toContain('HOOKSCOPE_FORWARD: ')
    expect(target.code).toBe(3)
    expect((await problem(base(), { HOOKSCOPE_TOKEN: 'short' })).stderr).toContain('HOOKSCOPE_TOKEN')
    expect((await problem([...base(), '--config', 'absent.json'])).stderr).toContain('absent.json is not there')
  })

  it('come from a TypeScript file in the working directory', async () => {
    const cwd = emptyFolder()
    writeFileSync(join(cwd, 'hookscope.config.ts'), 'const label: string = "from the file"\nexport default { label }')
    const command = startListening([], { cwd })
    closers.push(() => command.stop('SIGKILL'))
    expect((await command.waitForLine('ready')).hooks[0]?.label).toBe('from the file')
    await command.stop()
  })

  it('that are malformed in a file name the file and the field', async () => {
    const cwd = emptyFolder()
    writeFileSync(join(cwd, 'hookscope.config.json'), '{ "forwrad": "http://localhost:1/" }')
    const { code, stderr } = await runCommand(base(), { cwd })
    expect(stderr).toBe('hookscope: hookscope.config.json has no field "forwrad".\n  Did you mean "forward"?\n')
    expect(code).toBe(3)
  })

  it('that are malformed in a key file name the file, never the key', async () => {
    const path = join(emptyFolder(), 'key')
    writeFileSync(path, 's3cret\nsecond line\n', { mode: 0o600 })
    const { code, stderr } = await problem([...base(), '--signature-key-file', path])
    expect(stderr).toContain(`${path}, has several lines`)
    expect(stderr).not.toContain('s3cret')
    expect(code).toBe(3)
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
    expect(code).toBe(3)
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
    expect(stderr).toContain('Its inspector is at the link that it printed.')
    expect(stderr).not.toContain(inspectorUrl)
    expect(stderr).toContain('--db')
    expect(code).toBe(3)
    await first.stop()
  })

  it('that is no database, or a folder', async () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'a.db'), 'this is not a database, but long enough to be mistaken for one. '.repeat(20))
    expect((await problem(at(join(folder, 'a.db')))).code).toBe(3)
    mkdirSync(join(folder, 'sub'))
    expect((await problem(at(join(folder, 'sub')))).code).toBe(3)
  })

  it('whose folder cannot be made', async () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'file'), '')
    symlinkSync('two', join(folder, 'one'))
    symlinkSync('one', join(folder, 'two'))
    const cases: [path: string, says: RegExp][] = [
      [join(folder, 'file', 'x', 'a.db'), /a file is where a folder should be/],
      [join(folder, 'one', 'x', 'a.db'), /links on its path lead in a circle/],
      [join(folder, 'n'.repeat(300), 'a.db'), /a name on its path is too long/],
    ]
    // A file system that takes no folders: Node's recursive mkdir never ends there.
    if (process.platform === 'linux') cases.push(['/proc/hookscope/x/a.db', /its folder cannot be made/])
    for (const [path, says] of cases) {
      const { code, stderr } = await problem(at(path))
      expect(stderr).toMatch(says)
      expect(code).toBe(3)
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
    expect(code).toBe(3)
  })

  it.skipIf(process.platform === 'win32')('that may not be written', async () => {
    const folder = join(emptyFolder(), 'fixed')
    mkdirSync(folder, { mode: 0o500 })
    closers.push(() => chmodSync(folder, 0o700))
    const { code, stderr } = await problem(at(join(folder, 'a.db')))
    expect(stderr).toMatch(/read-only/)
    expect(code).toBe(3)
  })

  it('that is not there, to a replay', async () => {
    const { code, stderr } = await problem([
      'replay',
      '1',
      '--to',
      'http://localhost:1/',
      '--db',
      join(emptyFolder(), 'no.db'),
    ])
    expect(stderr).toContain('There is no database')
    expect(code).toBe(3)
  })
})

describe('help', () => {
  it('has every option in a group, examples, and the exit codes', async () => {
    const { code, stdout, stderr } = await runCommand(['--help'])
    expect(code).toBe(0)
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

/** A config file that is code is a program of whoever wrote the folder: when it is run, when it is asked about, what is remembered. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { loadSettings } from '../../../server/config/config.ts'
import type { AskTrust } from '../../../server/config/config-code.ts'
import type { ConfigSource } from '../../../server/config/config-read.ts'
import { UserError } from '../../../server/lib/errors.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { runHere } from '../../helpers/here.ts'

const users = vi.hoisted(() => ({ config: '', data: '' }))
vi.mock('env-paths', () => ({ default: () => users }))

let folder = ''
let marker = ''
beforeEach(() => {
  folder = realpathSync(emptyFolder())
  marker = join(folder, 'it-ran')
  users.config = join(emptyFolder(), 'hookscope')
  users.data = emptyFolder()
  write()
})

const kept = () => join(users.config, 'trusted-configs.json')
const body = (port: number) =>
  `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(marker)}, '')\nexport default { port: ${port}, signatureKey: 'fifteen-letters' }\n`
function write(port = 4001, name = 'hookscope.config.ts', into = folder): void {
  writeFileSync(join(into, name), body(port))
}
const ran = () => {
  const did = existsSync(marker)
  rmSync(marker, { force: true })
  return did
}

const load = (input: Partial<ConfigSource> = {}) =>
  loadSettings({
    options: {},
    config: { path: null, trusted: false },
    environment: {},
    folder,
    reads: 'everything',
    ask: null,
    ...input,
  })
const problemOf = (input: Partial<ConfigSource>) =>
  load(input).then(
    () => expect.fail('it was read'),
    (error: unknown) => {
      if (error instanceof UserError) return error
      throw error
    },
  )
const answering = (answer: Awaited<ReturnType<AskTrust>>) => vi.fn<AskTrust>(async () => answer)

describe('where nobody has trusted the folder and nobody can be asked', () => {
  const hex = 'ab'.repeat(32)
  const target = 'http://127.0.0.1:9/'
  it.each([
    ['listen --tunnel none'],
    ['--tunnel none'],
    [`check ${target}`],
    [`trigger ach.settled --to ${target}`],
    [`trigger ach.settled --to ${target} --dry-run`],
    [`replay 1 --to ${target}`],
    ['hooks'],
    ['hooks add --label Shop'],
    ['pending'],
    ['samples'],
    [`verify --signature ${hex}`],
    ['sign'],
  ])('%s runs nothing and ends with 2, naming the option', async line => {
    const { code, stderr } = await runHere(line.split(' '), { cwd: folder, input: 'body' })
    expect([code, ran()]).toEqual([2, false])
    expect(stderr).toContain(`${join(folder, 'hookscope.config.ts')} is code, and is not trusted yet`)
    expect(stderr).toContain('--trust-config')
    expect(stderr).toContain('HOOKSCOPE_TRUST_CONFIG=1')
  })

  it.each([
    ['--help'],
    ['help listen'],
    ['check --list'],
    ['completion bash'],
    ['complete bash -- hookscope trigger'],
    ['complete fish -- trigger ach'],
    ['complete zsh -- --config hookscope.config.ts trigger --hook '],
  ])('%s runs nothing and says nothing of it', async line => {
    const { code, stderr } = await runHere(line.split(' '), { cwd: folder })
    expect([code, ran(), stderr]).toEqual([0, false, ''])
  })

  it.each([
    ['trigger --list', 0],
    [`verify --signature ${hex}`, 1],
    ['sign', 0],
    [`check --only duplicate ${target}`, 2],
  ])('%s goes on without it, the key from elsewhere, and says so in a line', async (line, code) => {
    const env = { HOOKSCOPE_SOURCE_KEY: 'key' }
    const done = await runHere(line.split(' '), { cwd: folder, input: 'body', env })
    expect([done.code, ran()]).toEqual([code, false])
    expect(done.stderr).toMatch(/^Warning: hookscope\.config\.ts is ignored: it is code that is not trusted\..*$/m)
  })

  it.each([['pending'], ['samples'], ['samples show ach.settled']])(
    '%s does not need it when the database is named',
    async line => {
      const { stderr } = await runHere(line.split(' '), { cwd: folder, env: { HOOKSCOPE_DB: join(folder, 'x.db') } })
      expect([ran(), stderr]).toEqual([false, expect.not.stringContaining('is code')])
    },
  )

  it('Tab offers no names of another database than the one that the file may name', async () => {
    const { openSqlite } = await import('../../../server/store/sqlite/sqlite.ts')
    const { openHooks } = await import('../../../server/hooks/hooks.ts')
    const db = join(users.data, 'deliveries.db')
    const store = openSqlite({ path: db })
    await (await openHooks(store, { signatureKey: null, sourceKey: null, basicAuth: null }, 'My shop')).close()
    await store.close()
    const offered = async (env = {}) =>
      (await runHere(['complete', 'fish', '--', 'trigger', '--hook', ''], { cwd: folder, env })).stdout
    expect(await offered()).not.toContain('My shop')
    expect(await offered({ HOOKSCOPE_DB: db })).toContain('My shop')
    rmSync(join(folder, 'hookscope.config.ts'))
    expect(await offered()).toContain('My shop')
  })

  it('Tab waits for no pipe and no view that a config file of the folder names as the database', async () => {
    rmSync(join(folder, 'hookscope.config.ts'))
    const offered = async (db: string) => {
      writeFileSync(join(folder, 'hookscope.config.json'), JSON.stringify({ db }))
      return (await runHere(['complete', 'fish', '--', 'trigger', '--hook', ''], { cwd: folder })).stdout
    }
    const evil = new Database(join(folder, 'evil.db'))
    evil.exec(
      `CREATE VIEW hook AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS label, NULL AS removed_at, x AS created_at FROM n;
       CREATE TABLE sample (name TEXT, body TEXT)`,
    )
    evil.close()
    expect(await offered('evil.db')).toBe('')
    if (process.platform === 'win32') return
    execFileSync('mkfifo', [join(folder, 'pipe')])
    expect(await offered('pipe')).toBe('')
  })

  it('JSON is read without a question', async () => {
    rmSync(join(folder, 'hookscope.config.ts'))
    writeFileSync(join(folder, 'hookscope.config.json'), '{ "port": 4002 }')
    expect((await load()).settings.port).toBe(4002)
    expect(existsSync(users.config)).toBe(false)
  })
})

describe('what counts as a word of the person', () => {
  it.each<[string, Partial<ConfigSource>]>([
    ['--trust-config', { config: { path: null, trusted: true } }],
    ['HOOKSCOPE_TRUST_CONFIG', { environment: { HOOKSCOPE_TRUST_CONFIG: 'yes' } }],
    ['--config', { config: { path: 'hookscope.config.ts', trusted: false } }],
  ])('%s, for this start alone', async (_, input) => {
    const { settings, filePath, fileSets } = await load(input)
    expect([settings.port, ran()]).toEqual([4001, true])
    expect(filePath).toBe(join(folder, 'hookscope.config.ts'))
    expect(fileSets).toEqual(['port', 'signatureKey'])
    expect((await problemOf({})).exitCode).toBe(2)
    expect(existsSync(users.config)).toBe(false)
  })

  it('HOOKSCOPE_CONFIG with an absolute path; with a relative one it is another file in each folder', async () => {
    const path = join(folder, 'hookscope.config.ts')
    expect((await load({ environment: { HOOKSCOPE_CONFIG: path } })).settings.port).toBe(4001)
    const relative = await problemOf({ environment: { HOOKSCOPE_CONFIG: 'hookscope.config.ts' } })
    expect(relative.message).toContain('is code')
    // Only where that is the reason, and it is the reason of nothing else.
    expect(relative.hint).toMatch(/^HOOKSCOPE_CONFIG names it by a relative path, .*use its absolute path/)
    expect((await problemOf({})).hint).not.toContain('HOOKSCOPE_CONFIG')
    const loaded = await load({ environment: { HOOKSCOPE_CONFIG: 'hookscope.config.ts' }, optional: true })
    expect(loaded.warnings.join()).toMatch(/HOOKSCOPE_CONFIG names it by a relative path/)
  })

  it('a variable that is neither yes nor no is refused', async () => {
    const { message } = await problemOf({ environment: { HOOKSCOPE_TRUST_CONFIG: 'maybe' } })
    expect([message, ran()]).toEqual([expect.stringContaining('HOOKSCOPE_TRUST_CONFIG should be true or false'), false])
    expect((await problemOf({ environment: { HOOKSCOPE_TRUST_CONFIG: '0' } })).exitCode).toBe(2)
  })

  it('--no-config leaves it out', async () => {
    const { settings, filePath, warnings } = await load({ config: { path: false, trusted: false } })
    expect([settings.port, filePath, warnings, ran()]).toEqual([null, null, [], false])
  })
})

describe('the question', () => {
  it('is asked once: yes is remembered for the file as it is', async () => {
    const ask = answering('as-it-is')
    await load({ ask })
    expect(ask).toHaveBeenCalledExactlyOnceWith(
      { path: join(folder, 'hookscope.config.ts'), digest: expect.any(String), lines: 3, isForeign: false },
      'unknown',
    )
    expect([(await load({ ask })).settings.port, ran()]).toEqual([4001, true])
    expect(ask).toHaveBeenCalledOnce()

    write(4002)
    expect((await problemOf({})).message).toContain('has changed since it was trusted')
    expect((await load({ optional: true })).warnings).toEqual([expect.stringContaining('has changed since')])
    expect((await load({ ask })).settings.port).toBe(4002)
    expect(ask).toHaveBeenLastCalledWith(expect.anything(), 'changed')
    expect((await load({ optional: true })).settings.port).toBe(4002)
  })

  it('is asked never again after “always”', async () => {
    await load({ ask: answering('always') })
    write(4002)
    expect((await load()).settings.port).toBe(4002)
  })

  it('takes no for an answer, and is asked again', async () => {
    const ask = answering(null)
    expect((await problemOf({ ask })).message).toContain('was not run')
    expect((await problemOf({ ask })).hint).toContain('--no-config')
    expect([ask.mock.calls.length, ran(), existsSync(users.config)]).toEqual([2, false, false])
  })

  it('is not answered for another file, nor for what the file became meanwhile', async () => {
    await load({ ask: answering('always') })
    const elsewhere = emptyFolder()
    write(4001, 'hookscope.config.ts', elsewhere)
    ran()
    expect((await problemOf({ folder: elsewhere })).exitCode).toBe(2)
    const swapped = await problemOf({
      folder: elsewhere,
      ask: async () => {
        write(4003, 'hookscope.config.ts', elsewhere)
        return 'always'
      },
    })
    expect([swapped.message, ran()]).toEqual([expect.stringContaining('changed while hookscope was asking'), false])
  })

  it.skipIf(process.platform === 'win32')('is about the file, not about a link to it', async () => {
    const links = emptyFolder()
    const real = join(realpathSync(emptyFolder()), 'real.ts')
    writeFileSync(real, body(4005))
    symlinkSync(real, join(links, 'hookscope.config.ts'))
    await load({ folder: links, ask: answering('always') })
    expect(Object.keys(JSON.parse(readFileSync(kept(), 'utf8')).files)).toEqual([real])
    rmSync(join(links, 'hookscope.config.ts'))
    symlinkSync(join(folder, 'hookscope.config.ts'), join(links, 'hookscope.config.ts'))
    expect((await problemOf({ folder: links })).exitCode).toBe(2)
  })
})

describe('what is remembered', () => {
  it.skipIf(process.platform === 'win32')('is for its user alone', async () => {
    await load({ ask: answering('as-it-is') })
    expect([statSync(kept()).mode & 0o777, statSync(users.config).mode & 0o777]).toEqual([0o600, 0o700])
    for (const mode of [0o620, 0o602]) {
      chmodSync(kept(), mode)
      expect((await problemOf({})).exitCode).toBe(2)
    }
  })

  it.each(['', '{', '[]', '{"files":[]}', '{"files":{"x":1}}', '{"files":{"__proto__":{"digest":null,"since":""}}}'])(
    'counts for nothing when it is %j, and is written anew',
    async text => {
      mkdirSync(users.config, { recursive: true })
      writeFileSync(kept(), text, { mode: 0o600 })
      expect((await problemOf({})).exitCode).toBe(2)
      await load({ ask: answering('as-it-is') })
      expect((await load()).settings.port).toBe(4001)
    },
  )

  it('is said to be forgotten when it cannot be kept', async () => {
    writeFileSync(users.config, 'a file where the folder should be')
    const { settings, warnings } = await load({ ask: answering('always') })
    expect([settings.port, warnings]).toEqual([4001, [expect.stringContaining('will ask again')]])
  })

  it('a folder that depends on where one stands is not believed', async () => {
    users.config = 'config'
    const { warnings } = await load({ ask: answering('always') })
    expect([warnings.length, existsSync('config')]).toEqual([1, false])
  })
})

it('a large file is read without a word of the compiler', async () => {
  const spoken = ['error', 'warn', 'log', 'info'] as const
  const spies = spoken.map(name => vi.spyOn(console, name))
  const bulk = `// ${'x'.repeat(97)}\n`.repeat(6000)
  writeFileSync(join(folder, 'hookscope.config.ts'), `${body(4001)}${bulk}export const one: number = 1\n`)
  expect((await load({ config: { path: null, trusted: true } })).settings.port).toBe(4001)
  expect(spies.flatMap(spy => spy.mock.calls)).toEqual([])
})

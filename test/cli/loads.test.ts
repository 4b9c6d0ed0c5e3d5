/** What a process loads of what only `hookscope serve` and `listen --from` need: nothing, where one person works on a file. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { commandPath, emptyFolder, runCommand, startCommand } from '../helpers/command.ts'
import { openTeam, startLaptop } from '../helpers/team.ts'

/** Texts that are in a part's code alone, whichever file it was bundled into. */
const parts = {
  'signing in at a server': '/auth/device/token',
  'the stream to a server': 'speak as hookscope serve does',
  'streams to laptops': 'Too many laptops are connected.',
  'people: better-auth': 'BETTER_AUTH_',
  'people: whoever signs in': 'nobody@hookscope.invalid',
  'the client of PostgreSQL': 'typarray',
  'the engine on PostgreSQL': 'the database lacks pg_trgm',
  'the operations of a server': 'hookscope_deliveries_total',
} as const
type Part = keyof typeof parts

let folder = ''
beforeAll(() => {
  folder = emptyFolder()
  // Modules are CommonJS: the process itself knows which it has loaded.
  writeFileSync(
    join(folder, 'loaded.cjs'),
    `process.on('exit', () => require('node:fs').writeFileSync(process.env.LOADED_TO, JSON.stringify(Object.keys(require.cache))))`,
  )
})
const noting = (to: string) => ({
  NODE_OPTIONS: `--require ${join(folder, 'loaded.cjs')}`,
  LOADED_TO: join(folder, to),
})
const pathsOf = (to: string): string[] => JSON.parse(readFileSync(join(folder, to), 'utf8'))

function partsOf(to: string): Part[] {
  const texts = pathsOf(to).map(path => readFileSync(path, 'latin1'))
  return (Object.keys(parts) as Part[]).filter(part => texts.some(text => text.includes(parts[part])))
}
/** Packages beside the bundle. */
const packagesOf = (to: string) => [
  ...new Set(pathsOf(to).flatMap(path => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])),
]

it('a server and a laptop load these parts, so that a test of none of them can fail', async () => {
  const team = await openTeam(null, undefined, noting('serve'))
  const laptop = startLaptop(team, [], { env: noting('laptop') })
  await laptop.command.waitForLine('sign-in')
  await laptop.command.stop()
  await team.close('SIGTERM')
  expect(partsOf('laptop')).toEqual(['signing in at a server'])
  const served = partsOf('serve')
  for (const part of ['streams to laptops', 'people: whoever signs in', 'the operations of a server'])
    expect(served).toContain(part)
  const bundle = readdirSync(dirname(commandPath)).filter(name => name.endsWith('.cjs'))
  const texts = bundle.map(name => readFileSync(join(dirname(commandPath), name), 'latin1'))
  for (const [part, text] of Object.entries(parts))
    expect([part, texts.some(one => one.includes(text))]).toEqual([part, true])
})

describe('of one person on a file', () => {
  it('listen loads none of them, from the start to a delivery that is forwarded and its end', async () => {
    const command = startCommand(
      ['listen', '--tunnel', 'none', '--port', '0', '--inspector-port', '0', '--db', join(folder, 'a.db'), '--json'],
      { env: noting('listen') },
    )
    await command.waitForLine('ready')
    const db = ['--db', join(folder, 'a.db')]
    expect((await runCommand(['trigger', 'ach.settled', ...db], { env: noting('trigger') })).code).toBe(0)
    await command.waitForLine('delivery')
    expect((await runCommand(['list', ...db], { env: noting('list') })).code).toBe(0)
    await command.stop()
    expect((await runCommand(['list', ...db], { env: noting('list alone') })).code).toBe(0)
    for (const name of ['listen', 'trigger', 'list', 'list alone']) expect([name, partsOf(name)]).toEqual([name, []])
    for (const name of ['listen', 'trigger', 'list', 'list alone'])
      expect(packagesOf(name).sort()).toEqual(['better-sqlite3', 'bindings', 'file-uri-to-path'])
  })
})

/** What strangers wrote, in what commands print: nothing of it steers the terminal, with --json or without. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildProgram } from '../../cli/program.ts'
import { configFields } from '../../server/config/schema.ts'
import { variableName } from '../../server/config/settings.ts'
import { openSamples } from '../../server/simulate/samples.ts'
import { openSqlite } from '../../server/store/sqlite/sqlite.ts'
import { emptyFolder } from '../helpers/command.ts'
import { arrival } from '../helpers/deliveries.ts'
import { runHere } from '../helpers/here.ts'
import { portApart } from '../helpers/ports.ts'

const db = join(emptyFolder(), 'x.db')
const steers = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u
const hostile = '\u001b]0;owned\u0007\u009b2J\u202e\u061c'
let nowhere = ''

function everyCommand(command: Command, path: readonly string[] = []): { path: readonly string[]; command: Command }[] {
  return [{ path, command }, ...command.commands.flatMap(child => everyCommand(child, [...path, child.name()]))]
}

beforeAll(async () => {
  nowhere = `http://127.0.0.1:${await portApart()}/`
  const store = openSqlite({ path: db })
  const body = { type: 'event', event_type: `ach.${hostile}`, event_body: { object: { [hostile]: hostile } } }
  const id = await store.deliveries.append(arrival({ body: JSON.stringify(body) }))
  await openSamples({ store }).save(id, 'hostile')
  await store.close()
})

it.each([
  'samples list',
  'samples list --json',
  'samples show hostile',
  'samples show hostile --fields',
  'samples show hostile --fields --json',
  'trigger --list',
  'trigger --list --json',
  'trigger hostile --dry-run',
  'trigger hostile --dry-run --json',
  'trigger hostile',
  'trigger hostile --json',
  'complete bash -- hookscope\ttrigger\thostile\t--set\tevent_body',
])('%s', async line => {
  const words = line.split(' ').map(word => word.replaceAll('\t', ' '))
  const to = words[0] === 'trigger' && !words.includes('--list') ? ['--to', nowhere] : []
  const { stdout, stderr } = await runHere([...words, ...to], { env: { HOOKSCOPE_DB: db } })
  expect(stdout + stderr).not.toBe('')
  expectTame(stdout + stderr)
})

/** What is said steers nothing, and no line of it is the stranger's own. */
function expectTame(told: string): void {
  expect(told.replaceAll('\n', '')).not.toMatch(steers)
  expect(told).not.toMatch(/^owned/m)
}

describe('what was typed, where it is said back', () => {
  const typed = `\u001b]0;x\u0007\nowned: all is well\r\u009b2J\u202e\u2028`
  const [root, ...commands] = everyCommand(buildProgram(() => undefined))
  if (root === undefined) throw new Error('no program')
  /** Whatever is asked for, it ends by itself, and changes nothing. */
  const ending: Readonly<Record<string, readonly string[]>> = {
    listen: ['--tunnel', 'none', '--answer', 'app'],
    check: ['http://127.0.0.1:9/'],
    trigger: ['ach.settled', '--to', 'http://127.0.0.1:9/'],
    replay: ['1', '--to', 'http://127.0.0.1:9/'],
    verify: ['--signature', 'ab'],
  }
  const lines = commands.flatMap(({ path, command }) => {
    const base = [...path, ...(ending[path[0] ?? ''] ?? [])]
    const without = (name: string) => {
      const at = base.indexOf(name)
      return at < 0 ? base : base.toSpliced(at, 2)
    }
    // A file that it would make cannot be made there.
    const operand = path[0] === 'backup' ? `/nowhere/${typed}` : typed
    const operands =
      command.registeredArguments.length > 0
        ? [
            [...path, operand],
            [...path, operand, typed],
          ]
        : []
    return [
      ...operands,
      [...path, `--${typed}`],
      [...path, `-${typed}`],
      ...command.options
        .filter(option => option.required || option.optional)
        .flatMap(({ long }) => {
          const name = long ?? ''
          return [
            [...without(name), name, typed],
            [...without(name), `${name}=${typed}`],
            [...without(name), name, `--${typed}`],
            [...without(name), `${name}`, `/nowhere/${typed}`],
          ]
        }),
    ]
  })
  it.each([[typed], [`--${typed}`], ['help', typed], ...lines].map(words => [words.join(' '), words]))(
    '%j',
    async (_, words) => {
      const { code, stdout, stderr } = await runHere(words, { env: { HOOKSCOPE_DB: db }, input: '{}' })
      expect([code, stderr]).not.toEqual([0, ''])
      expectTame(stdout + stderr)
    },
  )

  const answered = ['listen', '--tunnel', 'none', '--answer', 'app', '--signature-key-file', 'none']
  it.each(configFields.map(field => [field]))('%s of the environment and of a config file', async field => {
    const cwd = emptyFolder()
    const told = async (given: object, env: Record<string, string>) => {
      writeFileSync(join(cwd, 'hookscope.config.json'), JSON.stringify(given))
      const { code, stdout, stderr } = await runHere(answered, { cwd, env })
      expect(code, stderr).not.toBe(0)
      expectTame(stdout + stderr)
    }
    await told({}, { [variableName(field)]: typed })
    for (const given of [typed, [typed], { [typed]: typed }]) await told({ [field]: given }, {})
    await told({ [`${field}${typed}`]: 1 }, { [`HOOKSCOPE_${typed}`]: '1' })
  })

  it.skipIf(process.platform === 'win32')('the folder itself, and what a config file throws', async () => {
    const cwd = join(emptyFolder(), typed)
    mkdirSync(cwd)
    writeFileSync(join(cwd, 'hookscope.config.mjs'), `throw new Error(${JSON.stringify(typed)})`)
    const runs = [
      ['pending'],
      ['pending', '--config', 'hookscope.config.mjs'],
      ['pending', '--config', 'none.ts'],
      ['sign', '--signature-key-file', 'none'],
      ['check', 'http://127.0.0.1:9/', '--html', 'none/x'],
      ['check', 'http://127.0.0.1:9/', '--baseline', 'none'],
    ]
    for (const words of runs) {
      const { code, stdout, stderr } = await runHere(words, { cwd })
      expect(code, stderr).not.toBe(0)
      expectTame(stdout + stderr)
    }
    writeFileSync(join(cwd, 'hookscope.config.ts'), '')
    expectTame((await runHere(['pending'], { cwd })).stderr)
  })
})

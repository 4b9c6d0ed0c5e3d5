/** What the help shows can be typed: every example is read by the command line, every query by the search. */
import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../cli/command-line.ts'
import { buildProgram } from '../../cli/program.ts'
import { splitWords } from '../../cli/replay/editor.ts'
import type { ReplayOptions } from '../../cli/replay/replay.ts'
import { helpTextOf } from '../../cli/shared/help.ts'
import type { Io } from '../../cli/shared/io.ts'
import { parseQuery } from '../../core/search/search.ts'
import { strayVariables } from '../../server/config/settings.ts'
import { version } from '../../server/lib/version.ts'
import { documentedCommands, helpOf } from '../docs/help.ts'

const texts = documentedCommands().map(
  ({ words, command }) => [`hookscope ${words}`.trim(), helpOf(words), helpTextOf(command).remarks] as const,
)

/** The examples of a help, each as one line. */
const examplesIn = (text: string) =>
  (/^Examples:\n((?: {2,}.+\n)+)/m.exec(text)?.[1] ?? '').replace(/ \\\n +/g, ' ').match(/^ {2}\S.+$/gm) ?? []

/** What each runs of hookscope, less what is piped on. */
const commandsIn = (text: string) =>
  examplesIn(text).flatMap(line =>
    [...line.matchAll(/\(hookscope ([^)]*)|(?:^ *|\| )hookscope(?: ([^|>]*))?/g)].map(([, inner, whole]) =>
      splitWords((inner ?? whole)?.trim() || 'listen'),
    ),
  )

/** Queries where the search language is explained: remarks as they were written, before lines are broken. */
const queriesIn = (remarks: readonly string[] = []) =>
  remarks.flatMap(remark => /^A query is written as in the inspector's search: (.+)$/.exec(remark)?.[1] ?? [])

it('takes every option with a value from the environment too, but no command to run, and no server', () => {
  const [listen] = buildProgram(() => undefined).commands
  const variables = (listen?.options ?? [])
    .filter(
      ({ required, optional, long }) => (required || optional) && !['--exec', '--from', '--hook'].includes(long ?? ''),
    )
    .map(({ long }) => `HOOKSCOPE_${(long ?? '').slice(2).replaceAll('-', '_').toUpperCase()}`)
  expect(variables.length).toBeGreaterThan(12)
  expect(strayVariables(Object.fromEntries(variables.map(name => [name, 'x'])))).toEqual([])
  expect(strayVariables({ HOOKSCOPE_EXEC: 'x' })).toEqual([expect.stringContaining('HOOKSCOPE_EXEC is not a setting')])
})

it('names no option of another command: hookscope alone has the commands, and listen its own options', () => {
  const optionsIn = (text: string) => [...text.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(match => match[1])
  expect(optionsIn(helpOf(''))).toEqual(['--version', '--help'])
  expect(optionsIn(helpOf('listen'))).toEqual(expect.arrayContaining(['--forward', '--signature-key']))
  for (const [name, text] of texts.slice(1))
    for (const words of commandsIn(text)) {
      const asked = readCommandLine(words, process)?.command
      if (words.some(word => word.startsWith('--')))
        expect(`hookscope ${asked}`).toBe(name.split(' ').slice(0, 2).join(' '))
    }
})

it('is as wide as the terminal, breaks between words, and never within a command', () => {
  for (const columns of [60, 80, 300])
    for (const { words } of documentedCommands()) {
      const lines = helpOf(words, columns).split('\n')
      const long = lines.filter(line => line.length > Math.min(columns, 100) && /\S\s+\S/.test(line.trim()))
      expect(long, `hookscope ${words} at ${columns}`).toEqual([])
    }
})

it.each(['-v', '-V', '--version', 'version'])('hookscope %s prints the version alone on a line', async asks => {
  let printed = ''
  const io = { stdout: { write: (text: string) => (printed += text) } } as unknown as Io
  await readCommandLine([asks], io)?.run(io)
  expect(printed).toBe(`${version}\n`)
})

it('list and replay explain the search language, with one example', () => {
  const explained = texts.flatMap(([name, , remarks]) => queriesIn(remarks).map(query => [name, query]))
  const query = 'type:ach.* is:rejected status:5xx key:8nf0 amount:>100'
  expect(explained).toEqual([
    ['hookscope list', query],
    ['hookscope replay', query],
  ])
})

it.each(['list', 'repair', 'samples', 'pending'])('the database may be named before %s', name => {
  const asked = readCommandLine(['--db', 'shop.db', name], process)
  expect(asked?.options).toMatchObject({ settings: { db: 'shop.db' } })
})

describe.each(texts)('the examples of %s', (_, text, remarks) => {
  const commands = commandsIn(text)
  const queries = queriesIn(remarks)

  it('stand before the options', () => {
    expect(commands.length).toBeGreaterThan(0)
    const [begin = ''] = text.split('Examples:')
    expect(begin).toMatch(/^[A-Z][\s\S]*[.?]\n\nUsage: hookscope .*\n\n$/)
  })

  it.each(commands.map(words => [words.join(' '), words] as const))('hookscope %s', (_line, words) => {
    const asked = readCommandLine(words, process)
    if (asked?.command !== 'replay') return
    const { words: asks } = asked.options as ReplayOptions
    if (asks.some(word => !/^\d+$/.test(word))) expect(parseQuery(asks.join(' '))).toMatchObject({ ok: true })
  })

  it.each(queries)('%s', query => expect(parseQuery(query)).toMatchObject({ ok: true }))
})

/** What the help and the README show can be typed: every example is read by the command line, every query by the search. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseQuery } from '../../core/search.ts'
import { readCommandLine } from '../../server/command-line.ts'
import type { ReplayOptions } from '../../server/commands/replay.ts'
import { splitWords } from '../../server/editor.ts'
import { buildProgram } from '../../server/options/program.ts'
import { strayVariables } from '../../server/settings.ts'

function helpOf(words: readonly string[]): string {
  let help = ''
  const stdout = { write: (text: string) => (help += text) }
  readCommandLine(words, { stdout: stdout as unknown as NodeJS.WriteStream })
  return help
}

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const texts: readonly (readonly [name: string, text: string])[] = [
  ['hookscope --help', helpOf(['--help'])],
  ['hookscope replay --help', helpOf(['replay', '--help'])],
  ['hookscope trigger --help', helpOf(['trigger', '--help'])],
  ['hookscope samples --help', helpOf(['samples', '--help'])],
  ['hookscope pending --help', helpOf(['pending', '--help'])],
  ['hookscope hooks --help', helpOf(['hooks', '--help'])],
  ['the README', readme],
]

/** Lines that begin with the command, less comments and what is piped on. */
const commandsIn = (text: string) =>
  [
    ...text.matchAll(
      /^\s*(?:\w+=\$\([^)]*\) )?(?:npx )?hookscope ((?:-|replay|listen|trigger|samples|pending|hooks )[^|#\n]*)/gm,
    ),
  ].map(match => splitWords(match[1] ?? ''))

/** Queries where the search language is explained. */
const queriesIn = (text: string) =>
  [
    ...[...(/\*\*Search\*\*[\s\S]*?\*\*Detail/.exec(text)?.[0] ?? '').matchAll(/`([^`]{2,})`/g)],
    ...text.matchAll(/search takes: (.+)$/gm),
  ].map(match => match[1] ?? '')

it('takes every option with a value from the environment too', () => {
  const [listen] = buildProgram(() => undefined).commands
  const variables = (listen?.options ?? [])
    .filter(({ required, optional }) => required || optional)
    .map(({ long }) => `HOOKSCOPE_${(long ?? '').slice(2).replaceAll('-', '_').toUpperCase()}`)
  expect(variables.length).toBeGreaterThan(12)
  expect(strayVariables(Object.fromEntries(variables.map(name => [name, 'x'])))).toEqual([])
})

describe.each(texts)('the examples of %s', (_, text) => {
  const commands = commandsIn(text)
  const queries = queriesIn(text)

  it('are there', () => expect(commands.length + queries.length).toBeGreaterThan(2))

  it.each(commands.map(words => [words.join(' '), words] as const))('hookscope %s', (_line, words) => {
    const asked = readCommandLine(words, process)
    if (asked?.command !== 'replay') return
    const { words: asks } = asked.options as ReplayOptions
    if (asks.some(word => !/^\d+$/.test(word))) expect(parseQuery(asks.join(' '))).toMatchObject({ ok: true })
  })

  it.each(queries)('%s', query => expect(parseQuery(query)).toMatchObject({ ok: true }))
})

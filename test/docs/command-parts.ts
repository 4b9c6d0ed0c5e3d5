/** The reference of the command line, from commander's program: options by their group, and what the help has beside them. */
import type { Command, Option } from 'commander'
import { helpTextOf, sentenceOf } from '../../cli/shared/help.ts'
import { wrapWords } from '../../cli/shared/wrap.ts'
import { documentedCommands } from './help.ts'
import { code, table } from './markdown.ts'

const nameOf = (words: string) => ['hookscope', words].filter(Boolean).join(' ')

/** Options by the heading under which the help lists them. */
function optionsByGroup(command: Command): ReadonlyMap<string, readonly Option[]> {
  const groups = new Map<string, Option[]>()
  for (const option of command.createHelp().visibleOptions(command)) {
    if (option.long === '--help') continue
    const heading = option.helpGroupHeading ?? 'Options:'
    groups.set(heading, [...(groups.get(heading) ?? []), option])
  }
  return groups
}

/** The help's own words for an option, with its choices. */
const optionDescription = (command: Command, option: Option) => command.createHelp().optionDescription(option)

function optionTables(command: Command): string[] {
  return [...optionsByGroup(command)].flatMap(([heading, options]) => [
    table(
      [heading.replace(/:$/, ''), 'meaning'],
      options.map(option => [code(option.flags), optionDescription(command, option)]),
    ),
    '',
  ])
}

/** What the help says beside commander's own part of it. */
function addedHelp(command: Command): string[] {
  const { examples, remarks = [] } = helpTextOf(command)
  const items = Object.entries(examples).map(([line, does]) => `- ${code(line)}: ${does}`)
  const texts = remarks.map(text => ['```text', ...wrapWords(text, 120), '```'].join('\n'))
  return [items.join('\n'), ...texts].flatMap(paragraph => [paragraph, ''])
}

function sectionOf({ words, command }: ReturnType<typeof documentedCommands>[number]): string[] {
  const level = words.includes(' ') ? '###' : '##'
  const help = command.createHelp()
  const commands = help.visibleCommands(command).filter(child => child.name() !== 'help')
  const named = command.registeredArguments.filter(({ description }) => description !== '')
  return [
    `${level} ${nameOf(words)}`,
    '',
    sentenceOf(command),
    '',
    '```text',
    help.commandUsage(command),
    '```',
    '',
    ...(named.length === 0
      ? []
      : [
          table(
            ['argument', 'meaning'],
            named.map(argument => [code(argument.name()), help.argumentDescription(argument)]),
          ),
          '',
        ]),
    ...(commands.length === 0
      ? []
      : [
          table(
            ['command', 'does'],
            commands.map(child => [code(child.name()), child.description()]),
          ),
          '',
        ]),
    ...optionTables(command),
    ...addedHelp(command),
  ]
}

/** A section for each command; hookscope alone is its `listen`. */
export const commandsPart = (): string =>
  documentedCommands()
    .filter(({ words }) => words !== '')
    .flatMap(sectionOf)
    .join('\n')
    .trimEnd()

/** What each command ends with, as its help says. */
export function exitCodesPart(): string {
  const rows = documentedCommands().flatMap(({ words, command }) => {
    const { exitCodes } = helpTextOf(command)
    // Those of a command are those of its own commands.
    return exitCodes === undefined || words === '' || words.includes(' ') ? [] : [[code(nameOf(words)), exitCodes]]
  })
  return table(['command', 'codes'], rows)
}

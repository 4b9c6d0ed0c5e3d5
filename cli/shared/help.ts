/** The help of a command: what it does, how it is called, examples, then its options and what else one has to know. */
import { type Argument, type Command, Help, type HelpConfiguration, type Option } from 'commander'
import { capital } from '../../core/text/text.ts'
import { wrapPieces, wrapWords } from './wrap.ts'

export interface HelpText {
  /** What each does, by its command line. */
  readonly examples: Readonly<Record<string, string>>
  /** Paragraphs below the options. */
  readonly remarks?: readonly string[]
  readonly exitCodes?: string
}

/** Lines are no longer, however wide the terminal is. */
export const widestHelp = 100
/** What an option means stands beside it where so much room is left, else below it. */
const leastBeside = 36

const texts = new WeakMap<Command, HelpText>()

/** Gives a command its examples and remarks. */
export function addHelp(command: Command, text: HelpText): Command {
  texts.set(command, text)
  return command
}

/** What `addHelp` was given. */
export const helpTextOf = (command: Command): HelpText => texts.get(command) ?? { examples: {} }

/** What a command does, as a sentence. */
export const sentenceOf = (command: Command): string => {
  const text = command.description()
  return `${capital(text)}${/[.?!]$/.test(text) ? '' : '.'}`
}

/** Words of a command line that stay together: what is quoted, and an option with a short value. */
const shellWords = / *(?:--?[\w-]+ +(?![-|"']))?(?:"[^"]*"|'[^']*'|\$\([^)]*\)|[^ "'])+/g

/** A command line goes on in the next line as a shell takes it. */
function exampleLines(command: string, does: string, width: number): string[] {
  const lines = wrapPieces(`  ${command}`.match(shellWords) ?? [], width - 2, '        ')
  return [
    ...lines.map((line, index) => (index === lines.length - 1 ? line : `${line} \\`)),
    ...wrapWords(`      ${does}`, width, '      '),
  ]
}

const termOf = (argument: Argument) => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

/** What the choices are, where the description does not say so. */
function withChoices({ description, argChoices }: Option): string {
  if (argChoices === undefined || argChoices.every(choice => description.includes(choice))) return description
  return `${description}: ${argChoices.join(', ')}`
}

/** How commander writes help, for the program and all of its commands. */
export const helpConfiguration: HelpConfiguration = {
  // The options of hookscope alone are those of listen, which has a help of its own.
  visibleOptions: command =>
    Help.prototype.visibleOptions
      .call(new Help(), command)
      .filter(({ long }) => command.parent !== null || long === '--version' || long === '--help'),
  subcommandTerm: command => [command.name(), ...command.registeredArguments.map(termOf)].join(' '),
  optionDescription: withChoices,
  // It stands above the usage.
  commandDescription: () => '',
  formatItem(term, termWidth, description, { helpWidth = 80 }) {
    const begin = `  ${term}`
    const column = termWidth + 4
    const indent = ' '.repeat(helpWidth - column >= leastBeside ? column : 6)
    const lines = wrapWords(`${indent}${description}`, helpWidth, indent)
    if (indent.length < column) return [begin, ...lines].join('\n')
    const [first = '', ...others] = lines
    return [`${begin.padEnd(column)}${first.slice(column)}`, ...others].join('\n')
  },
  formatHelp(command, helper) {
    const width = helper.helpWidth ?? 80
    const { examples, remarks = [], exitCodes } = helpTextOf(command)
    const [usage = '', ...sections] = Help.prototype.formatHelp.call(helper, command, helper).trimEnd().split('\n\n')
    const commands = sections.filter(section => section.startsWith('Commands:'))
    const others = sections.filter(section => !commands.includes(section))
    const paragraphs = [...remarks, ...(exitCodes === undefined ? [] : [`Exit codes: ${exitCodes}`])]
    const parts = [
      wrapWords(sentenceOf(command), width).join('\n'),
      usage,
      ['Examples:', ...Object.entries(examples).flatMap(([typed, does]) => exampleLines(typed, does, width))].join(
        '\n',
      ),
      ...commands,
      ...others,
      ...paragraphs.map(text => wrapWords(text, width).join('\n')),
    ]
    return `${parts.join('\n\n')}\n`
  },
}

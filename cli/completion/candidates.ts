/** What can stand at the cursor of a command line: read off the commands and options themselves, and off what is kept. */
import type { Command, Option } from 'commander'
import { probeGroups } from '../../core/check/finding.ts'
import { probes } from '../../core/check/probes.ts'
import { clockExamples } from '../../core/simulate/clock.ts'
import { faultKinds } from '../../core/simulate/faults.ts'
import type { Glance } from '../../server/store/sqlite/file/glance.ts'
import { isRepeatable } from '../shared/repeatable.ts'
import { commandOf, readWords } from '../typed-words.ts'
import { type Candidate, eventTypes, pathsOf, scenarioNames } from './events.ts'
import { shells } from './scripts.ts'

export type CompletionCandidates =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  | { readonly kind: 'files' }

/** Where the cursor is. */
interface Place {
  readonly command: Command
  readonly operands: readonly string[]
  /** The options before the cursor with their values; null for one without. */
  readonly given: readonly { readonly option: Option; readonly value: string | null }[]
  /** The option whose value comes next. */
  readonly awaiting: Option | null
  /** Whether `--` came before. */
  readonly onlyOperands: boolean
  /** Whether help is asked for, which takes the words of a command and nothing else. */
  readonly isHelp: boolean
}

const words = (list: readonly Candidate[]): CompletionCandidates => ({ kind: 'words', words: list })
const plain = (list: readonly string[]): Candidate[] => list.map(text => ({ text, what: '', open: false }))

function placeOf(program: Command, before: readonly string[]): Place {
  const read = readWords(program, before)
  const values = read.map((word, index) => {
    const next = read[index + 1]
    return next?.kind === 'value' ? next.word : word.kind === 'option' ? word.value : null
  })
  const last = read.at(-1)
  const awaits =
    last?.kind === 'option' && last.value === null && (last.option?.required === true || last.option?.optional === true)
  return {
    command: commandOf(program, read),
    operands: read.flatMap(({ kind, word }) => (kind === 'operand' ? [word] : [])),
    given: read.flatMap((word, index) =>
      word.kind === 'option' && word.option !== null && !(awaits && word === last)
        ? [{ option: word.option, value: values[index] ?? null }]
        : [],
    ),
    awaiting: awaits ? last.option : null,
    onlyOperands: read.some(({ kind }) => kind === 'end'),
    isHelp: read.some(({ kind }) => kind === 'help'),
  }
}

/** The name of an option's or argument's value, as the help writes it. */
const placeholder = (flags: string) => /[<[]([^>\]=.]+)/.exec(flags)?.[1] ?? ''

/** The faults after the last comma, without those that are named already. */
function faults(current: string): Candidate[] {
  const start = current.slice(0, current.lastIndexOf(',') + 1)
  const named = start.split(',').map(part => part.split('=')[0])
  return faultKinds
    .filter(({ kind }) => !named.includes(kind))
    .map(({ kind, what }) => ({ text: `${start}${kind}`, what, open: true }))
}

/** Probes and groups of the check after the last comma, those that are named already left out. */
function probeNames(current: string): Candidate[] {
  const start = current.slice(0, current.lastIndexOf(',') + 1)
  const named = start.split(',')
  const all = [
    ...Object.entries(probeGroups).map(([group, title]) => ({ name: group, what: title })),
    ...probes.map(({ id, pass }) => ({ name: id, what: pass })),
  ]
  return all
    .filter(({ name }) => !named.includes(name))
    .map(({ name, what }) => ({ text: `${start}${name}`, what, open: true }))
}

/** What the place's own words say of the events that are sent: their types, own samples among them. */
const namedEvents = ({ operands, given }: Place) => ({
  words: operands,
  scenario: given.find(({ option }) => option.long === '--scenario')?.value ?? null,
})

function valuesOf(option: Option, place: Place, current: string, known: () => Glance): CompletionCandidates {
  if (option.argChoices !== undefined) return words(plain(option.argChoices))
  switch (option.long) {
    case '--set':
      return words(
        pathsOf(namedEvents(place), known, current).map(path => ({ ...path, text: `${path.text}=`, open: true })),
      )
    case '--unset':
      return words(pathsOf(namedEvents(place), known, current))
    case '--scenario':
      return words(scenarioNames())
    case '--fault':
      return words(faults(current))
    case '--only':
    case '--skip':
      return words(probeNames(current))
    case '--clock':
      return words(plain(clockExamples))
    case '--hook':
      return words(plain(known().hooks))
    case '--events':
      return words(eventTypes(current))
    case '--tunnel':
      return words(plain(['localtunnel', 'cloudflared', 'none']))
    case '--answer':
      return words(plain(['hookscope', 'app']))
  }
  return /^(?:FILE|PATH)$/.test(placeholder(option.flags)) ? { kind: 'files' } : words([])
}

/** By what the help calls the argument, and the command's own name. */
function operandsOf({ command, operands }: Place, current: string, known: () => Glance): CompletionCandidates {
  const { registeredArguments } = command
  const argument = registeredArguments[operands.length] ?? registeredArguments.filter(({ variadic }) => variadic).at(-1)
  const samples = () => known().samples.map(({ name }) => ({ text: name, what: 'your own sample', open: false }))
  switch (argument?.name()) {
    case 'TYPE':
      return words([...eventTypes(current), ...samples()])
    case 'NAME':
      if (command.name() === 'show') return words([...eventTypes(current), ...samples()])
      return words(command.name() === 'remove' ? samples() : [])
    case 'HOOK':
      return words(plain(known().hooks))
    case 'SHELL':
      return words(plain(shells))
    case 'ID':
      return words(command.parent?.name() === 'pending' && operands.length === 0 ? plain(['all']) : [])
  }
  return /FILE|PATH/.test(argument?.name() ?? '') ? { kind: 'files' } : words([])
}

function optionsOf({ command, given }: Place): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter(option => isRepeatable(option) || !given.some(other => other.option.long === option.long))
    .map(({ long, short, description }) => ({ text: long ?? short ?? '', what: description, open: false }))
}

/**
 * @param before the words between the program's name and the cursor's
 * @param current what of the cursor's word is there
 * @param known what is kept, looked up only when it is needed
 * @returns all that begin with `current`
 */
export function candidatesAt(
  program: Command,
  before: readonly string[],
  current: string,
  known: () => Glance,
): CompletionCandidates {
  const place = placeOf(program, before)
  const beginning = (found: CompletionCandidates): CompletionCandidates =>
    found.kind === 'files' ? found : words(found.words.filter(({ text }) => text.startsWith(current)))

  if (place.awaiting?.required) return beginning(valuesOf(place.awaiting, place, current, known))
  const [, name, typed] = /^(--[\w-]+)=(.*)$/s.exec(current) ?? []
  if (name !== undefined && typed !== undefined) {
    const option = place.command.options.find(({ long }) => long === name)
    const found = option === undefined ? words([]) : valuesOf(option, place, typed, known)
    return found.kind === 'files'
      ? found
      : beginning(words(found.words.map(word => ({ ...word, text: `${name}=${word.text}` }))))
  }
  const children =
    place.operands.length === 0
      ? place.command
          .createHelp()
          .visibleCommands(place.command)
          .map(child => ({ text: child.name(), what: child.description(), open: false }))
      : []
  if (place.isHelp) return beginning(words(children))
  if (current.startsWith('-') && !place.onlyOperands) return beginning(words(optionsOf(place)))
  const found = operandsOf(place, current, known)
  if (found.kind === 'files') return found
  const some = beginning(words([...children, ...found.words]))
  const takesNone = children.length === 0 && found.words.length === 0 && place.operands.length === 0
  return takesNone && current === '' ? words(optionsOf(place)) : some
}

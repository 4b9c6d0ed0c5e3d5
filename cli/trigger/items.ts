/** What is to be sent: event types, own samples, a scenario or a file, each with its changed fields. */
import { type EventType, findEvent, typeSpellings } from '../../core/events/catalogue.ts'
import { findScenario, type Scenario, scenarios } from '../../core/events/generator/scenarios.ts'
import type { Sample, SimulationItem, StepChanges } from '../../core/simulate/simulation.ts'
import { nearest } from '../../core/text/nearest.ts'
import { suggest, suggestionText } from '../../core/text/suggest.ts'
import { clip, printable } from '../../core/text/text.ts'
import { type UserError, usageError } from '../../server/lib/errors.ts'
import { changesOf, fieldsOf, fieldsOfType, type KnownField } from './changes.ts'
import type { TriggerOptions } from './options.ts'

type Asked = Pick<TriggerOptions, 'words' | 'scenario' | 'body' | 'set' | 'unset'>

const shown = (text: string) => clip(printable(text), 80)

/** What a word that is neither may be meant for: a scenario, a family's types, or near names. */
function hintFor(word: string, samples: readonly Pick<Sample, 'name'>[]): string {
  if (findScenario(word) !== undefined) return `It is a scenario: hookscope trigger --scenario ${word}`
  const start = word.replace(/[.*]+$/, '')
  const begun = typeSpellings.filter(type => start !== '' && type.startsWith(`${start}.`))
  if (begun.length > 0) return `There are ${begun.join(', ')}.`
  const near = suggestionText(suggest(word, [...typeSpellings, ...samples.map(({ name }) => name)]))
  return near || 'hookscope trigger --list shows all of them.'
}

/** Names the nearest types or samples. */
export const unknownType = (word: string, samples: readonly Pick<Sample, 'name'>[]): UserError =>
  usageError(`There is no event type or sample “${shown(word)}”.`, hintFor(word, samples))

/** JSON of a body; undefined for what is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The changes of one event of a scenario, as typed after its number: `2:amount=9.99`. */
interface TypedStep {
  readonly step: number
  readonly set: readonly string[]
  readonly unset: readonly string[]
}

/** @throws UserError for a number without a scenario that it could belong to */
function byStep({ set, unset, scenario }: Asked): {
  readonly ofAll: Pick<Asked, 'set' | 'unset'>
  readonly ofSteps: readonly TypedStep[]
} {
  const read = (word: string) => {
    const [, step, rest = word] = /^(\d{1,3}):(?!=)(.*)$/s.exec(word) ?? []
    return { step: step === undefined ? null : Number(step), rest }
  }
  const [sets, unsets] = [set.map(read), unset.map(read)]
  const of = (words: typeof sets, wanted: number | null) =>
    words.filter(({ step }) => step === wanted).map(({ rest }) => rest)
  const numbers = [...new Set([...sets, ...unsets].flatMap(({ step }) => (step === null ? [] : [step])))]
  const [number] = numbers
  if (number !== undefined && scenario === null)
    throw usageError(`Only the events of a scenario have numbers, such as ${number}:.`, 'Remove it, or add --scenario.')
  return {
    ofAll: { set: of(sets, null), unset: of(unsets, null) },
    ofSteps: numbers.map(step => ({ step, set: of(sets, step), unset: of(unsets, step) })),
  }
}

/** @throws UserError for an event that the scenario does not have */
function stepsOf({ name, steps }: Scenario, typed: readonly TypedStep[]): { readonly steps?: readonly StepChanges[] } {
  if (typed.length === 0) return {}
  const changes = typed.map(({ step, set, unset }) => {
    const type = steps[step - 1]
    if (type === undefined)
      throw usageError(`The scenario ${name} has no event ${step}.`, `It has ${steps.length}: ${steps.join(', ')}.`)
    return { step, ...changesOf(set, unset, fieldsOfType(type)) }
  })
  return { steps: changes }
}

/** @throws UserError for what is not there, and for what does not go together */
function plainItems(
  { words, scenario, body }: Asked,
  ofSteps: readonly TypedStep[],
  samples: readonly Sample[],
  bodyText: string | null,
): { item: SimulationItem; fields: readonly KnownField[] }[] {
  if (body !== null) {
    if (words.length > 0 || scenario !== null) {
      const other = scenario === null ? `“${shown(words[0] ?? '')}”` : '--scenario'
      throw usageError(`--body and ${other} cannot be used together.`, '--body sends only the content of the file.')
    }
    const text = bodyText ?? ''
    return [{ item: { kind: 'body', text }, fields: fieldsOf(jsonOf(text)) }]
  }
  const ofWords = words.map((word): { item: SimulationItem; fields: readonly KnownField[] } => {
    if (findEvent(word) !== undefined) return { item: { kind: 'event', type: word }, fields: fieldsOfType(word) }
    const sample = samples.find(({ name }) => name === word)
    if (sample === undefined) throw unknownType(word, samples)
    return { item: { kind: 'sample', name: sample.name }, fields: fieldsOf(jsonOf(sample.body)) }
  })
  if (scenario === null) return ofWords
  const found = scenarios.find(({ name }) => name === scenario)
  if (found === undefined) {
    const names = scenarios.map(({ name }) => name)
    const near = nearest(scenario, names)
    throw usageError(
      `There is no scenario “${shown(scenario)}”.`,
      near === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${near}?`,
    )
  }
  const fields = [...new Set<EventType>(found.steps)].flatMap(fieldsOfType)
  return [...ofWords, { item: { kind: 'journey', name: found.name, ...stepsOf(found, ofSteps) }, fields }]
}

/**
 * @param samples the person's own
 * @param bodyText what the file of `--body` holds; null without one
 * @throws UserError when nothing is named, or what is named is not there
 */
export function itemsOf(
  asked: Asked,
  samples: readonly Sample[],
  bodyText: string | null,
): readonly [SimulationItem, ...SimulationItem[]] {
  const { ofAll, ofSteps } = byStep(asked)
  const items = plainItems(asked, ofSteps, samples, bodyText).map(({ item, fields }) => ({
    ...item,
    ...changesOf(ofAll.set, ofAll.unset, fields),
  }))
  const [first, ...rest] = items
  if (first !== undefined) return [first, ...rest]
  throw usageError(
    'Nothing to send was given.',
    'Name an event type, such as hookscope trigger transaction.sale.success; --list shows all of them.',
  )
}

/** Event types, scenarios and paths as a shell completes them. */
import { catalogue, findEvent } from '../../core/events/catalogue.ts'
import { findScenario, scenarios } from '../../core/events/generator/scenarios.ts'
import { printable } from '../../core/text/text.ts'
import type { Glance } from '../../server/store/sqlite/file/glance.ts'
import { fieldsOf, fieldsOfType, type KnownField } from '../trigger/changes.ts'

export interface Candidate {
  readonly text: string
  /** What it is, in a few words; empty when its name says it all. */
  readonly what: string
  /** Whether the word goes on after it, so that no space follows. */
  readonly open: boolean
}

/** In the spelling that is being typed: the other one of the card updater only when it is begun. */
export function eventTypes(current: string): Candidate[] {
  const others = current.startsWith('card')
  return catalogue.flatMap(entry => [
    { text: entry.type, what: entry.when, open: false },
    ...(others && 'alternative' in entry ? [{ text: entry.alternative, what: entry.when, open: false }] : []),
  ])
}

export const scenarioNames = (): Candidate[] => scenarios.map(({ name, what }) => ({ text: name, what, open: false }))

function fieldsOfSample(name: string, known: () => Glance): readonly KnownField[] {
  const sample = known().samples.find(each => each.name === name)
  try {
    return sample === undefined ? [] : fieldsOf(JSON.parse(sample.body))
  } catch {
    return []
  }
}

/**
 * The paths of what is sent; the ends of paths, where none begins with what is typed.
 * After a number and a colon those of that event of the scenario.
 * @param named types, own samples and the scenario on the command line
 */
export function pathsOf(
  named: { readonly words: readonly string[]; readonly scenario: string | null },
  known: () => Glance,
  current: string,
): Candidate[] {
  const chain = findScenario(named.scenario ?? '')
  const [number, step] = /^(\d{1,3}):/.exec(current) ?? []
  if (number !== undefined) {
    const type = chain?.steps[Number(step) - 1]
    const ofStep = { words: type === undefined ? [] : [type], scenario: null }
    return pathsOf(ofStep, known, current.slice(number.length)).map(path => ({ ...path, text: number + path.text }))
  }
  const fields = [...new Set<string>([...named.words, ...(chain?.steps ?? [])])].flatMap(word =>
    findEvent(word) === undefined ? fieldsOfSample(word, known) : fieldsOfType(word),
  )
  const kinds = new Map(fields.filter(({ json }) => json !== 'object').map(({ path, json }) => [path, json]))
  const whole = [...kinds].map(([path, json]) => ({ text: printable(path), what: json, open: false }))
  if (whole.some(({ text }) => text.startsWith(current))) return whole
  const ends = whole.flatMap(({ text, what }) =>
    [...text.matchAll(/\./g)].map(({ index }) => ({ text: text.slice(index + 1), what, open: false })),
  )
  const begun = ends.filter(({ text }) => text.startsWith(current))
  return [...new Map(begun.map(end => [end.text, end])).values()]
}

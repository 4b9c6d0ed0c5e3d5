/** Events of the catalogue, alone and as scenarios, changed as wanted. */
import type { Sample, SimulationItem, StepChanges } from '../../simulate/simulation.ts'
import { suggest, suggestionText } from '../../text/suggest.ts'
import { clip, printable } from '../../text/text.ts'
import { catalogue, findEvent } from '../catalogue.ts'
import { changeEvent, hasPlace } from './event-changes.ts'
import { sampleEvent } from './samples.ts'
import { findScenario, scenarioEvents, scenarios } from './scenarios.ts'

/** A body and, where it is JSON, what it says. */
export interface Body {
  readonly text: string
  readonly json: unknown
}

/** Why nothing can be made, and what to do. */
export interface NotMade {
  readonly ok: false
  readonly message: string
  readonly hint: string
}

/** `remarks`: what is allowed but worth saying, sentences for people. */
export type Made =
  | { readonly ok: true; readonly bodies: readonly Body[]; readonly remarks: readonly string[] }
  | NotMade

export const asTyped = (text: string): string => clip(printable(text), 80)
export const problem = (message: string, hint: string): NotMade => ({ ok: false, message, hint })

/** A sample of an event type, or the events of a scenario. @param samples of the user's own, which may have been meant */
export function makeCatalogued(
  item: Extract<SimulationItem, { readonly kind: 'event' | 'journey' }>,
  seed: number,
  when: Date,
  samples: readonly Pick<Sample, 'name'>[] = [],
): Made {
  if (item.kind === 'event')
    return findEvent(item.type) ? changed([sampleEvent(item.type, seed, when)], item) : unknownType(item.type, samples)
  if (!findScenario(item.name)) return unknownScenario(item.name)
  return changed(scenarioEvents(item.name, seed, when), item, item.steps)
}

/** Applies an item's changes to its events. A path may be one that only some events of a scenario have. */
export function changed(
  events: readonly unknown[],
  { set = [], unset = [] }: SimulationItem,
  steps: readonly StepChanges[] = [],
): Made {
  const beyond = steps.find(({ step }) => events[step - 1] === undefined)
  if (beyond !== undefined)
    return problem(`The scenario has no event ${beyond.step}.`, `Its events are 1 to ${events.length}.`)
  const remarks: string[] = []
  const bodies: Body[] = []
  for (const [place, json] of events.entries()) {
    const elsewhere = (path: string) =>
      events.length > 1 && !hasPlace(json, path) && events.some(event => hasPlace(event, path))
    const ofAll = {
      set: set.filter(({ path }) => !elsewhere(path)),
      unset: unset.filter(path => !elsewhere(path)),
    }
    let made = json
    for (const changes of [ofAll, ...steps.filter(({ step }) => step === place + 1)]) {
      const outcome = changeEvent(made, changes)
      if (!outcome.ok) return outcome
      remarks.push(...outcome.remarks)
      made = outcome.json
    }
    const text = written(made)
    if (text === null) return problem('The value to set is nested too deeply.', 'Set a simpler value.')
    bodies.push({ text, json: made })
  }
  return { ok: true, bodies, remarks }
}

/** @returns null for what is nested too deeply: that can be parsed, but not written again */
export function written(json: unknown): string | null {
  try {
    return JSON.stringify(json)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function unknownType(type: string, samples: readonly Pick<Sample, 'name'>[]): NotMade {
  const types = catalogue.flatMap(entry => ('alternative' in entry ? [entry.type, entry.alternative] : [entry.type]))
  const near = suggest(type, [...types, ...samples.map(({ name }) => name)])
  return problem(
    `There is no event type “${asTyped(type)}”.`,
    suggestionText(near) || 'hookscope trigger --list shows them all.',
  )
}

function unknownScenario(name: string): NotMade {
  const names = scenarios.map(scenario => scenario.name)
  const near = suggest(name, names)
  return problem(`There is no scenario “${asTyped(name)}”.`, suggestionText(near) || `There are: ${names.join(', ')}.`)
}

/** What can be sent, and the event that a draft stands for: sampled here as hookscope does when it sends. */
import { computed } from '@preact/signals'
import {
  families as allFamilies,
  catalogue,
  type EventType,
  familyLabels,
  findEvent,
} from '../../../core/events/catalogue.ts'
import { readEnvelope } from '../../../core/events/envelope.ts'
import { buildEvents } from '../../../core/events/generator/event-builder.ts'
import { changeEvent } from '../../../core/events/generator/event-changes.ts'
import { type SampleField, sampleEvent, sampleFields } from '../../../core/events/generator/samples.ts'
import { scenarios } from '../../../core/events/generator/scenarios.ts'
import type { SimulationItem } from '../../../core/simulate/simulation.ts'
import { capital } from '../../../core/text/text.ts'
import { ownSamples } from '../../app/samples.ts'
import { change, changeBody, draft, itemOf, type What, whatName } from './draft.ts'
import { type Changes, changesBetween, noChanges } from './sample-changes.ts'

export interface SendChoice {
  readonly what: What
  readonly name: string
  readonly about: string
}

export const scenariosTitle = 'Scenarios'

/** Everything that can be sent, own samples first, then scenarios, then the catalogue by family. */
export const choiceGroups = computed(() => {
  const own = (ownSamples.value ?? []).map(
    ({ name, eventType }): SendChoice => ({
      what: { kind: 'sample', name },
      name,
      about: eventType ?? 'no event type',
    }),
  )
  const chains = scenarios.map(
    ({ name, title, what }): SendChoice => ({
      what: { kind: 'journey', name },
      name: title,
      about: what,
    }),
  )
  const families = allFamilies.map(family => ({
    title: familyLabels[family],
    choices: catalogue
      .filter(entry => entry.family === family)
      .map(({ type, when }): SendChoice => ({ what: { kind: 'event', type }, name: type, about: capital(when) })),
  }))
  return [{ title: 'Your samples', choices: own }, { title: scenariosTitle, choices: chains }, ...families].filter(
    ({ choices }) => choices.length > 0,
  )
})

/** The choice that something is; an event in its other spelling has that for its name. */
export function findChoice(what: What): SendChoice | undefined {
  if (what.kind === 'event') {
    const entry = findEvent(what.type)
    return entry && { what, name: what.type, about: capital(entry.when) }
  }
  return choiceGroups.value.flatMap(({ choices }) => choices).find(choice => whatName(choice.what) === whatName(what))
}

/** What the draft sends, in a few words. */
export const chosenTitle = computed(() => {
  const { what } = draft.value
  if (what.kind === 'event') return what.type
  const choice = findChoice(what)
  return what.kind === 'journey' ? `the scenario “${choice?.name ?? what.name}”` : `your sample “${what.name}”`
})

/** What the times in events are counted from: when this page was opened. hookscope writes its own as it sends. */
const opening = new Date()

/** The sample before anything is changed about it; null for a scenario, and for what is not there. */
export const sampled = computed((): Record<string, unknown> | null => {
  const { what, seed } = draft.value
  if (what.kind === 'event') return sampleEvent(what.type, seed, opening)
  const own = what.kind === 'sample' ? ownSamples.value?.find(({ name }) => name === what.name) : undefined
  return own ? (JSON.parse(own.body) as Record<string, unknown>) : null
})

const changed = computed(() => changeEvent(sampled.value ?? {}, draft.value.changes))

/** The sample with what was changed; null where there is none. */
export const editedEvent = computed((): unknown =>
  sampled.value && changed.value.ok ? changed.value.json : sampled.value,
)

/** What is allowed about the changes but worth saying. */
export const remarks = computed((): readonly string[] => {
  const { what, seed } = draft.value
  const outcome =
    what.kind === 'journey' ? buildEvents({ items: [itemOf(draft.value)], count: 1, seed }, [], opening) : changed.value
  return outcome.ok ? outcome.remarks : [outcome.message]
})

/** The JSON text that the editor starts with. */
export const shownJson = computed(() => draft.value.text ?? JSON.stringify(editedEvent.value, null, 2))

/** Takes the editor's text: as changes of fields where they can say it, else as it is. */
export function editJson(text: string): void {
  const sample = sampled.peek()
  const changes = sample && readJson(text, json => changesBetween(sample, json))
  if (sample && changes && changeEvent(sample, changes).ok) change({ changes, text: null })
  else change({ text })
}

function readJson<T>(text: string, use: (json: unknown) => T): T | null {
  try {
    return use(JSON.parse(text))
  } catch {
    return null
  }
}

/** The fields that any sample of what is chosen can have. */
export const knownFields = computed((): readonly SampleField[] => {
  const { what } = draft.value
  return what.kind === 'event' ? sampleFields(what.type) : []
})

/** An event of a scenario, and what is changed about it alone. */
export interface ScenarioStep {
  /** 1 for the event that is triggered first. */
  readonly number: number
  /** As the scenario has it, with what is changed about all of its events. */
  readonly sample: unknown
  readonly changes: Changes
  /** As it would go out. */
  readonly event: unknown
}

/** The events of a scenario in triggered order; none for anything else, and for a scenario that is not there. */
export const steps = computed((): readonly ScenarioStep[] => {
  const { what, changes, steps: changed, seed } = draft.value
  const made = (item: SimulationItem) => {
    const built = buildEvents({ items: [item], count: 1, seed }, [], opening)
    return built.ok ? Array.from(built.events, ({ body }): unknown => JSON.parse(body)) : []
  }
  if (what.kind !== 'journey') return []
  return made({ ...what, ...changes }).map((sample, place) => {
    const own = changed[place + 1] ?? noChanges
    const outcome = changeEvent(sample, own)
    return { number: place + 1, sample, changes: own, event: outcome.ok ? outcome.json : sample }
  })
})

/** Changes what is changed about one event of a scenario. */
export function changeStep(number: number, changes: Changes): void {
  changeBody({ steps: { ...draft.peek().steps, [number]: changes } })
}

/** The event types of what is chosen, in the catalogue's spelling; those that the catalogue does not have are left out. */
export const chosenTypes = computed((): readonly EventType[] => {
  const { what, text } = draft.value
  const events =
    what.kind === 'journey'
      ? steps.value.map(({ event }) => event)
      : [text === null ? editedEvent.value : readJson(text, read => read)]
  const types = events.flatMap(event => findEvent(readEnvelope(event)?.eventType ?? '')?.type ?? [])
  return [...new Set(types)]
})

/** What the Simulate form holds, what is wrong with it, and the request it makes. */
import { signal } from '@preact/signals'
import { fastestRate, isRate, isSampleName, mostEvents } from '../../../core/api/limits.ts'
import { findEvent } from '../../../core/events/catalogue.ts'
import type { FaultKind, FaultRates } from '../../../core/simulate/faults.ts'
import type { SimulationItem, SimulationRequest } from '../../../core/simulate/simulation.ts'
import { withCommas } from '../../../core/text/text.ts'
import {
  type CredentialField,
  type CredentialsDraft,
  credentialProblems,
  credentialsOf,
  noCredentials,
} from '../../app/credentials.ts'
import { targetProblem } from '../../app/target-problem.ts'
import { type Changes, isChanged, noChanges } from './sample-changes.ts'

/** What is sent. `spelling` is the event type as it is written: `cau.*` has another one. */
export type What =
  | { readonly kind: 'event'; readonly type: string }
  | { readonly kind: 'journey'; readonly name: string }
  | { readonly kind: 'sample'; readonly name: string }

export interface Draft extends CredentialsDraft {
  readonly what: What
  readonly changes: Changes
  /** Of single events of a scenario, by their number, 1 for the first; made after `changes`. */
  readonly steps: Readonly<Record<number, Changes>>
  /** The JSON text, when it says what fields alone cannot; it is then sent as it is. */
  readonly text: string | null
  readonly to: 'subscribed' | 'hook' | 'target'
  readonly hook: string
  readonly url: string
  /** The hook that lends the URL its credentials and key, by id; empty: those that are entered here. */
  readonly keysOf: string
  /** As typed. */
  readonly count: string
  /** As typed; empty: as fast as the gateway's connections allow. */
  readonly rate: string
  readonly seed: number
  readonly retries: SimulationRequest['retries']
  readonly clock: ClockChoice
  readonly faults: FaultRates
}

/** The clocks that are offered, and what they are called. */
export const clocks = [
  { id: 'instant', label: 'No waiting' },
  { id: '3600', label: '3,600× faster' },
  { id: '600', label: '600× faster' },
  { id: '60', label: '60× faster' },
  { id: '1', label: 'Real time' },
] as const
export type ClockChoice = (typeof clocks)[number]['id']

/** A seed of 32 bits. */
export const rollSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0

export const freshDraft = (): Draft => ({
  what: { kind: 'event', type: 'transaction.sale.success' },
  changes: noChanges,
  steps: {},
  text: null,
  to: 'subscribed',
  hook: '',
  url: '',
  keysOf: '',
  ...noCredentials,
  count: '1',
  rate: '',
  seed: rollSeed(),
  retries: 'schedule',
  clock: '600',
  faults: {},
})

export const draft = signal<Draft>(freshDraft())
/** Counts what changes the body other than the editor itself, so that the editor starts anew. */
export const editions = signal(0)
/** Whether something was asked for with this draft: from then on it says what is missing. */
export const asked = signal(false)

/** Changes a part of the draft. */
export function change(part: Partial<Draft>): void {
  draft.value = { ...draft.peek(), ...part }
}

/** The same for what the editor shows. */
export function changeBody(part: Pick<Partial<Draft>, 'what' | 'changes' | 'steps' | 'text' | 'seed'>): void {
  change(part)
  editions.value += 1
}

/** Chooses what is sent; changes belonged to what was chosen before. */
export function chooseWhat(what: What): void {
  changeBody({ what, changes: noChanges, steps: {}, text: null })
}

/** The name in the URL: a type as it is spelled, `journey:card-sale`, `sample:mine`. */
export function whatName(what: What): string {
  return what.kind === 'event' ? what.type : `${what.kind}:${what.name}`
}

/** @returns null for a name that stands for nothing; whether a scenario or a sample exists is not looked at */
export function readWhat(name: string): What | null {
  const named = /^(journey|sample):(.+)$/.exec(name)
  if (named && isSampleName(named[2] ?? ''))
    return { kind: named[1] === 'journey' ? 'journey' : 'sample', name: named[2] ?? '' }
  return findEvent(name) ? { kind: 'event', type: name } : null
}

/** Whether keys and credentials are entered in the form. */
export const asksForKeys = ({ to, keysOf }: Pick<Draft, 'to' | 'keysOf'>): boolean => to === 'target' && keysOf === ''

export type DraftField = CredentialField | 'hook' | 'url' | 'count' | 'rate' | 'faults'
export type DraftProblems = Readonly<Partial<Record<DraftField, string>>>

/** What is missing or wrong, by field, from the top of the form down; faults aside, which depend on the hooks there are. */
export function problemsOfDraft(made: Draft): DraftProblems {
  const count = Number(made.count)
  const rate = Number(made.rate)
  const problems: Record<Exclude<DraftField, 'faults'>, string | null> = {
    hook: made.to === 'hook' && made.hook === '' ? 'Choose a hook.' : null,
    url: made.to === 'target' ? targetProblem(made.url) : null,
    ...credentialProblems(asksForKeys(made) ? made : noCredentials, 'Enter the key to sign with.'),
    count:
      Number.isInteger(count) && count >= 1 && count <= mostEvents && made.count.trim() !== ''
        ? null
        : `A whole number from 1 to ${withCommas(mostEvents)}.`,
    rate:
      made.rate.trim() === '' || isRate(rate)
        ? null
        : `A number above 0, at most ${withCommas(fastestRate)}; or leave it empty.`,
  }
  return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== null))
}

const changesOf = ({ set, unset }: Changes) => ({
  ...(set.length > 0 ? { set } : {}),
  ...(unset.length > 0 ? { unset } : {}),
})

/** What is sent, changes and all. */
export function itemOf({ what, changes, steps, text }: Draft): SimulationItem {
  if (text !== null) return { kind: 'body', text }
  if (what.kind !== 'journey') return { ...what, ...changesOf(changes) }
  const changed = Object.entries(steps).filter(([, ofStep]) => isChanged(ofStep))
  return {
    ...what,
    ...changesOf(changes),
    ...(changed.length > 0
      ? { steps: changed.map(([step, ofStep]) => ({ step: Number(step), ...changesOf(ofStep) })) }
      : {}),
  }
}

function recipientsOf(made: Draft): SimulationRequest['recipients'] {
  if (made.to === 'subscribed') return { kind: 'subscribed' }
  if (made.to === 'hook') return { kind: 'hook', hook: made.hook }
  const given = credentialsOf(asksForKeys(made) ? made : noCredentials)
  return { kind: 'target', url: made.url.trim(), ...given, ...(made.keysOf === '' ? {} : { hook: made.keysOf }) }
}

/** What is asked for. Only for a draft without problems. */
export function requestOf(made: Draft): SimulationRequest {
  return {
    items: [itemOf(made)],
    recipients: recipientsOf(made),
    count: Number(made.count),
    rate: made.rate.trim() === '' ? null : Number(made.rate),
    seed: made.seed,
    retries: made.retries,
    clock: made.clock === 'instant' ? { kind: 'instant' } : { kind: 'times', factor: Number(made.clock) },
    weather: made.faults,
  }
}

/** Makes a fault happen to a share of what is sent; 0: not at all. */
export function setFault(kind: FaultKind, share: number): void {
  const { [kind]: _, ...others } = draft.peek().faults
  change({ faults: share > 0 ? { ...others, [kind]: share } : others })
}

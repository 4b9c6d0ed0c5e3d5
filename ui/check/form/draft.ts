/** What the form of the check holds, what is wrong with it, and the check it asks for. Kept while the page is open. */
import { computed, signal } from '@preact/signals'
import { fastestRate, isRate } from '../../../core/api/limits.ts'
import type { CheckStart } from '../../../core/check/check-run.ts'
import { type ProbeGroup, probeGroups } from '../../../core/check/finding.ts'
import { type ProbeId, probes } from '../../../core/check/probes.ts'
import { isLoopback } from '../../../core/http/loopback.ts'
import { readTarget } from '../../../core/http/target.ts'
import { withCommas } from '../../../core/text/text.ts'
import { type CredentialsDraft, credentialProblems, credentialsOf, noCredentials } from '../../app/credentials.ts'
import { status } from '../../app/listener.ts'
import { targetProblem } from '../../app/target-problem.ts'
import { usualTarget } from '../../app/targets.ts'

export interface CheckDraft extends CredentialsDraft {
  /** null: not touched yet, so where deliveries are forwarded. */
  readonly target: string | null
  /** With which keys: those of a hook, or others. */
  readonly keys: 'hook' | 'given'
  /** A hook's id; empty: the oldest. */
  readonly hook: string
  /** Probes that are left out. */
  readonly without: ReadonlySet<ProbeId>
  readonly effectUrl: string
  /** As typed; empty: the usual one. */
  readonly rate: string
  readonly failOn: 'warn' | 'fail'
}

export const freshCheck = (): CheckDraft => ({
  target: null,
  keys: 'hook',
  hook: '',
  ...noCredentials,
  signature: 'signature-key',
  without: new Set(),
  effectUrl: '',
  rate: '',
  failOn: 'fail',
})

export const checkInput = signal<CheckDraft>(freshCheck())
/** Whether a check was asked for with this draft: from then on it says what is missing. */
export const checkAsked = signal(false)

/** Changes a part of the draft. */
export function changeCheck(part: Partial<CheckDraft>): void {
  checkInput.value = { ...checkInput.peek(), ...part }
}

/** The endpoint as the form shows it. */
export const checkTarget = computed(() => checkInput.value.target ?? usualTarget() ?? '')

/** The hook whose keys are taken; null when there is none. */
export const checkHook = computed(() => {
  const hooks = status.value?.hooks ?? []
  return hooks.find(({ id }) => id === checkInput.value.hook) ?? hooks[0] ?? null
})

/** Whether events that are sent there stay on this machine. */
export function isHere(target: string): boolean {
  const read = readTarget(target)
  return read.ok && isLoopback(read.url.hostname)
}

export type CheckField = 'target' | 'hook' | 'username' | 'password' | 'key' | 'probes' | 'effectUrl' | 'rate'
export type CheckProblems = Readonly<Partial<Record<CheckField, string>>>

/** What is missing or wrong, by field, from the top of the form down; nothing when the check can start. */
export const checkProblems = computed<CheckProblems>(() => {
  const draft = checkInput.value
  const given = draft.keys === 'given'
  const rate = Number(draft.rate)
  const problems: Record<CheckField, string | null> = {
    target: targetProblem(checkTarget.value),
    hook: given || checkHook.value !== null ? null : 'There is no hook. Enter keys instead.',
    ...credentialProblems(given ? draft : noCredentials, 'Enter the key that your app verifies with.'),
    probes: draft.without.size === probes.length ? 'Choose at least one probe.' : null,
    effectUrl: draft.effectUrl.trim() === '' ? null : targetProblem(draft.effectUrl),
    rate:
      draft.rate.trim() === '' || isRate(rate)
        ? null
        : `A number above 0, at most ${withCommas(fastestRate)}; or leave it empty.`,
  }
  return Object.fromEntries(Object.entries(problems).filter(([, problem]) => problem !== null))
})

const groupNames = Object.keys(probeGroups) as readonly ProbeGroup[]

/** The probes of a group, in their order. */
export const probesOf = (group: ProbeGroup): readonly (typeof probes)[number][] =>
  probes.filter(probe => probe.group === group)

/** Leaves probes out, or takes them in again. */
export function chooseForCheck(ids: readonly ProbeId[], chosen: boolean): void {
  const without = new Set(checkInput.peek().without)
  for (const id of ids) {
    if (chosen) without.delete(id)
    else without.add(id)
  }
  changeCheck({ without })
}

/** What to run, as groups where they are whole; empty for everything. */
export function onlyOf(without: ReadonlySet<ProbeId>): readonly string[] {
  if (without.size === 0) return []
  return groupNames.flatMap((group): readonly string[] => {
    const chosen = probesOf(group).filter(({ id }) => !without.has(id))
    return chosen.length === probesOf(group).length ? [group] : chosen.map(({ id }) => id)
  })
}

/** What an earlier check left out. @param only, skip names of probes and groups */
export function withoutOf(only: readonly string[], skip: readonly string[]): ReadonlySet<ProbeId> {
  const named = (names: readonly string[], id: ProbeId, group: ProbeGroup) =>
    names.includes(id) || names.includes(group)
  return new Set(
    probes
      .filter(({ id, group }) => (only.length > 0 && !named(only, id, group)) || named(skip, id, group))
      .map(({ id }) => id),
  )
}

const secretsOf = (draft: CheckDraft): CheckStart['secrets'] =>
  draft.keys === 'hook'
    ? { kind: 'hook', hook: checkHook.peek()?.id ?? '' }
    : { kind: 'given', ...credentialsOf(draft) }

/** The check that is asked for, to be confirmed where that is needed; null for a draft with problems. */
export function checkOfDraft(): CheckStart | null {
  if (Object.keys(checkProblems.peek()).length > 0) return null
  const draft = checkInput.peek()
  return {
    target: checkTarget.peek().trim(),
    secrets: secretsOf(draft),
    only: onlyOf(draft.without),
    skip: [],
    failOn: draft.failOn,
    rate: draft.rate.trim() === '' ? null : Number(draft.rate),
    effectUrl: draft.effectUrl.trim() === '' ? null : draft.effectUrl.trim(),
    confirmed: false,
  }
}

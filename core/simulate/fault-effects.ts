/** Which faults can take effect at all: one that cannot is refused before anything is sent, and never left out in silence. */
import { type FaultKind, type FaultRates, faultKinds } from './faults.ts'

/** What the faults of a simulation meet. */
export interface FaultsMeet {
  /** Everybody who gets one of the events. */
  readonly recipients: readonly { readonly isSigned: boolean; readonly isAuthenticated: boolean }[]
  /** Events that somebody gets. */
  readonly events: number
  /** The longest body, bytes. */
  readonly bytes: number
}

export interface FaultProblem {
  readonly fault: FaultKind
  readonly message: string
  readonly hint: string
}

/** Why a fault has no effect, as the end of a sentence, and what to do; null when it can have one. */
type Rule = (meet: FaultsMeet, faults: FaultRates) => { readonly why: string; readonly hint: string } | null

const noCredentials: Rule = ({ recipients }) =>
  recipients.some(({ isAuthenticated }) => isAuthenticated)
    ? null
    : { why: 'nothing is sent with a user name and password', hint: 'Give Basic credentials, or remove the fault.' }

/** Both change the same header, and the other one already takes it from every attempt. */
const besides =
  (other: FaultKind): Rule =>
  (_, faults) =>
    faults[other] === 1
      ? {
          why: `${other} already happens to every attempt`,
          hint: `Remove one of the two, or give ${other} a share below 100%.`,
        }
      : null

const several: Rule = ({ events }) =>
  events > 1 ? null : { why: 'only one event is sent', hint: 'Send several events, or remove the fault.' }

const bodyLongerThan =
  (least: number): Rule =>
  ({ bytes }) =>
    bytes > least ? null : { why: 'the body is too short', hint: 'Send another body, or remove the fault.' }

const rules: Readonly<Partial<Record<FaultKind, readonly Rule[]>>> = {
  'no-signature': [
    ({ recipients }) =>
      recipients.some(({ isSigned }) => isSigned)
        ? null
        : { why: 'nothing is signed', hint: 'Give a key to sign with, or remove the fault.' },
  ],
  'wrong-signature': [besides('no-signature')],
  'no-credentials': [noCredentials],
  'wrong-credentials': [noCredentials, besides('no-credentials')],
  disorder: [several],
  burst: [several],
  tamper: [bodyLongerThan(0)],
  slow: [bodyLongerThan(1)],
}

/** @returns the first fault that can have no effect; null when each can. One with a share of 0 was not asked for. */
export function faultProblem(faults: FaultRates, meet: FaultsMeet): FaultProblem | null {
  for (const { kind: fault } of faultKinds) {
    for (const rule of (faults[fault] ?? 0) > 0 ? (rules[fault] ?? []) : []) {
      const problem = rule(meet, faults)
      if (problem !== null)
        return { fault, message: `The fault ${fault} has no effect: ${problem.why}.`, hint: problem.hint }
    }
  }
  return null
}

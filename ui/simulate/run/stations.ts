/** Sentences about the stations of a simulated attempt: the hook of this hookscope, and the apps behind it. */
import type { AttemptSummary } from '../../../core/deliveries/attempt.ts'
import { outcomeWords } from '../../../core/http/outcome.ts'
import type { SimulatedAttempt, SimulatedEvent } from '../../../core/simulate/simulation.ts'
import { type AppResult, attemptEnd, type HookStation, resultOf } from '../../../core/simulate/stations.ts'
import { hostOf } from '../../app/targets.ts'
import { stateWords } from '../words.ts'

type Ended = Pick<AttemptSummary, 'outcome' | 'status'>

const answered = ({ outcome, status }: Ended): string => (outcome === 'answered' ? `${status}` : outcomeWords[outcome])

const verdictWords: Record<HookStation['verdict'], string> = {
  verified: 'verified',
  unchecked: 'unchecked',
  rejected: 'rejected',
}

/** “Hook: verified, 200”, “Hook: rejected, 401”; an answer that is the app's own is left to the app. */
export function hookText(one: SimulatedAttempt, { verdict, answeredBy }: HookStation): string {
  if (answeredBy === 'app' && one.app !== null) return `Hook: ${verdictWords[verdict]}`
  return `Hook: ${verdictWords[verdict]}, ${answered(one)}${answeredBy === 'mock-response' ? ' (mock response)' : ''}`
}

/** “App: 500”; of several, each by its host. */
export const appText = (app: AppResult, of: number): string =>
  `${of === 1 ? 'App' : hostOf(app.target)}: ${answered(app)}`

/** Why no app was asked, where that is not said elsewhere; null when one was, or is yet to be. */
export function notAskedText({ notAsked }: SimulatedAttempt): string | null {
  switch (notAsked) {
    case 'rejected':
      return 'Your app was not called: the hook rejected it.'
    case 'paused':
      return 'Your app was not called: forwarding was paused.'
    case 'dropped':
      return 'Your app was not called: the delivery or the target was removed first.'
    case 'not-routed':
      return 'Your app was not called: no route takes this event.'
    case 'interrupted':
      return 'Unknown whether your app answered: hookscope ended first.'
    // Said once for the whole simulation.
    case 'no-target':
    case null:
      return null
  }
}

/** The state with the status that decides: “Delivered 200”, “Failed 500”. */
export function stateText({ state, tries }: SimulatedEvent): string {
  const last = tries.at(-1)
  if (last === undefined || (state !== 'delivered' && state !== 'failed')) return stateWords[state]
  const { status } = resultOf(last)
  return status === null ? stateWords[state] : `${stateWords[state]} ${status}`
}

/** Whether hookscope's own answer was the last word for one of them, as nothing is forwarded. */
export const anyUnasked = (events: Iterable<SimulatedEvent>): boolean =>
  [...events].some(({ tries }) => tries.some(({ notAsked }) => notAsked === 'no-target'))

/** Whether a hook has answered, and the apps behind it are awaited. */
export const awaitsApp = (one: SimulatedAttempt): boolean => one.outcome !== 'pending' && attemptEnd(one) === 'pending'

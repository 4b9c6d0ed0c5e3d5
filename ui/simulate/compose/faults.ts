/** Whether the faults of the Simulate form can take effect, by the rule that hookscope itself refuses with. */
import { computed } from '@preact/signals'
import { type FaultProblem, faultProblem } from '../../../core/simulate/fault-effects.ts'
import { status } from '../../app/listener.ts'
import { type Draft, type DraftProblems, draft, problemsOfDraft } from './draft.ts'
import { chosenTypes, shownJson, steps } from './library.ts'

/** The first fault of the draft that can have no effect; null when each can, or nobody gets anything. */
export const faultRefusal = computed((): FaultProblem | null => {
  const made = draft.value
  const recipients = recipientsOf(made)
  if (recipients.length === 0) return null
  const events = Math.max(1, steps.value.length)
  return faultProblem(made.faults, {
    recipients,
    events: events * (Number(made.count) || 1),
    bytes: steps.value.length > 0 ? Number.POSITIVE_INFINITY : new TextEncoder().encode(shownJson.value).length,
  })
})

/** What is missing or wrong about the draft, by field, from the top of the form down; nothing when it can be sent. */
export const draftProblems = computed((): DraftProblems => {
  const problem = faultRefusal.value
  return { ...problemsOfDraft(draft.value), ...(problem === null ? {} : { faults: problem.message }) }
})

function recipientsOf(made: Draft) {
  const hooks = status.value?.hooks ?? []
  const types = chosenTypes.value
  switch (made.to) {
    case 'subscribed':
      return hooks.filter(({ events }) => types.some(type => events.includes(type))).map(secretsOf)
    case 'hook':
      return hooks.filter(({ id }) => id === made.hook).map(secretsOf)
    case 'target':
      return made.keysOf === ''
        ? [{ isSigned: made.signature !== 'none', isAuthenticated: made.authentication === 'basic' }]
        : hooks.filter(({ id }) => id === made.keysOf).map(secretsOf)
  }
}

type HookSecrets = NonNullable<typeof status.value>['hooks'][number]

const secretsOf = ({ signing, authentication }: HookSecrets) => ({
  isSigned: signing.kind !== 'none',
  isAuthenticated: authentication.kind === 'basic',
})

/** What arrives where nothing goes wrong. Separate events go out on several connections, where one may overtake another. */
export function noFaultsText({ what, count }: Pick<Draft, 'what' | 'count'>): string {
  const isOne = count.trim() === '1'
  const order =
    what.kind === 'journey' ? (isOne ? ', in order' : ', each scenario in order') : isOne ? '' : ', in any order'
  return `None: each event arrives once, unchanged${order}`
}

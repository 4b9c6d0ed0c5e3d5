/** Past simulations made into drafts: to send the same again, or to change it first. */
import type { Simulation, SimulationItem, SimulationRequest } from '../../../core/simulate/simulation.ts'
import { askForKeysAgain } from '../../app/credentials.ts'
import { goTo } from '../../app/route.ts'
import { showToast } from '../../kit/toasts.ts'
import { asked, changeBody, clocks, type Draft, draft, freshDraft, type What, whatName } from '../compose/draft.ts'
import type { Changes } from '../compose/sample-changes.ts'
import { focusWrong, sentSecrets, simulationHref, startSimulation } from './runs.ts'

/**
 * Sends the same once more, with the same seed: the same events. A URL's keys are known while the page is open; without
 * them the form is filled instead, and nothing goes out before they are entered.
 */
export async function again(simulation: Simulation): Promise<void> {
  const request = requestAgain(simulation)
  if (request) await startSimulation(request)
  else if (fillForm(simulation)) {
    asked.value = true
    askForKeysAgain('a URL that was named')
    focusWrong()
  }
}

/** Fills the form with what was asked for. */
export function editAgain(simulation: Simulation): void {
  if (fillForm(simulation)) requestAnimationFrame(() => document.getElementById('simulate-what')?.focus())
}

/** @returns whether the form can hold it; what cannot be is said */
function fillForm(simulation: Simulation): boolean {
  const made = draftOf(simulation)
  if (!made) {
    cannot()
    return false
  }
  asked.value = false
  draft.value = made
  changeBody({})
  // Where there is no room for both, the form is beside the list only.
  goTo(simulationHref(null, { what: whatName(made.what) }))
  return true
}

function cannot() {
  showToast('This simulation is larger than the form can hold. Start it again where it was started.', {
    tone: 'bad',
  })
}

/** The request word for word; null when keys are missing in it, or its events were too many to be kept. */
function requestAgain({ id, asked: { items, recipients, ...how } }: Simulation): SimulationRequest | null {
  if (items === null) return null
  if (recipients.kind !== 'target') return { ...how, items, recipients }
  const known = sentSecrets(id)
  if (known) return { ...how, items, recipients: known }
  const { url, authentication, signature, hook } = recipients
  if (authentication !== 'none' || signature !== 'none') return null
  const target = { kind: 'target', url, authentication: { kind: 'none' }, key: null } as const
  return { ...how, items, recipients: { ...target, ...(hook === undefined ? {} : { hook }) } }
}

const changesIn = ({ set, unset }: Pick<SimulationItem, 'set' | 'unset'>): Changes => ({
  set: set ?? [],
  unset: unset ?? [],
})

/** @returns null when it was asked for with more than the form can hold */
function draftOf({
  id,
  asked: { items, recipients, count, rate, seed, retries, clock, weather: faults },
}: Simulation): Draft | null {
  const [item, ...others] = items ?? []
  if (!item || others.length > 0) return null
  const secrets = sentSecrets(id)
  const what: What =
    item.kind === 'body'
      ? freshDraft().what
      : item.kind === 'event'
        ? { kind: 'event', type: item.type }
        : { kind: item.kind, name: item.name }
  return {
    ...freshDraft(),
    what,
    changes: changesIn(item),
    steps: item.kind === 'journey' ? Object.fromEntries((item.steps ?? []).map(of => [of.step, changesIn(of)])) : {},
    text: item.kind === 'body' ? item.text : null,
    to: recipients.kind,
    hook: recipients.kind === 'hook' ? recipients.hook : '',
    ...(recipients.kind === 'target'
      ? {
          url: recipients.url,
          keysOf: recipients.hook ?? '',
          authentication: recipients.authentication,
          signature: recipients.signature,
        }
      : {}),
    ...(secrets?.authentication.kind === 'basic'
      ? {
          username: secrets.authentication.username,
          password: secrets.authentication.password,
        }
      : {}),
    ...(secrets?.key ? { key: secrets.key.key } : {}),
    count: String(count),
    rate: rate === null ? '' : String(rate),
    seed,
    retries,
    clock: clocks.find(({ id: name }) => clock.kind !== 'instant' && name === String(clock.factor))?.id ?? 'instant',
    faults,
  }
}

/** Past simulations made into drafts: to send the same again, or to change it first. */
import type { Simulation, SimulationRequest } from '../../core/simulation.ts'
import { setParams } from './route.ts'
import { asked, changeBody, clocks, type Draft, draft, freshDraft, type What, whatName } from './simulate-draft.ts'
import { secretsOf, send, start } from './simulate-runs.ts'
import { showToast } from './toasts.ts'

/** Sends the same once more, with the same seed: the same events. A URL's keys are known while the page is open. */
export async function again(simulation: Simulation): Promise<void> {
  const request = requestAgain(simulation)
  if (request) await send(request)
  else {
    const made = draftOf(simulation)
    if (made) await start(made)
    else cannot()
  }
}

/** Fills the form with what was asked for. */
export function editAgain(simulation: Simulation): void {
  const made = draftOf(simulation)
  if (!made) {
    cannot()
    return
  }
  asked.value = false
  draft.value = made
  changeBody({})
  setParams({ what: whatName(made.what) })
  document.getElementById('simulate-what')?.focus()
}

function cannot() {
  showToast(
    'It was made of more than the form can hold, or is too long to be kept. Start it anew where it was started.',
    {
      tone: 'bad',
    },
  )
}

/** The request word for word; null when keys are missing in it, or its events were too many to be kept. */
function requestAgain({ id, asked: { items, recipients, ...how } }: Simulation): SimulationRequest | null {
  if (items === null) return null
  if (recipients.kind !== 'target') return { ...how, items, recipients }
  const secrets = secretsOf(id)
  return secrets ? { ...how, items, recipients: secrets } : null
}

/** @returns null when it was asked for with more than the form can hold */
function draftOf({
  id,
  asked: { items, recipients, count, rate, seed, retries, clock, weather },
}: Simulation): Draft | null {
  const [item, ...others] = items ?? []
  if (!item || others.length > 0) return null
  const secrets = secretsOf(id)
  const what: What =
    item.kind === 'body'
      ? freshDraft().what
      : item.kind === 'event'
        ? { kind: 'event', type: item.type }
        : { kind: item.kind, name: item.name }
  return {
    ...freshDraft(),
    what,
    changes: { set: item.set ?? [], unset: item.unset ?? [] },
    text: item.kind === 'body' ? item.text : null,
    to: recipients.kind,
    hook: recipients.kind === 'hook' ? recipients.hook : '',
    ...(recipients.kind === 'target' ? { url: recipients.url } : {}),
    ...(secrets?.authentication.kind === 'basic'
      ? {
          authentication: 'basic',
          username: secrets.authentication.username,
          password: secrets.authentication.password,
        }
      : {}),
    ...(secrets?.key ? { signature: secrets.key.kind, key: secrets.key.key } : {}),
    count: String(count),
    rate: rate === null ? '' : String(rate),
    seed,
    retries,
    clock: clocks.find(({ id: name }) => clock.kind !== 'instant' && name === String(clock.factor))?.id ?? 'instant',
    weather,
  }
}

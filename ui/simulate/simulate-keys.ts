/** The keys of the Simulate view. */

import { whyNot } from '../app/people.ts'
import { goTo, route } from '../app/route.ts'
import { defineKeys } from '../kit/keys.ts'
import { changeBody, rollSeed } from './compose/draft.ts'
import { cancelSimulation, hurry, opened, openNumber, simulationHref, start } from './run/runs.ts'

const here = () => route.peek().view === 'simulate'
const isOpen = () => openNumber.peek() !== null

/** The element that opens the picker. */
export const pickerId = 'simulate-what'

const press = (id: string) => document.getElementById(id)?.click()

/** What waits of the open simulation, by id. */
export function waitingEvents(): number[] {
  const events = opened.peek()?.events.values() ?? []
  return [...events].filter(({ state }) => state === 'waiting').map(({ id }) => id)
}

defineKeys('Simulate', [
  { key: 'e', description: 'Choose what to send', when: here, action: () => press(pickerId) },
  { key: 'n', description: 'New values, another seed', when: here, action: () => changeBody({ seed: rollSeed() }) },
  {
    key: 'v',
    description: 'Preview the signed request',
    refused: () => whyNot('POST /api/simulations/preview'),
    when: here,
    action: () => press('simulate-preview'),
  },
  {
    key: 'Ctrl+Enter',
    description: 'Send',
    refused: () => whyNot('POST /api/simulations'),
    when: here,
    whileTyping: true,
    action: () => void start(),
  },
  {
    key: 'h',
    description: 'Send the queued events of the open simulation now',
    refused: () => whyNot('POST /api/simulations/pending/hurry'),
    when: isOpen,
    action: () => void hurry(waitingEvents()),
  },
  {
    key: 'x',
    description: 'Cancel the queued events of the open simulation',
    refused: () => whyNot('DELETE /api/simulations/:id'),
    when: isOpen,
    action: () => {
      const id = openNumber.peek()
      if (id !== null) void cancelSimulation(id)
    },
  },
  {
    key: 'Escape',
    description: 'Back to all simulations',
    when: isOpen,
    action: () => goTo(simulationHref(null)),
  },
])

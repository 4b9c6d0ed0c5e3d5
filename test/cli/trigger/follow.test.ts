/** A simulation that stands still while the database is in trouble is waited for no longer; one that only waits is. */
import { afterEach, expect, it, vi } from 'vitest'
import type { Client } from '../../../cli/client.ts'
import { sendAndFollow } from '../../../cli/trigger/follow.ts'
import type { StoreTrouble } from '../../../core/api/store-trouble.ts'
import { simulationRequest, toUrl } from '../../server/simulate/simulated.ts'

afterEach(() => {
  vi.useRealTimers()
})

const full: StoreTrouble = {
  ...{ code: 'full', message: 'Not everything can be read or kept: the disk is full.', hint: 'Free some space.' },
  ...{ keeps: true, rebuilding: null },
}

/** A listener with a simulation of which nothing comes further until `step` is called. */
function still(trouble: StoreTrouble | null) {
  const place = { trouble, state: 'running', step: (): void => {} }
  const simulation = () => ({ id: 1, state: place.state, events: 1, delivered: 0 })
  const say = (json: object) => async () => Response.json(json)
  const client = {
    api: {
      simulations: {
        $post: () => say({ simulation: simulation() })(),
        ':id': { $get: () => say({ simulation: simulation() })(), events: { $get: say({ events: [] }) } },
      },
      status: { $get: () => say({ trouble: place.trouble })() },
    },
    async watch(onChanges: (changes: object[]) => void) {
      place.step = () => onChanges([{ kind: 'simulated', event: { simulation: 1 } }])
      return { close() {} }
    },
  }
  // Of the client, this is what following takes.
  return { place, client: client as unknown as Client }
}

function following(client: Client) {
  const { signal } = new AbortController()
  const request = simulationRequest({ recipients: toUrl('http://127.0.0.1:1/') })
  const ended = sendAndFollow(client, request, { onStart() {}, onEvents() {}, signal })
  const isOver = vi.fn()
  void ended.then(isOver)
  return { ended, isOver }
}

it('ends with what keeps it from coming further', async () => {
  vi.useFakeTimers()
  const { client } = still(full)
  const { ended, isOver } = following(client)
  await vi.advanceTimersByTimeAsync(11_000)
  expect(isOver).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(3000)
  expect(await ended).toMatchObject({ simulation: { state: 'running' }, trouble: full })
})

it.each([
  ['there is no trouble', null],
  ['what is damaged is repaired', { ...full, code: 'damaged' } as const],
  ['events come further all the same', full],
])('goes on where %s', async (_, trouble) => {
  vi.useFakeTimers()
  const { place, client } = still(trouble)
  const { ended, isOver } = following(client)
  for (let second = 0; second < 60; second++) {
    if (trouble === full && second % 5 === 0) place.step()
    await vi.advanceTimersByTimeAsync(1000)
  }
  expect(isOver).not.toHaveBeenCalled()
  place.state = 'done'
  await vi.advanceTimersByTimeAsync(1500)
  expect(await ended).toMatchObject({ simulation: { state: 'done' }, trouble: null })
})

/** What simulations leave in the file. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { simulatedBody, simulating, targetSecrets } from '../contract/simulations.ts'
import { useStore } from '../fixture.ts'

const place = useStore()
const { kept, tried } = simulating(place)

it('a simulation that is done has no secret in its row', async () => {
  await kept(simulatedBody('one', 'a', 1))
  await tried('a', 500, { state: 'failed' })
  expect(JSON.stringify(place.rows('SELECT * FROM simulation'))).not.toContain(targetSecrets.key)
})

it('a simulation that is done leaves no secret in the file', async () => {
  const lanes = ['a', 'b', 'c', 'd']
  for (const lane of lanes) await kept(simulatedBody(lane, lane, 1, 3))
  const { path } = place
  await place.reopen()
  expect(readFileSync(path).includes(targetSecrets.key)).toBe(true)
  for (const lane of [...lanes, ...lanes, ...lanes]) await tried(lane, 500, { state: 'failed' })
  await place.reopen()
  expect(readFileSync(path).includes(targetSecrets.key)).toBe(false)
})

describe('what is kept of simulations', () => {
  const tables = ['simulation', 'simulated', 'simulated_body', 'simulated_try', 'simulated_try_content'] as const
  const counts = () => tables.map(table => place.rows(`SELECT id FROM ${table}`).length)

  async function finished(events: number): Promise<number> {
    const id = await kept(simulatedBody(`of ${events}`, 'a', 1, events))
    for (let n = 0; n < events; n++) await tried('a', 200, { state: 'delivered' })
    return id
  }

  it('are the newest, with all that belongs to them', async () => {
    for (const events of [3, 2, 1]) await finished(events)
    await place.store.simulations.prune(2, 1000)
    expect(counts()).toEqual([2, 3, 2, 3, 3])
    expect((await place.store.simulations.list()).map(({ events }) => events)).toEqual([1, 2])
  })

  it('are few when they are large, but never fewer than one', async () => {
    for (const events of [3, 2, 5]) await finished(events)
    await place.store.simulations.prune(200, 4)
    expect(counts()).toEqual([1, 5, 1, 5, 5])
  })

  it('are those that are not done, however old', async () => {
    const running = await kept(simulatedBody('one', 'b', 1))
    await finished(1)
    await finished(1)
    await place.store.simulations.prune(1, 1000)
    expect((await place.store.simulations.list()).map(({ id }) => id)).toContain(running)
    expect(counts()[0]).toBe(2)
  })
})

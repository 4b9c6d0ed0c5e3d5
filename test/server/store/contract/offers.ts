/** What processes say to one another of what they offer: in one order, and only by who knows all that was said before. */
import { expect, it } from 'vitest'
import type { ContractPlace } from './place.ts'

export function offerContract(place: ContractPlace): void {
  it('says one after the other; who does not know the newest says nothing', async () => {
    const { offers } = place.store
    expect(await offers.newest()).toBe(0)
    const first = await offers.say('a', 0)
    expect(first).not.toBeNull()
    expect(await offers.say('b', 0)).toBeNull()
    const second = await offers.say('c', first ?? 0)
    expect(second).toBeGreaterThan(first ?? 0)
    expect(await offers.newest()).toBe(second)
  })
}

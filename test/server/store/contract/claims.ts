/** Claims: a name is held by one at a time. */
import { expect, it } from 'vitest'
import type { ContractPlace } from './place.ts'

export function claimContract(place: ContractPlace): void {
  it('a name is held once until it is let go of; others are free', async () => {
    const { claims } = place.store
    const held = await claims.hold('forward:http://localhost:3000/')
    expect(held?.lost.aborted).toBe(false)
    expect(await claims.hold('forward:http://localhost:3000/')).toBeNull()
    const other = await claims.hold('forward:http://localhost:3001/')
    expect(other).not.toBeNull()
    await held?.release()
    const again = await claims.hold('forward:http://localhost:3000/')
    expect(again).not.toBeNull()
    // Let go of twice, it stays whose it is now.
    await held?.release()
    expect(await claims.hold('forward:http://localhost:3000/')).toBeNull()
    await Promise.all([again?.release(), other?.release()])
  })

  it('are let go of with the store', async () => {
    await place.store.claims.hold('retention')
    const { claims } = await place.reopen()
    expect(await claims.hold('retention')).not.toBeNull()
  })
}

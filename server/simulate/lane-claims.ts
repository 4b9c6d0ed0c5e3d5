/** Of several processes on one log, which one sends what waits in a lane of the simulated gateway: the one that holds its claim. */

import type { Claim, ClaimStore } from '../store/claims.ts'
import { whereStoreCan } from '../store/problem.ts'

export interface LaneClaims {
  /** Whether this process may send what waits in a lane: takes it where nobody else has it. */
  holds(lane: string): Promise<boolean>
  /** Lets go of all others. */
  keep(lanes: readonly string[]): Promise<void>
}

export function openLaneClaims(claims: ClaimStore): LaneClaims {
  const held = new Map<string, Claim>()

  async function letGo(lane: string, claim: Claim): Promise<void> {
    if (held.get(lane) === claim) held.delete(lane)
    await whereStoreCan(claim.release)
  }

  return {
    async holds(lane) {
      if (!claims.isShared || held.has(lane)) return true
      const claim = await claims.hold(`simulate:${lane}`)
      if (claim === null || claim.lost.aborted) return false
      held.set(lane, claim)
      claim.lost.addEventListener('abort', () => held.get(lane) === claim && held.delete(lane))
      return true
    },
    async keep(lanes) {
      await Promise.all([...held].map(([lane, claim]) => (lanes.includes(lane) ? undefined : letGo(lane, claim))))
    },
  }
}

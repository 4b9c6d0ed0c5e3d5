/** Of several processes on one log, which one sends to a target: the one that holds its claim. The others queue, and wait. */
import type { Claim, ClaimStore } from '../store/claims.ts'
import { whereStoreCan } from '../store/problem.ts'

export interface TargetClaims {
  /** Claims these from now on, and lets go of all others. */
  follow(targets: readonly string[]): void
  /** Whether this process may send there; always where no other process can be. */
  holds(target: string): boolean
  /** Lets go of all. */
  close(): Promise<void>
}

/** How often a claim that another process holds is asked for again, milliseconds. */
const againMs = 2000

/**
 * @param taken does what is to be done before anything is sent to a target that another process may have sent to
 * @param begin called when this process may send to one
 */
export function openTargetClaims(
  claims: ClaimStore,
  taken: (target: string) => Promise<void>,
  begin: (target: string) => void,
): TargetClaims {
  const wanted = new Set<string>()
  const held = new Map<string, Claim>()
  const asking = new Map<string, Promise<void>>()
  const timers = new Map<string, NodeJS.Timeout>()

  function ask(target: string): void {
    timers.delete(target)
    if (!wanted.has(target) || held.has(target) || asking.has(target)) return
    asking.set(
      target,
      whereStoreCan(() => take(target)).finally(() => {
        asking.delete(target)
        if (held.has(target)) begin(target)
        else if (wanted.has(target)) askLater(target)
      }),
    )
  }

  function askLater(target: string): void {
    if (!timers.has(target)) timers.set(target, setTimeout(() => ask(target), againMs).unref())
  }

  async function take(target: string): Promise<void> {
    const claim = await claims.hold(`forward:${target}`)
    if (claim === null) return
    try {
      held.set(target, claim)
      claim.lost.addEventListener('abort', () => lose(target, claim))
      if (wanted.has(target) && !claim.lost.aborted) return await taken(target)
    } catch (error) {
      await letGo(target, claim)
      throw error
    }
    await letGo(target, claim)
  }

  function lose(target: string, claim: Claim): void {
    if (held.get(target) !== claim) return
    held.delete(target)
    if (wanted.has(target)) askLater(target)
  }

  async function letGo(target: string, claim: Claim): Promise<void> {
    if (held.get(target) === claim) held.delete(target)
    await whereStoreCan(claim.release)
  }

  function follow(targets: readonly string[]): void {
    if (!claims.isShared) return
    wanted.clear()
    for (const target of targets) wanted.add(target)
    for (const [target, claim] of [...held]) if (!wanted.has(target)) void letGo(target, claim)
    for (const target of targets) ask(target)
  }

  return {
    follow,
    holds: target => !claims.isShared || (held.has(target) && !asking.has(target)),
    async close() {
      wanted.clear()
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all(asking.values())
      await Promise.all([...held].map(([target, claim]) => letGo(target, claim)))
    },
  }
}

/** Of several processes on one log, which one sends to a target: the one that holds its claim. The others queue, and wait. */
import type { Claim, ClaimStore } from '../../store/claims.ts'
import { whereStoreCan } from '../../store/problem.ts'

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
 * @param oldest the first delivery that waits for a target here, or is being sent there; null when none does
 */
export function openTargetClaims(
  claims: ClaimStore,
  taken: (target: string) => Promise<void>,
  begin: (target: string) => void,
  oldest: (target: string) => number | null,
): TargetClaims {
  const wanted = new Set<string>()
  const held = new Map<string, Claim>()
  const asking = new Map<string, Promise<void>>()
  const timers = new Map<string, NodeJS.Timeout>()
  /** Where others are asked to let go, and what waited here at the last look. */
  const wants = new Map<string, Claim>()
  const waited = new Map<string, number | null>()
  const looks = new Set<string>()
  let looking: NodeJS.Timeout | undefined

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

  function askLater(target: string, afterMs = againMs): void {
    if (!timers.has(target)) timers.set(target, setTimeout(() => ask(target), afterMs).unref())
  }

  /**
   * What a process took over before another one got the claim, that one does not know of: who has nothing to send there lets
   * go for who waits.
   */
  async function look(target: string): Promise<void> {
    const [before, now] = [waited.get(target) ?? null, oldest(target)]
    waited.set(target, now)
    const claim = held.get(target)
    if (claim === undefined && now !== null && now === before && !wants.has(target)) {
      const want = await claims.hold(`wanted:${target}`)
      if (want !== null) keepWant(target, want)
    } else if (claim !== undefined || now === null) await wantNoMore(target)
    if (claim === undefined || now !== null || before !== null || asking.has(target)) return
    const want = await claims.hold(`wanted:${target}`)
    if (want !== null) return await want.release()
    if (oldest(target) !== null || held.get(target) !== claim) return
    await letGo(target, claim)
    // By then the other one has asked.
    askLater(target, 2 * againMs)
  }

  function keepWant(target: string, want: Claim): void {
    wants.set(target, want)
    // Lost with the database's server, it says nothing to anybody: the next look takes it anew.
    want.lost.addEventListener('abort', () => {
      if (wants.get(target) === want) wants.delete(target)
    })
  }

  async function wantNoMore(target: string): Promise<void> {
    const want = wants.get(target)
    wants.delete(target)
    await want?.release()
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
    looking ??= setInterval(() => {
      for (const one of wanted) {
        // A claim that this process holds itself would look like another one's.
        if (looks.has(one)) continue
        looks.add(one)
        void whereStoreCan(() => look(one)).finally(() => looks.delete(one))
      }
    }, againMs).unref()
  }

  return {
    follow,
    holds: target => !claims.isShared || (held.has(target) && !asking.has(target)),
    async close() {
      wanted.clear()
      clearInterval(looking)
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all(asking.values())
      await Promise.all([...held].map(([target, claim]) => letGo(target, claim)))
      await Promise.all([...wants.keys()].map(target => whereStoreCan(() => wantNoMore(target))))
    },
  }
}

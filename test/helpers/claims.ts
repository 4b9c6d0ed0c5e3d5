/** Claims of several processes on one log, as an engine that has them keeps them; here the processes are one. */
import type { Claim, ClaimName, ClaimStore } from '../../server/store/claims.ts'
import type { Store } from '../../server/store/store.ts'

/** @returns makes what another process has of the store, with a way to play its end: what it holds is lost, and free */
export function sharedBetween(store: Store): () => { readonly store: Store; die(): void } {
  const held = new Map<ClaimName, symbol>()
  return () => {
    const own = new Map<ClaimName, AbortController>()
    const claims: ClaimStore = {
      isShared: true,
      async hold(name): Promise<Claim | null> {
        if (held.has(name)) return null
        const [mark, lost] = [Symbol(), new AbortController()]
        held.set(name, mark)
        own.set(name, lost)
        return {
          lost: lost.signal,
          async release() {
            if (held.get(name) === mark) held.delete(name)
          },
        }
      },
    }
    return {
      store: { ...store, claims },
      die() {
        for (const [name, lost] of own) {
          held.delete(name)
          lost.abort()
        }
      },
    }
  }
}

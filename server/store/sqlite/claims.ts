/** Claims on a file that one process owns: each name is free but for who holds it here. */
import type { ClaimName, ClaimStore } from '../claims.ts'

export function createClaims(): ClaimStore {
  const held = new Set<ClaimName>()
  return {
    isShared: false,
    async hold(name) {
      if (held.has(name)) return null
      held.add(name)
      let isHeld = true
      return {
        lost: new AbortController().signal,
        async release() {
          if (isHeld) held.delete(name)
          isHeld = false
        },
      }
    },
  }
}

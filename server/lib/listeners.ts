/** A list of functions to call. */
export interface Listeners<Told> {
  /** @returns a function that takes it off the list */
  add(listener: (told: Told) => void): () => void
  call(told: Told): void
  /** How many there are. */
  readonly size: number
}

export function createListeners<Told>(): Listeners<Told> {
  const listeners = new Set<(told: Told) => void>()
  return {
    add(listener) {
      const own = (told: Told) => listener(told)
      listeners.add(own)
      return () => listeners.delete(own)
    },
    get size() {
      return listeners.size
    },
    call(told) {
      for (const listener of [...listeners]) {
        try {
          listener(told)
        } catch (error) {
          // What is told has happened: one listener's failure undoes nothing and hides nothing from the others.
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
  }
}

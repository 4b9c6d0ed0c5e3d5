/** What was opened one after the other, to be closed in reverse. */

export interface Openings {
  /** @param name what the log calls it, should closing it fail */
  add(name: string, close: () => Promise<void> | void): void
  /** Closes the last first; what fails to close does not keep the rest open. */
  closeAll(): Promise<void>
}

/** @param log takes a line about what could not be closed */
export function createOpenings(log: (line: string) => void): Openings {
  const opened: { name: string; close: () => Promise<void> | void }[] = []
  return {
    add(name, close) {
      opened.push({ name, close })
    },
    async closeAll() {
      for (let last = opened.pop(); last !== undefined; last = opened.pop()) {
        try {
          await last.close()
        } catch (error) {
          log(`Closing the ${last.name} failed: ${error instanceof Error ? error.message : String(error)}`)
        }
      }
    },
  }
}

/** Tells of changes, but not of each: what changes with every delivery would flood those who watch. */
import { createListeners } from '../lib/listeners.ts'

export interface Notifier {
  /** @returns a function that stops the calls */
  on(listener: () => void): () => void
  /** Something changed: listeners hear of it within `everyMs`, together with what follows until then. */
  changed(): void
  /** Tells what is still untold, and nothing from then on. */
  close(): void
}

/** @param everyMs the least time between two calls, milliseconds */
export function openNotifier(everyMs = 50): Notifier {
  const listeners = createListeners<void>()
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const tell = () => {
    clearTimeout(timer)
    timer = undefined
    listeners.call()
  }
  return {
    on: listener => listeners.add(listener),
    changed() {
      if (!closed) timer ??= setTimeout(tell, everyMs)
    },
    close() {
      closed = true
      if (timer) tell()
    },
  }
}

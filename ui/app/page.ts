/** What of the page is open or called for from anywhere. */
import { signal } from '@preact/signals'

export const helpOpen = signal(false)

let search: (() => void) | null = null

/** Says how the caret is put into the search. @returns a function that takes it back */
export function takeSearchCalls(focus: () => void): () => void {
  search = focus
  return () => {
    if (search === focus) search = null
  }
}

/** Puts the caret into the search at once: the next letter that is typed is its first. */
export const callSearch = (): void => search?.()

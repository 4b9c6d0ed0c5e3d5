import { useEffect, useState } from 'preact/hooks'

export interface Loaded<T> {
  /** What came last; stays while it is loaded anew. */
  readonly value: T | null
  readonly problem: unknown
}

/** Loads when the component shows and whenever an input changes; an answer that comes too late is dropped. */
export function useLoaded<T>(load: () => Promise<T>, inputs: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<Loaded<T>>({ value: null, problem: null })
  useEffect(() => {
    let gone = false
    load().then(
      value => {
        if (!gone) setState({ value, problem: null })
      },
      (problem: unknown) => {
        if (!gone) setState(before => ({ ...before, problem }))
      },
    )
    return () => {
      gone = true
    }
  }, inputs)
  return state
}

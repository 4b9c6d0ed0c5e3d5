/** What an attempt sent differently, in words. Apart from how that is found, which lists do not need. */
import type { AttemptChange } from './attempt-changes.ts'

/** `changed headers and body, new signature`; nothing where nothing was changed. */
export function attemptChangesText(changes: readonly AttemptChange[]): string {
  const changed = changes.filter(change => change !== 'signature')
  const [last, ...others] = changed.toReversed()
  const what =
    last === undefined ? [] : [`changed ${[others.toReversed().join(', '), last].filter(Boolean).join(' and ')}`]
  return [...what, ...(changes.includes('signature') ? ['new signature'] : [])].join(', ')
}

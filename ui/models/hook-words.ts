/** A hook in words: its events, its secrets, what it answers on trial, what became of it. */
import { catalogue, type EventType } from '../../core/catalogue.ts'
import { consoleFields } from '../../core/console.ts'
import type { HookHistoryEntry } from '../../core/hook.ts'
import { hangMs, type Rehearsal } from '../../core/rehearsal.ts'
import { deliveriesText } from './delivery-actions.ts'
import { countText } from './time.ts'

/** “All 25”, “3 of 25”, or the one there is. */
export function eventsText(events: readonly EventType[]): string {
  if (events.length >= catalogue.length) return `All ${catalogue.length}`
  const [only] = events
  return events.length === 1 && only !== undefined ? only : `${events.length} of ${catalogue.length}`
}

const seconds = (ms: number) => `${ms / 1000} s`

/** “the next delivery”, “the next 3 deliveries”. */
const nextText = (count: number) => (count === 1 ? 'the next delivery' : `the next ${countText(count)} deliveries`)

/** “2nd”, “3rd”, “11th”. */
function ordinal(nth: number): string {
  const endings = { one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' } as const
  return `${nth}${endings[new Intl.PluralRules('en', { type: 'ordinal' }).select(nth)]}`
}

const failsWith = ({ failWith }: Rehearsal) =>
  failWith.kind === 'hang' ? `nothing for ${seconds(hangMs)}` : String(failWith.status)

const whichFail = ({ failures }: Rehearsal): string | null => {
  if (failures.kind === 'never' || (failures.kind === 'next' && failures.left === 0)) return null
  if (failures.kind === 'next') return nextText(failures.left)
  return failures.nth === 1 ? 'every delivery' : `every ${ordinal(failures.nth)} delivery`
}

/** A rehearsed answer in a few words, for a mark: “Answers 500 to the next 3 deliveries”. */
export function rehearsalMark(rehearsal: Rehearsal): string {
  const fail = whichFail(rehearsal)
  if (fail) return `Answers ${failsWith(rehearsal)} to ${fail}`
  const after = rehearsal.delayMs > 0 ? ` after ${seconds(rehearsal.delayMs)}` : ''
  const { status, failures } = rehearsal
  return `Answers ${status}${failures.kind === 'next' ? ' again' : ''}${after}`
}

const succeeds = (status: number) => status < 300

/** What the gateway is told and does about it, one sentence each. */
export function rehearsalSentences(rehearsal: Rehearsal): readonly string[] {
  const { status, delayMs } = rehearsal
  const fail = whichFail(rehearsal)
  const everything = fail === 'every delivery'
  const wait = delayMs > 0 ? ` after ${seconds(delayMs)}` : ''
  const rest = fail
    ? `${rehearsal.failures.kind === 'next' ? 'All after that' : 'The others'} are`
    : 'Every delivery is'
  const failing = rehearsal.failWith.kind === 'hang' || !succeeds(rehearsal.failWith.status)
  const retried = (fail !== null && failing) || (!everything && !succeeds(status))
  return [
    fail
      ? `${fail.charAt(0).toUpperCase()}${fail.slice(1)} ${fail.includes('deliveries') ? 'are' : 'is'} ` +
        (rehearsal.failWith.kind === 'hang'
          ? `left without an answer for ${seconds(hangMs)}: longer than the 45 s that the gateway waits.`
          : `answered ${rehearsal.failWith.status}${wait}.`)
      : null,
    everything ? null : `${rest} answered ${status}${wait}.`,
    delayMs > 45_000 ? 'The gateway stops waiting after 45 s and takes it for a failure.' : null,
    retried ? 'The gateway sends what failed again after 5 minutes, then on its schedule.' : null,
    status >= 300 && status < 400 ? 'The gateway’s documents do not say what it does with a redirect.' : null,
  ].filter(sentence => sentence !== null)
}

/** An entry of a hook's history: what happened, and more about it. */
export function historyWords({ entry }: HookHistoryEntry): { readonly what: string; readonly more: string | null } {
  switch (entry.kind) {
    case 'added':
      return { what: 'Added', more: null }
    case 'removed':
      return { what: 'Deleted', more: null }
    case 'restored':
      return { what: 'Brought back', more: null }
    case 'changed':
      return { what: `Changed: ${entry.fields.map(field => consoleFields[field]).join(', ')}`, more: null }
    case 'reverified':
      return {
        what: `Checked ${deliveriesText(entry.checked)} again: ${changedText(entry.changed)}`,
        more: entry.reason,
      }
  }
}

/** “none has another verdict now”. */
export function changedText(changed: number): string {
  if (changed === 0) return 'every verdict stays'
  return changed === 1 ? '1 has another verdict now' : `${countText(changed)} have another verdict now`
}

/** A hook in words: its events, its secrets, its mock response, what became of it. */
import { catalogue, type EventType } from '../../core/events/catalogue.ts'
import { hookFields } from '../../core/hooks/console.ts'
import type { HookHistoryEntry } from '../../core/hooks/hook.ts'
import { hangMs, type MockResponse } from '../../core/hooks/mock-response.ts'
import { verdictChangesText } from '../../core/hooks/verdict-changes.ts'
import { isSuccess } from '../../core/http/outcome.ts'
import { limitText } from '../../core/text/duration.ts'
import { capital } from '../../core/text/text.ts'
import { countText, deliveriesText } from '../kit/count.ts'

/** “All 25”, “3 of 25”, or the one there is. */
export function subscriptionText(events: readonly EventType[]): string {
  if (events.length >= catalogue.length) return `All ${catalogue.length}`
  const [only] = events
  return events.length === 1 && only !== undefined ? only : `${events.length} of ${catalogue.length}`
}

/** “the next delivery”, “the next 3 deliveries”. */
const nextText = (count: number) => (count === 1 ? 'the next delivery' : `the next ${countText(count)} deliveries`)

/** “2nd”, “3rd”, “11th”. */
function ordinal(nth: number): string {
  const endings = { one: 'st', two: 'nd', few: 'rd', other: 'th', zero: 'th', many: 'th' } as const
  return `${nth}${endings[new Intl.PluralRules('en', { type: 'ordinal' }).select(nth)]}`
}

const failsWith = ({ failWith }: MockResponse) =>
  failWith.kind === 'hang' ? `nothing for ${limitText(hangMs)}` : String(failWith.status)

const whichFail = ({ failures }: MockResponse): string | null => {
  if (failures.kind === 'never' || (failures.kind === 'next' && failures.left === 0)) return null
  if (failures.kind === 'next') return nextText(failures.left)
  return failures.nth === 1 ? 'every delivery' : `every ${ordinal(failures.nth)} delivery`
}

/** A mock response in a few words, for a mark: “Answers 500 to the next 3 deliveries”. */
export function mockResponseMark(mock: MockResponse): string {
  const fail = whichFail(mock)
  if (fail) return `Answers ${failsWith(mock)} to ${fail}`
  const after = mock.delayMs > 0 ? ` after ${limitText(mock.delayMs)}` : ''
  const { status, failures } = mock
  return `Answers ${status}${failures.kind === 'next' ? ' again' : ''}${after}`
}

/** What the gateway is told and does about it, one sentence each. */
export function mockResponseSentences(mock: MockResponse): readonly string[] {
  const { status, delayMs } = mock
  const fail = whichFail(mock)
  const everything = fail === 'every delivery'
  const wait = delayMs > 0 ? ` after ${limitText(delayMs)}` : ''
  const rest = fail ? `${mock.failures.kind === 'next' ? 'All after that' : 'The others'} are` : 'Every delivery is'
  const failing = mock.failWith.kind === 'hang' || !isSuccess(mock.failWith.status)
  const retried = (fail !== null && failing) || (!everything && !isSuccess(status))
  return [
    fail
      ? `${capital(fail)} ${fail.includes('deliveries') ? 'are' : 'is'} ` +
        (mock.failWith.kind === 'hang'
          ? `not answered for ${limitText(hangMs)}: longer than the gateway waits (45 s).`
          : `answered ${mock.failWith.status}${wait}.`)
      : null,
    everything ? null : `${rest} answered ${status}${wait}.`,
    delayMs > 45_000 ? 'The gateway stops waiting after 45 s and counts it as failed.' : null,
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
      return { what: 'Restored', more: null }
    case 'changed':
      return { what: `Changed: ${entry.fields.map(field => hookFields[field]).join(', ')}`, more: null }
    case 'reverified':
      return {
        what: `Checked ${deliveriesText(entry.checked)} again: ${verdictChangesText(entry)}`,
        more: entry.reason,
      }
  }
}

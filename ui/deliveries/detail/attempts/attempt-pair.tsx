import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { AttemptSummary } from '../../../../core/deliveries/attempt.ts'
import { attemptChangesText } from '../../../../core/deliveries/attempt-changes-words.ts'
import { shownHeaders } from '../../../../core/http/headers.ts'
import { reasonOf } from '../../../../core/http/outcome.ts'
import { tookText } from '../../../../core/text/duration.ts'
import { capital, printable } from '../../../../core/text/text.ts'
import type { AttemptView } from '../../../../server/api/types.ts'
import { attemptTone, outcomeText } from '../../../app/attempt-words.ts'
import { loadAttempt } from '../../../app/attempts.ts'
import { Problem } from '../../../app/problem.tsx'
import { Badge } from '../../../kit/badge.tsx'
import { BodyText } from '../../../kit/body-text.tsx'
import { useLoaded } from '../../../kit/use-loaded.ts'
import { revealed } from '../open-delivery.ts'
import { AttemptDiff } from './attempt-diff.tsx'

interface Side {
  readonly name: string
  readonly attempt: AttemptSummary
}

/** Two attempts beside each other: both answers whole, also when they are equal, then what differs. */
export function AttemptPair({ left, right }: { left: Side; right: Side }) {
  const { credentials } = revealed.value
  const ids = [left.attempt.id, right.attempt.id] as const
  const { value, problem } = useLoaded(
    () => Promise.all(ids.map(id => loadAttempt(id, credentials))),
    [...ids, left.attempt.outcome, right.attempt.outcome, credentials],
  )
  const [before, after] = value ?? []
  const box = useRef<HTMLElement>(null)
  useEffect(() => box.current?.scrollIntoView({ block: 'start' }), [before?.id, after?.id])
  if (problem) return <Problem problem={problem} />
  if (before === undefined || after === undefined) return <p class="muted after-a-moment">Loading…</p>
  const sides = [
    { ...left, view: before },
    { ...right, view: after },
  ]
  const row = (name: string, cell: (view: AttemptView) => ComponentChildren) => (
    <tr key={name}>
      <th scope="row">{name}</th>
      {sides.map(({ view }) => (
        <td key={view.id}>{cell(view)}</td>
      ))}
    </tr>
  )
  return (
    <section class="attempt-pair stack" aria-label={`${left.name} and ${right.name}`} ref={box}>
      <p>
        <strong>{verdictOn(before, after)}</strong>
      </p>
      <table>
        <thead>
          <tr>
            <td />
            {sides.map(({ name, view }) => (
              <th key={view.id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {row('Sent', sentText)}
          {row('Answer', view => (
            <>
              <Badge tone={attemptTone(view)}>{outcomeText(view)}</Badge>{' '}
              {view.answer === null ? reasonOf(view)?.message : null}
            </>
          ))}
          {row('Time', view => (view.ms === null ? '–' : tookText(view.ms)))}
          {headersOf(before, after).map(name => row(name, view => headerText(view, name)))}
          {row('Body', view =>
            view.answer === null ? (
              <span class="muted">–</span>
            ) : (
              <BodyText body={view.answer.body} label="Response body" />
            ),
          )}
        </tbody>
      </table>
      <AttemptDiff before={before} after={after} names={[left.name, right.name]} />
    </section>
  )
}

function sentText({ changes, target }: AttemptView) {
  return (
    <>
      {capital(attemptChangesText(changes)) || 'As received'}, <span class="mono">{printable(target)}</span>
    </>
  )
}

/** Of an answer, what its reader acts on; what names the moment or the server is noise here. */
const telling = ['content-type', 'location', 'retry-after', 'www-authenticate', 'allow', 'content-encoding']

const valuesOf = ({ answer }: AttemptView, wanted: string) =>
  shownHeaders(answer?.headers ?? []).flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []))

const headersOf = (before: AttemptView, after: AttemptView) =>
  telling.filter(name => [before, after].some(view => valuesOf(view, name).length > 0))

const headerText = (view: AttemptView, name: string) => printable(valuesOf(view, name).join(', ')) || '–'

/** In one sentence. */
function verdictOn(one: AttemptView, other: AttemptView): string {
  const [first, second] = [outcomeText(one), outcomeText(other)]
  const both = one.outcome === 'answered' ? `Both ${first}` : `Both: ${first}`
  const ends = first === second ? both : `${capital(first)}, then ${second}`
  if (one.answer === null || other.answer === null) return `${ends}.`
  return `${ends}; the response bodies ${one.answer.body.base64 === other.answer.body.base64 ? 'are equal' : 'differ'}.`
}

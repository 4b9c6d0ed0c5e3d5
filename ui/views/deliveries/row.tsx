import { ArrowRight, CircleAlert, Pin } from 'lucide-preact'
import type { AttemptSummary } from '../../../core/attempt.ts'
import { type DeliverySummary, notes, rejections } from '../../../core/delivery.ts'
import { notForwardedWords } from '../../../core/not-forwarded.ts'
import { isGood, reasonOf } from '../../../core/outcome.ts'
import { noteWords } from '../../../core/shown-words.ts'
import { Badge, FamilyDot, VerdictMark } from '../../components/badge.tsx'
import { capital, endOf } from '../../models/attempt-words.ts'
import { rowNotForwarded } from '../../models/not-forwarded.ts'
import { status } from '../../models/session.ts'
import { duration, exactTime, now, relativeTime } from '../../models/time.ts'

/** What a row says; the list around it makes it an option that can be chosen. */
export function RowContent({ delivery, marked }: { delivery: DeliverySummary; marked: boolean }) {
  const note = [...noteWords].find(([name]) => delivery.notes.includes(name))
  const [reason] = delivery.reasons
  const { lastAttempt } = delivery
  const failure = lastAttempt && reasonOf(lastAttempt)
  return (
    <>
      <span class="row-mark" aria-hidden="true">
        <span class={`row-check${marked ? ' row-checked' : ''}`} />
      </span>
      <RowTime at={delivery.receivedAt} />
      <span class="row-verdict">
        <VerdictMark verdict={delivery.verdict} reasons={delivery.reasons} iconOnly />
      </span>
      <span class="row-type clip">
        <FamilyDot family={delivery.family} />
        <span class="clip" title={delivery.eventType ?? undefined}>
          {delivery.eventType ?? <span class="muted">{delivery.method} without an event</span>}
        </span>
        {delivery.tries > 1 ? (
          <span class="row-tries" title={`${delivery.tries} deliveries of this event`}>
            ×{delivery.tries}
          </span>
        ) : null}
      </span>
      <span class="row-summary">
        {delivery.summary === '' ? null : (
          <span class="clip" title={delivery.summary}>
            {delivery.summary}
          </span>
        )}
        {reason ? (
          <Badge tone="bad" title={rejections[reason].advice}>
            {rejections[reason].title}
          </Badge>
        ) : null}
        {note ? (
          <Badge tone={note[0] === 'test' ? 'accent' : 'warn'} title={notes[note[0]].title}>
            {note[1]}
          </Badge>
        ) : null}
        {failure ? (
          <span class="row-failure clip" title={[failure.message, failure.hint].filter(Boolean).join(' ')}>
            {failure.message}
          </span>
        ) : null}
        {delivery.pinned ? (
          <span class="row-pin" title="Pinned">
            <Pin size={13} aria-hidden="true" />
            <span class="hidden-text">Pinned</span>
          </span>
        ) : null}
      </span>
      {lastAttempt === null ? <NotForwarded delivery={delivery} /> : <RowAnswer attempt={lastAttempt} />}
    </>
  )
}

function RowTime({ at }: { at: string }) {
  return (
    <time class="row-time" dateTime={at} title={exactTime(at)}>
      {relativeTime(at, now.value)}
    </time>
  )
}

function NotForwarded({ delivery }: { delivery: DeliverySummary }) {
  const why = status.value && rowNotForwarded(delivery, status.value, now.value)
  return (
    <span class="row-answer" title={why ? `${why.message} ${why.hint}` : undefined}>
      {why ? capital(notForwardedWords[why.code]) : null}
    </span>
  )
}

function RowAnswer({ attempt }: { attempt: AttemptSummary }) {
  const good = isGood(attempt)
  const pending = attempt.outcome === 'pending'
  return (
    <span
      class={`row-answer ${pending ? 'row-pending' : good ? 'row-good' : 'row-bad'}`}
      title={`${attempt.source === 'replay' ? 'Replayed' : 'Forwarded'} to ${attempt.target}`}
    >
      {good || pending ? <ArrowRight size={13} aria-hidden="true" /> : <CircleAlert size={13} aria-hidden="true" />}
      <span class="hidden-text">{pending ? '' : good ? 'App answered' : 'App failed:'}</span>
      <strong>{endOf(attempt)}</strong>
      {attempt.ms === null ? null : <span class="row-ms">{duration(attempt.ms)}</span>}
    </span>
  )
}

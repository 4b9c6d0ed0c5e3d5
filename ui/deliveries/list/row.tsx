import { ArrowRight, CircleAlert, Laptop, Pin, Send } from 'lucide-preact'
import type { AttemptSummary } from '../../../core/deliveries/attempt.ts'
import { type DeliverySummary, notes } from '../../../core/deliveries/delivery.ts'
import { laptopText } from '../../../core/deliveries/laptop-words.ts'
import { notForwardedWords } from '../../../core/deliveries/not-forwarded.ts'
import { rowNotForwarded } from '../../../core/deliveries/row-not-forwarded.ts'
import { money } from '../../../core/events/money.ts'
import { isGood, reasonOf, throughProxy } from '../../../core/http/outcome.ts'
import { targetName } from '../../../core/http/target-name.ts'
import { noteWords } from '../../../core/search/shown-words.ts'
import { tookText } from '../../../core/text/duration.ts'
import { capital } from '../../../core/text/text.ts'
import { appTone, endWords } from '../../app/attempt-words.ts'
import { hookName } from '../../app/hook-names.ts'
import { status } from '../../app/listener.ts'
import { targets } from '../../app/targets.ts'
import { Badge, FamilyDot, VerdictMark } from '../../kit/badge.tsx'
import { clockTime, exactTime, now, relativeTime } from '../../kit/time.ts'
import { rejectionText } from './causes.ts'
import { type Columns, narrowColumns } from './columns.ts'

interface RowContentProps {
  delivery: DeliverySummary
  marked: boolean
  /** In words, for the first row of a day. */
  day?: string | null
  /** Which columns there is room for; default: none beside the summary. */
  columns?: Columns
  /** In place of what the app said. */
  answer?: string
}

/** What a row says; the list around it makes it an option that can be chosen. */
export function RowContent({ delivery, marked, day = null, columns = narrowColumns, answer }: RowContentProps) {
  const { lastAttempt } = delivery
  const isRejected = delivery.verdict === 'rejected'
  return (
    <>
      <span class="row-mark" aria-hidden="true">
        <span class={`row-check${marked ? ' row-checked' : ''}`} />
      </span>
      <span class="row-id note">#{delivery.id}</span>
      <RowTime at={delivery.receivedAt} day={day} />
      <span class="row-verdict">
        <VerdictMark verdict={delivery.verdict} reasons={delivery.reasons} iconOnly />
      </span>
      <span class="row-type clip">
        <FamilyDot family={delivery.family} />
        <span class="clip" title={delivery.eventType ?? undefined}>
          {delivery.eventType ?? <span class="muted">{delivery.method} without an event</span>}
        </span>
        {delivery.tries > 1 ? (
          <span
            class="row-retries note"
            title={`${delivery.tries} ${isRejected ? 'rejected ' : ''}deliveries of this event`}
          >
            ×{delivery.tries}
          </span>
        ) : null}
      </span>
      {columns.hook ? <RowHook id={delivery.hook} /> : null}
      <RowSummary delivery={delivery} hasAmount={columns.money} />
      {columns.money ? (
        <>
          <span class="row-amount">{delivery.amount === null ? null : amountText(delivery.amount)}</span>
          <RowReference {...delivery} />
        </>
      ) : null}
      {answer ? (
        <span class="row-answer">{answer}</span>
      ) : lastAttempt === null ? (
        <NotForwarded delivery={delivery} />
      ) : (
        <RowAnswer attempt={lastAttempt} />
      )}
    </>
  )
}

const amountText = (amount: number) => money(amount.toFixed(2))

/** The summary, and what is remarkable, each as a chip. */
function RowSummary({ delivery, hasAmount }: { delivery: DeliverySummary; hasAmount: boolean }) {
  const note = [...noteWords].find(([name]) => delivery.notes.includes(name))
  const [reason] = delivery.reasons
  const failure = delivery.lastAttempt && reasonOf(delivery.lastAttempt)
  const summary = hasAmount ? withoutAmount(delivery) : delivery.summary
  return (
    <span class="row-summary">
      {summary === '' ? null : (
        <span class="clip" title={delivery.summary}>
          {summary}
        </span>
      )}
      {delivery.matched ? (
        <span class="row-match clip" title={Object.values(delivery.matched).join('')}>
          {delivery.matched.before}
          <mark>{delivery.matched.text}</mark>
          {delivery.matched.after}
        </span>
      ) : null}
      {reason || note || failure ? (
        <span class="row-chips">
          {reason ? (
            <Badge tone="bad" title={rejectionText(delivery) ?? undefined}>
              {rejectionText(delivery)}
            </Badge>
          ) : null}
          {note ? (
            <Badge tone={note[0] === 'test' ? 'accent' : 'warn'} title={notes[note[0]].title}>
              {note[1]}
            </Badge>
          ) : null}
          {failure ? (
            <Badge tone="bad" title={[failure.message, failure.hint].filter(Boolean).join(' ')}>
              {failure.message}
            </Badge>
          ) : null}
        </span>
      ) : null}
      {delivery.pinned ? (
        <span class="row-pin" title="Pinned">
          <Pin size={13} />
          <span class="hidden-text">Pinned</span>
        </span>
      ) : null}
    </span>
  )
}

/** The summary where the amount has a column of its own; of an approval in part it says more than the column. */
function withoutAmount({ summary, amount }: Pick<DeliverySummary, 'summary' | 'amount'>): string {
  const said = amount === null ? null : `${amountText(amount)} `
  return said !== null && summary.startsWith(said) && !summary.startsWith(`${said}of `)
    ? summary.slice(said.length)
    : summary
}

function RowHook({ id }: { id: string }) {
  const label = hookName(id)
  return (
    <span class="row-hook clip" title={`Hook: ${label}`}>
      {label}
    </span>
  )
}

/** What the merchant knows it by. */
function RowReference({ invoice, orderid }: Pick<DeliverySummary, 'invoice' | 'orderid'>) {
  const title = [invoice && `Invoice ${invoice}`, orderid && `Order ${orderid}`].filter(Boolean).join(', ')
  return (
    <span class="row-reference clip" title={title === '' ? undefined : title}>
      {[...new Set([invoice, orderid])].filter(Boolean).join(' / ')}
    </span>
  )
}

function RowTime({ at, day }: { at: string; day: string | null }) {
  const clock = clockTime(at)
  return (
    <time class="row-time" dateTime={at} title={exactTime(at)}>
      {day === null ? null : <span class="hidden-text">{day}, </span>}
      <span class="row-clock">
        {clock.slice(0, 5)}
        <span class="row-seconds">{clock.slice(5)}</span>
      </span>
      <span class="tiny">{relativeTime(at, now.value)}</span>
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
  // Where deliveries are not forwarded to it, it may be another app: no green.
  const by = attempt.laptop === undefined ? null : laptopText(attempt.laptop)
  const [Icon, who] = attempt.own ? [ArrowRight, 'App'] : by === null ? [Send, 'Replay'] : [Laptop, by]
  const name = attempt.own ? targetName(attempt.target, targets.value) : (attempt.laptop?.person.split(' ')[0] ?? null)
  return (
    <span
      class={`row-answer tone-${appTone(attempt)}`}
      title={`${by === null ? '' : `${by}: `}${attempt.source === 'replay' ? 'Replayed' : 'Forwarded'} to ${attempt.target}${attempt.proxy ? ` ${throughProxy(attempt.proxy)}` : ''}`}
    >
      {good || pending ? <Icon size={13} /> : <CircleAlert size={13} />}
      {name === null ? null : (
        <span class="row-target clip note">
          <bdi dir="ltr">{name}</bdi>
        </span>
      )}
      <span class="hidden-text">
        {pending ? '' : `${name === null ? who : ''} ${good ? 'answered' : 'failed:'}`.trim()}
      </span>
      <strong>{endWords(attempt)}</strong>
      {attempt.ms === null ? null : <span class="row-ms">{tookText(attempt.ms)}</span>}
    </span>
  )
}

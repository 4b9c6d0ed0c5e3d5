import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import { standingOf } from '../../../core/events/standing.ts'
import { printable } from '../../../core/text/text.ts'
import type { DeliveryDetail } from '../../../server/api/types.ts'
import { appTone, attemptText } from '../../app/attempt-words.ts'
import { Problem } from '../../app/problem.tsx'
import { linkTo, setParams } from '../../app/route.ts'
import { AlertIcon, Badge, FamilyDot, VerdictMark } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { exactTime } from '../../kit/time.ts'
import { useLoaded } from '../../kit/use-loaded.ts'
import { loadRelatedEvents, loadRetries, type RelatedEvents, relatedChanges } from './open-delivery.ts'
import { type RelatedStep, relatedSteps } from './related-events.ts'

/** Every delivery of this event, and every event about its object or joined to it, in the order they were triggered. */
export function RelatedEventsTab({ view }: { view: DeliveryDetail }) {
  const changes = relatedChanges.value
  const related = useLoaded(() => loadRelatedEvents(view.id), [view.id, changes])
  const retries = useLoaded(
    () => (view.tries > 1 || view.retryOf !== null ? loadRetries(view.id) : none()),
    [view.id, changes],
  )
  const problem = related.problem ?? retries.problem
  return (
    <div class="stack tab-content">
      {problem ? <Problem problem={problem} /> : null}
      {retries.value && retries.value.length > 1 ? <Retries retries={retries.value} current={view.id} /> : null}
      {related.value ? <Related {...related.value} view={view} /> : <p class="muted after-a-moment">Loading…</p>}
    </div>
  )
}

const none = async (): Promise<readonly DeliverySummary[]> => []

function Retries({ retries, current }: { retries: readonly DeliverySummary[]; current: number }) {
  return (
    <section aria-label="Deliveries of this event">
      <h2>
        {retries.some(isRejected) ? 'This event_id' : 'This event'} arrived {retries.length} times
      </h2>
      <ol class="steps">
        {retries.map((delivery, place) => (
          <li key={delivery.id} class={delivery.id === current ? 'step step-current' : 'step'}>
            <span class="step-when muted">{exactTime(delivery.receivedAt)}</span>
            <span class="step-what words">
              <DeliveryLink delivery={delivery} current={current} />
              <span class="muted">
                {place === 0 ? 'first' : againText(delivery)}
                {isRejected(delivery) ? ', rejected' : ''}
                {' · '}
                {delivery.status === null ? 'not answered' : `answered ${delivery.status}`}
              </span>
            </span>
            <VerdictMark verdict={delivery.verdict} reasons={delivery.reasons} iconOnly />
            {delivery.id === current ? null : (
              <Button small variant="ghost" onClick={() => setParams({ compare: String(delivery.id) }, false)}>
                Compare
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

const isRejected = ({ verdict }: DeliverySummary) => verdict === 'rejected'

/** Compared with the first genuine one, or with the first of all. */
function againText({ notes }: DeliverySummary): string {
  if (notes.includes('retry-changed')) return 'again, changed'
  return notes.includes('retry') ? 'again, identical' : 'again'
}

function DeliveryLink({ delivery, current }: { delivery: DeliverySummary; current: number }) {
  return delivery.id === current ? (
    <strong aria-current="true">#{delivery.id}, shown here</strong>
  ) : (
    <a href={linkTo({ delivery: delivery.id })}>#{delivery.id}</a>
  )
}

function Related({ deliveries, renewingBelow, view }: RelatedEvents & { view: DeliveryDetail }) {
  if (view.objectKey === null) return <p>There is no object key in the body, so nothing links it to other events.</p>
  const steps = relatedSteps(deliveries)
  const disorder = steps.some(step => step.late)
  return (
    <section aria-label="Related events">
      <h2>
        Related events of <span class="mono">{printable(view.objectKey)}</span>
      </h2>
      <State deliveries={deliveries} objectKey={view.objectKey} />
      <p class="muted">
        In the order they were triggered{disorder ? '; marked where they arrived in another order' : ''}. Times are the
        gateway’s, without a zone.
        {view.family === 'transaction'
          ? ' A sale and the settlement of its batch are joined by merchant and batchrefnum.'
          : ''}
      </p>
      {renewingBelow === null ? null : (
        <p class="muted">Deliveries before #{renewingBelow} are still being linked: some may be missing here.</p>
      )}
      <ol class="steps">
        {steps.map(step => (
          <Step key={step.delivery.id} step={step} current={view.id} />
        ))}
      </ol>
    </section>
  )
}

/** What the app did with it. */
function Answer({ delivery: { lastAttempt } }: { delivery: DeliverySummary }) {
  if (lastAttempt === null) return <span class="muted">not sent</span>
  return (
    <span>
      <Badge tone={appTone(lastAttempt)} title={lastAttempt.target}>
        → {attemptText(lastAttempt)}
      </Badge>
    </span>
  )
}

/** Where the object stands, by the event that was triggered last, whenever it arrived. */
function State({ deliveries, objectKey }: { deliveries: readonly DeliverySummary[]; objectKey: string }) {
  const standing = standingOf(deliveries, objectKey)
  if (standing === null) return null
  const { word, by, batch } = standing
  return (
    <p>
      State: <strong>{word}</strong>
      <span class="muted"> since {printable(by.eventTriggered ?? '')}</span>
      {batch ? <span class="muted"> · its batch: {batch.summary}</span> : null}
    </p>
  )
}

function Step({ step: { delivery, late, missing }, current }: { step: RelatedStep; current: number }) {
  return (
    <>
      {missing.length > 0 ? (
        <li class="step step-gap">
          <span class="step-when muted">–</span>
          <span class="step-what words">
            <span>
              <AlertIcon /> Missing here: <span class="mono">{missing.join(' or ')}</span>
            </span>
            <span class="muted">It has not arrived, or was dropped.</span>
          </span>
        </li>
      ) : null}
      <li class={delivery.id === current ? 'step step-current' : 'step'}>
        <span class="step-when muted">{printable(delivery.eventTriggered ?? 'no time')}</span>
        <span class="step-what words">
          <span class="step-type">
            <FamilyDot family={delivery.family} />
            <span class="mono">{printable(delivery.eventType ?? 'no event type')}</span>
            <DeliveryLink delivery={delivery} current={current} />
            {delivery.retryOf === null ? null : (
              <Badge>
                {delivery.verdict === 'rejected' ? 'same event_id as' : 'retry of'} #{delivery.retryOf}
              </Badge>
            )}
            {late ? <Badge tone="warn">arrived after #{late.id}, though triggered before it</Badge> : null}
          </span>
          <span class="muted">{delivery.summary}</span>
          <Answer delivery={delivery} />
        </span>
        <VerdictMark verdict={delivery.verdict} reasons={delivery.reasons} iconOnly />
      </li>
    </>
  )
}

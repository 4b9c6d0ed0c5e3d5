import type { DeliverySummary } from '../../../core/delivery.ts'
import { standingOf } from '../../../core/standing.ts'
import { printable } from '../../../core/text.ts'
import type { DeliveryView } from '../../../server/inspector/types.ts'
import { AlertIcon, Badge, FamilyDot, VerdictMark } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { journeyChanges, loadJourney, loadTries, type RelatedEvents } from '../../models/detail.ts'
import { type JourneyStep, journeySteps } from '../../models/journey.ts'
import { hrefOf, setParams } from '../../models/route.ts'
import { exactTime } from '../../models/time.ts'
import { Problem } from './problem.tsx'
import { useLoaded } from './use-loaded.ts'

/** Every delivery of this event, and every event about its object or joined to it, in the order they were triggered. */
export function JourneyTab({ view }: { view: DeliveryView }) {
  const changes = journeyChanges.value
  const journey = useLoaded(() => loadJourney(view.id), [view.id, changes])
  const tries = useLoaded(
    () => (view.tries > 1 || view.retryOf !== null ? loadTries(view.id) : none()),
    [view.id, changes],
  )
  const problem = journey.problem ?? tries.problem
  return (
    <div class="tab-content">
      {problem ? <Problem problem={problem} /> : null}
      {tries.value && tries.value.length > 1 ? <Tries tries={tries.value} current={view.id} /> : null}
      {journey.value ? <Related {...journey.value} view={view} /> : <p class="muted after-a-moment">Loading…</p>}
    </div>
  )
}

const none = async (): Promise<readonly DeliverySummary[]> => []

function Tries({ tries, current }: { tries: readonly DeliverySummary[]; current: number }) {
  return (
    <section aria-label="Deliveries of this event">
      <h2>This event came {tries.length} times</h2>
      <ol class="steps">
        {tries.map((delivery, place) => (
          <li key={delivery.id} class={delivery.id === current ? 'step step-current' : 'step'}>
            <span class="step-when">{exactTime(delivery.receivedAt)}</span>
            <span class="step-what">
              <DeliveryLink delivery={delivery} current={current} />
              <span class="muted">
                {place === 0
                  ? 'first'
                  : delivery.notes.includes('retry-changed')
                    ? 'again, changed'
                    : 'again, identical'}
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

function DeliveryLink({ delivery, current }: { delivery: DeliverySummary; current: number }) {
  return delivery.id === current ? (
    <strong aria-current="true">#{delivery.id}, shown here</strong>
  ) : (
    <a href={hrefOf({ delivery: delivery.id })}>#{delivery.id}</a>
  )
}

function Related({ deliveries, renewingBelow, view }: RelatedEvents & { view: DeliveryView }) {
  if (view.objectKey === null) return <p>There is no object key in the body, so nothing links it to other events.</p>
  const steps = journeySteps(deliveries)
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

function Step({ step: { delivery, late, missing }, current }: { step: JourneyStep; current: number }) {
  return (
    <>
      {missing.length > 0 ? (
        <li class="step step-gap">
          <span class="step-when">–</span>
          <span class="step-what">
            <span>
              <AlertIcon /> Missing here: <span class="mono">{missing.join(' or ')}</span>
            </span>
            <span class="muted">It did not arrive, is still to come, or was dropped.</span>
          </span>
        </li>
      ) : null}
      <li class={delivery.id === current ? 'step step-current' : 'step'}>
        <span class="step-when">{printable(delivery.eventTriggered ?? 'no time')}</span>
        <span class="step-what">
          <span class="step-type">
            <FamilyDot family={delivery.family} />
            <span class="mono">{printable(delivery.eventType ?? 'no event type')}</span>
            <DeliveryLink delivery={delivery} current={current} />
            {delivery.retryOf === null ? null : <Badge>retry of #{delivery.retryOf}</Badge>}
            {late ? <Badge tone="warn">arrived after #{late.id}, though triggered before it</Badge> : null}
          </span>
          <span class="muted">{delivery.summary}</span>
        </span>
        <VerdictMark verdict={delivery.verdict} reasons={delivery.reasons} iconOnly />
      </li>
    </>
  )
}

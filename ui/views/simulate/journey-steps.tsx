import './journey-steps.css'
import { Dices } from 'lucide-preact'
import { useMemo } from 'preact/hooks'
import { findEvent } from '../../../core/catalogue.ts'
import { readEnvelope } from '../../../core/envelope.ts'
import { findJourney } from '../../../core/journeys.ts'
import { summarise } from '../../../core/summary.ts'
import { FamilyDot } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { changeBody, draft, rollSeed } from '../../models/simulate-draft.ts'
import { storyOf } from '../../models/simulate-library.ts'
import { LongText } from '../detail/long-text.tsx'

/** A journey's events in triggered order, each with what it says. */
export function JourneySteps({ name }: { name: string }) {
  const { seed } = draft.value
  const journey = findJourney(name)
  const events = useMemo(() => storyOf(name, seed), [name, seed])
  if (!journey) return <p class="muted">There is no journey of this name.</p>
  return (
    <div class="body-editor">
      <div class="body-tools">
        <p class="journey-what">{journey.what}</p>
        <Button
          small
          icon={<Dices size={14} aria-hidden="true" />}
          aria-keyshortcuts="n"
          title="New values, another seed (n)"
          onClick={() => changeBody({ seed: rollSeed() })}
        >
          New values
        </Button>
      </div>
      <ol class="story">
        {events.map((event, place) => {
          const envelope = readEnvelope(event)
          const type = envelope?.eventType ?? ''
          const entry = findEvent(type)
          return (
            <li key={`${place}`} class="story-step">
              <details>
                <summary>
                  <span class="story-line">
                    <FamilyDot family={entry?.family ?? null} />
                    <span class="clip">{type}</span>
                    <span class="muted story-when">{envelope?.eventTriggered}</span>
                    <span class="clip story-said">{envelope ? summarise(envelope, entry) : ''}</span>
                  </span>
                </summary>
                <LongText text={JSON.stringify(event, null, 2)} label={`${type} as JSON`} />
              </details>
            </li>
          )
        })}
      </ol>
    </div>
  )
}

import './journey-steps.css'
import { ChevronDown, ChevronRight, Dices, Undo2 } from 'lucide-preact'
import { findEvent } from '../../../core/catalogue.ts'
import { readEnvelope } from '../../../core/envelope.ts'
import { findJourney } from '../../../core/journeys.ts'
import { sampleFields } from '../../../core/samples.ts'
import { summarise } from '../../../core/summary.ts'
import { Badge, FamilyDot } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { route, setParams } from '../../models/route.ts'
import { type Changes, isChanged, noChanges } from '../../models/simulate-body.ts'
import { changeBody, draft, rollSeed } from '../../models/simulate-draft.ts'
import { changeStep, type Step, steps } from '../../models/simulate-library.ts'
import { LongText } from '../detail/long-text.tsx'
import { FieldForm } from './field-form.tsx'
import { Remarks } from './remarks.tsx'

const countOf = ({ set, unset }: Changes) => set.length + unset.length

/** A journey's events in triggered order, each with what it says and, when it is open, its fields. */
export function JourneySteps({ name }: { name: string }) {
  const { changes } = draft.value
  const open = route.value.params['step']
  if (!findJourney(name)) return <p class="muted">There is no scenario of this name.</p>
  const changed = [changes, ...steps.value.map(step => step.changes)].some(isChanged)
  return (
    <div class="body-editor">
      <div class="body-tools">
        <p class="journey-what muted">Open an event to change its fields.</p>
        {isChanged(changes) ? <Badge tone="accent">{countOf(changes)} changed in all</Badge> : null}
        {changed ? (
          <Button
            small
            variant="ghost"
            icon={<Undo2 size={13} aria-hidden="true" />}
            onClick={() => changeBody({ changes: noChanges, steps: {} })}
          >
            Take back
          </Button>
        ) : null}
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
        {steps.value.map(step => (
          <StepItem key={step.number} step={step} open={open === String(step.number)} />
        ))}
      </ol>
      <Remarks />
    </div>
  )
}

function StepItem({ step: { number, sample, changes, event }, open }: { step: Step; open: boolean }) {
  const envelope = readEnvelope(event)
  const type = envelope?.eventType ?? ''
  const entry = findEvent(type)
  const sampleType = findEvent(readEnvelope(sample)?.eventType ?? '')?.type
  return (
    <li class="story-step">
      <details
        open={open}
        onToggle={toggled => {
          const is = toggled.currentTarget.open
          if (is !== open) setParams({ step: is ? String(number) : null })
        }}
      >
        <summary>
          <span class="story-line">
            {open ? <ChevronDown size={14} aria-hidden="true" /> : <ChevronRight size={14} aria-hidden="true" />}
            <FamilyDot family={entry?.family ?? null} />
            <span class="clip">{type || 'no event type'}</span>
            {isChanged(changes) ? (
              <Badge tone="accent">{countOf(changes)} changed</Badge>
            ) : (
              <span class="muted story-when">{envelope?.eventTriggered}</span>
            )}
            <span class="clip story-said">{envelope ? summarise(envelope, entry) : ''}</span>
          </span>
        </summary>
        {open ? (
          <>
            <FieldForm
              sample={sample}
              changes={changes}
              event={event}
              known={sampleType === undefined ? [] : sampleFields(sampleType)}
              onChange={next => changeStep(number, next)}
            />
            <details class="story-json">
              <summary>As JSON</summary>
              <LongText text={JSON.stringify(event, null, 2)} label={`${type} as JSON`} />
            </details>
          </>
        ) : null}
      </details>
    </li>
  )
}

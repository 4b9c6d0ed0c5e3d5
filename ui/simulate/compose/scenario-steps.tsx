import { ChevronDown, ChevronRight } from 'lucide-preact'
import { findEvent } from '../../../core/events/catalogue.ts'
import { readEnvelope } from '../../../core/events/envelope.ts'
import { sampleFields } from '../../../core/events/generator/samples.ts'
import { findScenario } from '../../../core/events/generator/scenarios.ts'
import { summarise } from '../../../core/events/summary.ts'
import { route, setParams } from '../../app/route.ts'
import { Badge, FamilyDot } from '../../kit/badge.tsx'
import { LongText } from '../../kit/long-text.tsx'
import { draft } from './draft.ts'
import { NewValuesButton, ResetButton } from './draft-buttons.tsx'
import { FieldForm } from './field-form.tsx'
import { changeStep, type ScenarioStep, steps } from './library.ts'
import { Remarks } from './remarks.tsx'
import { type Changes, isChanged } from './sample-changes.ts'

const countOf = ({ set, unset }: Changes) => set.length + unset.length

/** A scenario's events in triggered order, each with what it says and, when it is open, its fields. */
export function ScenarioSteps({ name }: { name: string }) {
  const { changes } = draft.value
  const open = route.value.params['step']
  if (!findScenario(name)) return <p class="muted">There is no scenario of this name.</p>
  const changed = [changes, ...steps.value.map(step => step.changes)].some(isChanged)
  return (
    <div class="stack-close">
      <div class="row">
        <p class="scenario-what muted">Open an event to change its fields.</p>
        {isChanged(changes) ? <Badge tone="accent">{countOf(changes)} changed in every event</Badge> : null}
        {changed ? <ResetButton rest={{ steps: {} }} /> : null}
        <NewValuesButton />
      </div>
      <ol class="story boxed">
        {steps.value.map(step => (
          <StepItem key={step.number} step={step} open={open === String(step.number)} />
        ))}
      </ol>
      <Remarks />
    </div>
  )
}

function StepItem({ step: { number, sample, changes, event }, open }: { step: ScenarioStep; open: boolean }) {
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
          <span class="story-line fill">
            {open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
            <FamilyDot family={entry?.family ?? null} />
            <span class="clip">{type || 'no event type'}</span>
            {isChanged(changes) ? (
              <Badge tone="accent">{countOf(changes)} changed</Badge>
            ) : (
              <span class="muted story-when">{envelope?.eventTriggered}</span>
            )}
            <span class="clip story-said note">{envelope ? summarise(envelope, entry) : ''}</span>
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

import './body-editor.css'
import { Dices, Undo2 } from 'lucide-preact'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { route, setParams } from '../../models/route.ts'
import { isChanged, noChanges } from '../../models/simulate-body.ts'
import { changeBody, draft, editions, rollSeed } from '../../models/simulate-draft.ts'
import { edited, editText, knownFields, sampled, shownText } from '../../models/simulate-library.ts'
import { CodeEditor } from '../replay/code-editor.tsx'
import { FieldForm } from './field-form.tsx'
import { JourneySteps } from './journey-steps.tsx'
import { Remarks } from './remarks.tsx'

type Shape = 'form' | 'json'

/** The event as a form and as JSON, which always say the same; a journey as its steps. */
export function BodyEditor() {
  const { what, changes, text } = draft.value
  const shape: Shape = route.value.params['as'] === 'json' ? 'json' : 'form'
  if (what.kind === 'journey') return <JourneySteps name={what.name} />
  const count = changes.set.length + changes.unset.length
  const shown = text === null ? shape : 'json'
  return (
    <div class="body-editor">
      <div class="body-tools">
        <fieldset class="segments">
          <legend class="hidden-text">Shown as</legend>
          {(['form', 'json'] as const).map(one => (
            <label key={one}>
              <input
                type="radio"
                name="body-shape"
                checked={shown === one}
                disabled={one === 'form' && text !== null}
                onChange={() => setParams({ as: one === 'json' ? one : null })}
              />
              <span>{one === 'form' ? 'Form' : 'JSON'}</span>
            </label>
          ))}
        </fieldset>
        {text !== null ? <Badge tone="warn">sent as written</Badge> : null}
        {text === null && isChanged(changes) ? <Badge tone="accent">{count} changed</Badge> : null}
        <span class="grow" />
        {text !== null || isChanged(changes) ? (
          <Button
            small
            variant="ghost"
            icon={<Undo2 size={13} aria-hidden="true" />}
            onClick={() => changeBody({ changes: noChanges, text: null })}
          >
            Take back
          </Button>
        ) : null}
        {what.kind === 'event' ? (
          <Button
            small
            icon={<Dices size={14} aria-hidden="true" />}
            aria-keyshortcuts="n"
            title="New values, another seed (n)"
            onClick={() => changeBody({ seed: rollSeed() })}
          >
            New values
          </Button>
        ) : null}
      </div>
      {shown === 'form' ? (
        <FieldForm
          sample={sampled.value}
          changes={changes}
          event={edited.value}
          known={knownFields.value}
          onChange={next => changeBody({ changes: next })}
        />
      ) : (
        <>
          <CodeEditor key={editions.value} text={shownText.value} label="The event as JSON" onChange={editText} />
          {text === null ? null : (
            <p class="field-hint">
              The sample’s fields alone cannot say this, so these bytes are sent as they stand, each time the same:
              event_id included.
            </p>
          )}
        </>
      )}
      {text === null ? <Remarks /> : null}
    </div>
  )
}

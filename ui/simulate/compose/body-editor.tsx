import { route, setParams } from '../../app/route.ts'
import { Badge } from '../../kit/badge.tsx'
import { CodeEditor } from '../../kit/editor/code-editor.tsx'
import { Segments } from '../../kit/segments.tsx'
import { changeBody, draft, editions } from './draft.ts'
import { NewValuesButton, ResetButton } from './draft-buttons.tsx'
import { FieldForm } from './field-form.tsx'
import { editedEvent, editJson, knownFields, sampled, shownJson } from './library.ts'
import { Remarks } from './remarks.tsx'
import { isChanged } from './sample-changes.ts'
import { ScenarioSteps } from './scenario-steps.tsx'

const shapes = { form: 'Form', json: 'JSON' } as const
type Shape = keyof typeof shapes

/** The event as a form and as JSON, which always say the same; a scenario as its steps. */
export function BodyEditor() {
  const { what, changes, text } = draft.value
  const shape: Shape = route.value.params['as'] === 'json' ? 'json' : 'form'
  if (what.kind === 'journey') return <ScenarioSteps name={what.name} />
  const count = changes.set.length + changes.unset.length
  const shown = text === null ? shape : 'json'
  return (
    <div class="stack-close">
      <div class="row">
        <Segments
          label="Shown as"
          choices={shapes}
          value={shown}
          disabled={text === null ? [] : ['form']}
          onChange={one => setParams({ as: one === 'json' ? one : null })}
        />
        {text !== null ? <Badge tone="warn">sent as written</Badge> : null}
        {text === null && isChanged(changes) ? <Badge tone="accent">{count} changed</Badge> : null}
        <span class="grow" />
        {text !== null || isChanged(changes) ? <ResetButton rest={{ text: null }} /> : null}
        {what.kind === 'event' ? <NewValuesButton /> : null}
      </div>
      {shown === 'form' ? (
        <FieldForm
          sample={sampled.value}
          changes={changes}
          event={editedEvent.value}
          known={knownFields.value}
          onChange={next => changeBody({ changes: next })}
        />
      ) : (
        <>
          <CodeEditor key={editions.value} text={shownJson.value} label="The event as JSON" onChange={editJson} />
          {text === null ? null : (
            <p class="note">
              The form cannot express this change, so exactly this body is sent each time, with the same event_id.
            </p>
          )}
        </>
      )}
      {text === null ? <Remarks /> : null}
    </div>
  )
}

import { Eye, Send } from 'lucide-preact'
import { useState } from 'preact/hooks'
import { status } from '../../app/listener.ts'
import { whyNot } from '../../app/people.ts'
import { Problem } from '../../app/problem.tsx'
import { Button } from '../../kit/button.tsx'
import { Form } from '../../kit/form.tsx'
import { focusWrong, start, starting, startProblem } from '../run/runs.ts'
import { retriesText } from '../words.ts'
import { BodyEditor } from './body-editor.tsx'
import { asked, draft } from './draft.ts'
import { draftProblems } from './faults.ts'
import { FaultsForm } from './faults-form.tsx'
import { chosenTitle } from './library.ts'
import { PaceFields } from './pace.tsx'
import { PreviewDialog } from './preview-dialog.tsx'
import { RecipientFields } from './recipients.tsx'
import { WhatPicker } from './what-picker.tsx'

/** What is sent, to whom, how often, and with which faults. */
export function Composer() {
  const made = draft.value
  const problems = draftProblems.value
  const shown = asked.value ? problems : {}
  const isSeveral =
    made.count !== '1' ||
    made.what.kind === 'journey' ||
    (made.to === 'subscribed' && (status.value?.hooks.length ?? 0) > 1)
  const [preview, setPreview] = useState(false)
  const wrong = asked.value && Object.keys(problems).length > 0
  return (
    <Form class="composer" aria-label="New simulation" onSubmit={start}>
      <div class="composer-scroll scrolls">
        <section class="stack composer-part" aria-labelledby="composer-what">
          <h2 id="composer-what">Event</h2>
          <WhatPicker />
        </section>
        <section class="stack composer-part" aria-labelledby="composer-to">
          <h2 id="composer-to">Recipients</h2>
          <RecipientFields problems={shown} />
        </section>
        <section class="stack composer-part" aria-labelledby="composer-faults">
          <h2 id="composer-faults">Faults</h2>
          <FaultsForm />
        </section>
        <section class="stack composer-part" aria-labelledby="composer-how">
          <h2 id="composer-how">Volume and speed</h2>
          <PaceFields problems={shown} />
        </section>
        <section class="stack composer-part" aria-labelledby="composer-body">
          <h2 id="composer-body">Body</h2>
          <BodyEditor />
        </section>
      </div>
      <div class="row composer-foot">
        {startProblem.value ? <Problem problem={startProblem.value} /> : null}
        <p class="composer-said muted breaks" role="status">
          {wrong ? (
            <span class="composer-wrong">Not sent yet: {Object.values(problems)[0]}</span>
          ) : (
            <>
              {made.count === '1' ? '' : `${made.count} × `}
              <strong>{chosenTitle.value}</strong>, {retriesText(made, isSeveral)}
            </>
          )}
        </p>
        <Button
          icon={<Eye size={14} />}
          aria-keyshortcuts="v"
          title="Preview the signed request; nothing is sent (v)"
          id="simulate-preview"
          refused={whyNot('POST /api/simulations/preview')}
          onClick={() => {
            asked.value = true
            if (Object.keys(problems).length === 0) setPreview(true)
            else focusWrong()
          }}
        >
          Preview
        </Button>
        <Button
          type="submit"
          variant="primary"
          pending={starting.value}
          refused={whyNot('POST /api/simulations')}
          aria-keyshortcuts="Control+Enter"
          title="Send (Ctrl+Enter)"
          icon={<Send size={14} />}
        >
          Send
        </Button>
      </div>
      {preview ? <PreviewDialog made={made} onClose={() => setPreview(false)} /> : null}
    </Form>
  )
}

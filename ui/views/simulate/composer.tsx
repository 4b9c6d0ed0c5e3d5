import '../../styles/composer.css'
import { Eye, Send } from 'lucide-preact'
import { useState } from 'preact/hooks'
import { Button } from '../../components/button.tsx'
import { asked, draft } from '../../models/simulate-draft.ts'
import { draftProblems } from '../../models/simulate-faults.ts'
import { chosenTitle } from '../../models/simulate-library.ts'
import { focusWrong, start, starting, startProblem } from '../../models/simulate-runs.ts'
import { retriesText } from '../../models/simulate-words.ts'
import { Problem } from '../detail/problem.tsx'
import { BodyEditor } from './body-editor.tsx'
import { Pace } from './pace.tsx'
import { PreviewDialog } from './preview-dialog.tsx'
import { Recipients } from './recipients.tsx'
import { WeatherForm } from './weather-form.tsx'
import { WhatPicker } from './what-picker.tsx'

/** What is sent, to whom, how often, and with which faults. */
export function Composer() {
  const made = draft.value
  const problems = draftProblems.value
  const shown = asked.value ? problems : {}
  const [preview, setPreview] = useState(false)
  const wrong = asked.value && Object.keys(problems).length > 0
  return (
    <form
      class="composer"
      aria-label="New simulation"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        void start()
      }}
    >
      <div class="composer-scroll">
        <section class="composer-part" aria-labelledby="composer-what">
          <h2 id="composer-what">What the gateway sends</h2>
          <WhatPicker />
          <BodyEditor />
        </section>
        <section class="composer-part" aria-labelledby="composer-to">
          <h2 id="composer-to">To whom</h2>
          <Recipients problems={shown} />
        </section>
        <section class="composer-part" aria-labelledby="composer-how">
          <h2 id="composer-how">How often, how fast</h2>
          <Pace problems={shown} />
        </section>
        <section class="composer-part" aria-labelledby="composer-weather">
          <h2 id="composer-weather">Faults on the way</h2>
          <WeatherForm />
        </section>
      </div>
      <div class="composer-foot">
        {startProblem.value ? <Problem problem={startProblem.value} /> : null}
        <p class="composer-said muted" role="status">
          {wrong ? (
            <span class="composer-wrong">Not sent yet: {Object.values(problems)[0]}</span>
          ) : (
            <>
              {made.count === '1' ? '' : `${made.count} × `}
              <strong>{chosenTitle.value}</strong>, {retriesText(made)}
            </>
          )}
        </p>
        <Button
          icon={<Eye size={14} aria-hidden="true" />}
          aria-keyshortcuts="v"
          title="The signed request, before anything is sent (v)"
          id="simulate-preview"
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
          aria-keyshortcuts="Control+Enter"
          title="Send (Ctrl+Enter)"
          icon={<Send size={14} aria-hidden="true" />}
        >
          Send
        </Button>
      </div>
      {preview ? <PreviewDialog made={made} onClose={() => setPreview(false)} /> : null}
    </form>
  )
}

import { ChevronDown, Download, PencilLine, RotateCw, Square, Trash2 } from 'lucide-preact'
import { useState } from 'preact/hooks'
import { notExamined } from '../../../core/check-run.ts'
import { nameOf } from '../../../core/finding-title.ts'
import { probes } from '../../../core/probes.ts'
import { AlertIcon, Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Menu } from '../../components/menu.tsx'
import {
  type OpenCheck,
  removeCheck,
  reportHref,
  startingCheck,
  startRefused,
  stopCheck,
} from '../../models/readiness.ts'
import { checkAgain, fillForm } from '../../models/readiness-again.ts'
import { isHere } from '../../models/readiness-draft.ts'
import { shownScore, verdictOf } from '../../models/readiness-words.ts'
import { status } from '../../models/session.ts'
import { countText, duration, exactTime, now, relativeTime } from '../../models/time.ts'
import { Problem } from '../detail/problem.tsx'
import { CompareMenu } from './compared.tsx'
import { Score } from './score.tsx'
import './report-head.css'

/** What a check comes to, of which endpoint, and what can be done with it. */
export function ReportHead({ open }: { open: OpenCheck }) {
  const { run, report } = open
  const verdict = verdictOf(run)
  const hook = status.value?.hooks.find(({ id }) => id === run.hook)
  const took = run.endedAt === null ? null : Date.parse(run.endedAt) - Date.parse(run.startedAt)
  return (
    <header class="report-head">
      <Score score={shownScore(run)} tone={verdict.tone} />
      <div class="report-said">
        <h2 class={`said-${verdict.tone}`}>{verdict.text}</h2>
        <p class="report-target">
          <code class="clip" title={run.target}>
            {run.target}
          </code>
          {run.of < probes.length ? (
            <Badge>
              {run.of} of {probes.length} questions
            </Badge>
          ) : null}
        </p>
        <p class="muted report-facts">
          <span class="mono">#{run.id}</span>
          <time dateTime={run.startedAt} title={exactTime(run.startedAt)}>
            {relativeTime(run.startedAt, now.value)}
          </time>
          {took === null ? null : <span>took {duration(took)}</span>}
          <span>{countText(report.requests)} requests</span>
          {hook ? <span>keys of “{hook.label}”</span> : null}
          <span class="report-mark">
            mark <code>{report.mark}</code>
            <CopyButton iconOnly small text={report.mark} label="Copy the mark that every event bears" />
          </span>
        </p>
      </div>
      <Actions open={open} />
      {run.problem ? (
        <div class="notice notice-bad report-wide" role="alert">
          <AlertIcon />
          <div>
            <p>{run.problem.message}</p>
            <p class="muted">{run.problem.hint}</p>
          </div>
        </div>
      ) : null}
      {startRefused.value ? (
        <div class="report-wide">
          <Problem problem={startRefused.value} />
        </div>
      ) : null}
      {run.state === 'running' ? <Progress open={open} /> : null}
      {run.ready && run.of === probes.length ? <LeftOpen open={open} /> : null}
    </header>
  )
}

/** What a good report does not say. */
function LeftOpen({ open: { run, report } }: { open: OpenCheck }) {
  const left = notExamined(report)
  if (left.length === 0) return null
  return (
    <div class="notice report-wide">
      <div>
        {left.map(what => (
          <p key={what}>Not examined: {what}</p>
        ))}
        {isHere(run.target) ? <p>Check it once more at its public https URL before it goes live.</p> : null}
      </div>
    </div>
  )
}

function Progress({ open: { run } }: { open: OpenCheck }) {
  return (
    <div class="report-wide report-progress">
      <progress max={run.of} value={run.asked} aria-label="Questions asked" />
      <p>
        <strong>
          {run.asked} of {run.of}
        </strong>{' '}
        <span class="muted">{run.current === null ? '' : nameOf(run.current)}</span>
      </p>
    </div>
  )
}

const icon = { size: 14, 'aria-hidden': true } as const

const fileTypes = { html: 'html', json: 'json', junit: 'xml' } as const

/** Saves a report as a file. */
function download(id: number, format: keyof typeof fileTypes): void {
  const link = document.createElement('a')
  link.href = reportHref(id, format)
  // A named download is what the router leaves to the browser.
  link.download = `hookscope-check-${id}.${fileTypes[format]}`
  link.click()
}

function Actions({ open }: { open: OpenCheck }) {
  const { run } = open
  const [removing, setRemoving] = useState(false)
  return (
    <div class="report-actions" role="toolbar" aria-label="This check">
      {run.state === 'running' ? (
        <Button
          variant="danger"
          icon={<Square {...icon} />}
          aria-keyshortcuts="x"
          title="Stop; what was found stays (x)"
          onClick={() => stopCheck(run.id)}
        >
          Stop
        </Button>
      ) : (
        <Button
          variant="primary"
          icon={<RotateCw {...icon} />}
          aria-keyshortcuts="r"
          title="Ask the same again (r)"
          pending={startingCheck.value}
          onClick={() => checkAgain(open)}
        >
          Check again
        </Button>
      )}
      <CompareMenu run={run} />
      <Menu
        label="Export the report"
        items={[
          { label: 'HTML, to print or send', onSelect: () => download(run.id, 'html') },
          { label: 'JSON', onSelect: () => download(run.id, 'json') },
          { label: 'JUnit, for CI', onSelect: () => download(run.id, 'junit') },
        ]}
        icon={<Download {...icon} />}
      >
        Export <ChevronDown size={13} aria-hidden="true" />
      </Menu>
      {run.state === 'running' ? null : (
        <>
          <Button icon={<PencilLine {...icon} />} title="Fill the form with this check" onClick={() => fillForm(open)}>
            Change
          </Button>
          <Button variant="ghost" icon={<Trash2 {...icon} />} onClick={() => setRemoving(true)}>
            Delete
          </Button>
        </>
      )}
      <Dialog
        open={removing}
        title={`Delete check #${run.id}?`}
        onClose={() => setRemoving(false)}
        footer={
          <>
            <Button autofocus onClick={() => setRemoving(false)}>
              Keep it
            </Button>
            <Button variant="danger" onClick={() => removeCheck(run.id)}>
              Delete
            </Button>
          </>
        }
      >
        <p>Its report goes for good. Export it first if you want to keep it.</p>
      </Dialog>
    </div>
  )
}

import { ChevronDown, Download, PencilLine, RotateCw, Square, Trash2 } from 'lucide-preact'
import { useState } from 'preact/hooks'
import { scoreText } from '../../../core/check/check-words.ts'
import { nameOf } from '../../../core/check/finding-title.ts'
import { openCountsText, openTexts } from '../../../core/check/not-examined.ts'
import { probes } from '../../../core/check/probes.ts'
import { tookText } from '../../../core/text/duration.ts'
import { status } from '../../app/listener.ts'
import { whyNot } from '../../app/people.ts'
import { Problem } from '../../app/problem.tsx'
import { saveFile } from '../../app/save-file.ts'
import { AlertIcon, Badge } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { Confirmation } from '../../kit/confirmation.tsx'
import { CopyButton } from '../../kit/copy-button.tsx'
import { countText } from '../../kit/count.ts'
import { Menu } from '../../kit/menu.tsx'
import { exactTime, now, relativeTime } from '../../kit/time.ts'
import { checkAgain, fillForm } from '../again.ts'
import { type OpenCheck, removeCheck, reportHref, startingCheck, startRefused, stopCheck } from '../checks.ts'
import { verdictShown } from '../words.ts'
import { CompareMenu } from './compared.tsx'
import { Score } from './score.tsx'

/** What a check comes to, of which endpoint, and what can be done with it. */
export function ReportHead({ open }: { open: OpenCheck }) {
  const { run, report } = open
  const verdict = verdictShown(run)
  const hook = status.value?.hooks.find(({ id }) => id === run.hook)
  const took = run.endedAt === null ? null : Date.parse(run.endedAt) - Date.parse(run.startedAt)
  return (
    <header class="report-head">
      <Score run={run} tone={verdict.tone} />
      <div class="report-said words">
        <h2 class={`said tone-${verdict.tone}`}>{verdict.text}</h2>
        <p class="line report-target">
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
          {took === null ? null : <span>took {tookText(took)}</span>}
          <span>{countText(report.requests)} requests</span>
          {hook ? <span>keys of “{hook.label}”</span> : null}
          <span class="report-mark">
            mark <code>{report.mark}</code>
            <CopyButton iconOnly small text={report.mark} label="Copy the mark that every event carries" />
          </span>
        </p>
      </div>
      <Actions open={open} />
      {run.problem ? (
        <div class="notice tone-bad report-wide" role="alert">
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
      {run.state === 'running' ? null : <LeftOpen open={open} />}
    </header>
  )
}

/** What none of the findings says. */
function LeftOpen({ open: { report } }: { open: OpenCheck }) {
  const counts = openCountsText(report)
  if (counts === null) return null
  return (
    <div class="notice report-wide">
      <div>
        <p>
          <strong>
            {scoreText(report)}; {counts}
          </strong>
        </p>
        {openTexts(report).map(text => (
          <p key={text}>{text}</p>
        ))}
      </div>
    </div>
  )
}

function Progress({ open: { run } }: { open: OpenCheck }) {
  return (
    <div class="report-wide report-progress">
      <progress max={run.of} value={run.asked} aria-label="Probes run" />
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

const save = (id: number, format: keyof typeof fileTypes) =>
  saveFile(reportHref(id, format), `hookscope-check-${id}.${fileTypes[format]}`)

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
          title="Stop, and keep the findings so far (x)"
          refused={whyNot('DELETE /api/checks/:id')}
          onClick={() => stopCheck(run.id)}
        >
          Stop
        </Button>
      ) : (
        <Button
          variant="primary"
          icon={<RotateCw {...icon} />}
          aria-keyshortcuts="r"
          title="Run the same check again (r)"
          refused={whyNot('POST /api/checks')}
          pending={startingCheck.value}
          onClick={() => checkAgain(open)}
        >
          Check again
        </Button>
      )}
      <CompareMenu run={run} />
      <Menu
        label="Export the report"
        refused={whyNot('GET /api/checks/:id/report')}
        items={[
          { label: 'HTML, to print or send', onSelect: () => save(run.id, 'html') },
          { label: 'JSON', onSelect: () => save(run.id, 'json') },
          { label: 'JUnit, for CI', onSelect: () => save(run.id, 'junit') },
        ]}
        icon={<Download {...icon} />}
      >
        Export <ChevronDown size={13} />
      </Menu>
      {run.state === 'running' ? null : (
        <>
          <Button
            icon={<PencilLine {...icon} />}
            title="Fill the form with this check"
            refused={whyNot('POST /api/checks')}
            onClick={() => fillForm(open)}
          >
            Change
          </Button>
          <Button
            variant="ghost"
            refused={whyNot('DELETE /api/checks/:id')}
            icon={<Trash2 {...icon} />}
            onClick={() => setRemoving(true)}
          >
            Delete
          </Button>
        </>
      )}
      <Confirmation
        open={removing}
        title={`Delete check #${run.id}?`}
        keep="Cancel"
        act="Delete"
        onKeep={() => setRemoving(false)}
        onAct={() => removeCheck(run.id)}
      >
        <p>Its report is deleted for good. Export it first if you want to keep it.</p>
      </Confirmation>
    </div>
  )
}

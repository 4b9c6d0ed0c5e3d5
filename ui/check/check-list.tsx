import { GitCompareArrows } from 'lucide-preact'
import { useState } from 'preact/hooks'
import type { CheckRun } from '../../core/check/check-run.ts'
import { probeGroups } from '../../core/check/finding.ts'
import { probes } from '../../core/check/probes.ts'
import { catalogue } from '../../core/events/catalogue.ts'
import { Problem } from '../app/problem.tsx'
import { Badge } from '../kit/badge.tsx'
import { exactTime, now, relativeTime } from '../kit/time.ts'
import { checkHref } from './checks.ts'
import { checks, checksProblem } from './past-checks.ts'
import { Score } from './report/score.tsx'
import { countsText, verdictShown } from './words.ts'

/** All checks so far, two of which can be compared. */
export function CheckList() {
  const runs = checks.value
  const [picked, setPicked] = useState<readonly number[]>([])
  if (checksProblem.value && runs === null) return <Problem problem={checksProblem.value} />
  if (runs === null) return <p class="muted after-a-moment simulate-wait">Loading…</p>
  if (runs.length === 0) return <NothingYet />
  const both = picked.filter(id => runs.some(run => run.id === id)).toSorted((one, other) => one - other)
  const [before, after] = both
  return (
    <section class="run-lists" aria-labelledby="checks-title">
      <div class="row">
        <h2 id="checks-title">Checks</h2>
        <span class="grow" />
        {before !== undefined && after !== undefined ? (
          <a class="button button-small" href={checkHref(after, { with: String(before), show: 'changed' })}>
            <GitCompareArrows size={14} /> Compare #{before} with #{after}
          </a>
        ) : runs.length > 1 ? (
          <span class="muted check-hint">Select two to compare them.</span>
        ) : null}
      </div>
      <ul class="card past">
        {runs.map(run => (
          <Past
            key={run.id}
            run={run}
            picked={picked.includes(run.id)}
            onPick={on => setPicked(on ? [...picked, run.id].slice(-2) : picked.filter(id => id !== run.id))}
          />
        ))}
      </ul>
    </section>
  )
}

function Past({ run, picked, onPick }: { run: CheckRun; picked: boolean; onPick: (on: boolean) => void }) {
  const verdict = verdictShown(run)
  return (
    <li class="past-check">
      <input
        type="checkbox"
        aria-label={`Compare #${run.id}`}
        checked={picked}
        disabled={run.state === 'running'}
        onChange={event => onPick(event.currentTarget.checked)}
      />
      <a class="check-line" href={checkHref(run.id)}>
        <Score small run={run} tone={verdict.tone} />
        <span class="past-what words">
          <span>
            <span class="mono muted">#{run.id}</span>{' '}
            <strong class={`said tone-${verdict.tone}`}>{verdict.text}</strong>
          </span>
          <span class="muted clip">
            <span class="mono">{run.target}</span> · {countsText(run.counts)}
          </span>
        </span>
        {run.state === 'running' ? (
          <Badge tone="accent">
            {run.asked} of {run.of}
          </Badge>
        ) : run.of < probes.length ? (
          <Badge title="Only some probes ran">
            {run.of} of {probes.length}
          </Badge>
        ) : null}
        <time class="muted past-when" dateTime={run.startedAt} title={exactTime(run.startedAt)}>
          {relativeTime(run.startedAt, now.value)}
        </time>
      </a>
    </li>
  )
}

const groupPromises: Readonly<Record<keyof typeof probeGroups, string>> = {
  wire: 'name, certificate, TLS, redirects, what its responses reveal',
  takes: `all ${catalogue.length} events, both spellings, missing and unknown fields, every script`,
  refuses: 'forged events, from one without a signature to one with a changed byte',
  survives: 'the same event twice, twenty times at once, late, in reverse',
  fast: 'alone, at 20 connections, 500 in a burst, beside the 45 s limit',
  sturdy: 'broken JSON, an empty body, 10,000 brackets, half a body',
}

function NothingYet() {
  return (
    <div class="workbench-empty check-empty">
      <h2>Ready to go live?</h2>
      <p>
        hookscope sends your endpoint {probes.length} probes, as the gateway and as an attacker would, and says what
        would go wrong, why it matters, and how to fix it.
      </p>
      <dl>
        {(Object.keys(groupPromises) as (keyof typeof probeGroups)[]).map(group => (
          <div key={group}>
            <dt>{probeGroups[group]}</dt>
            <dd class="muted">{groupPromises[group]}</dd>
          </div>
        ))}
      </dl>
      <p class="muted">
        Enter its URL, choose the hook whose keys it uses, and press Check. On this machine it takes a few seconds.
      </p>
    </div>
  )
}

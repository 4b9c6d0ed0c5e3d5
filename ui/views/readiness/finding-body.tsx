import { RotateCw } from 'lucide-preact'
import type { CheckReport, Finding } from '../../../core/finding.ts'
import { shownFramework } from '../../../core/framework-of.ts'
import type { ProbeEntry, ProbeId } from '../../../core/probes.ts'
import { findFramework, frameworkName, frameworks, type RemedyName, remedyFor } from '../../../core/remedies.ts'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { type OpenCheck, startingCheck } from '../../models/readiness.ts'
import { checkAgain } from '../../models/readiness-again.ts'
import { chooseFramework, chosenFramework } from '../../models/readiness-framework.ts'
import { measureText, outcomeNames } from '../../models/readiness-words.ts'
import { status } from '../../models/session.ts'
import { scrollable } from '../detail/scrollable.ts'
import { ExchangeCard } from './exchange-card.tsx'
import './finding-body.css'

interface FindingBodyProps {
  probe: ProbeEntry & { readonly id: ProbeId }
  finding: Finding
  open: OpenCheck
}

/** A finding in full: what came back, why it matters, how to mend it, and the requests that show it. */
export function FindingBody({ probe, finding, open }: FindingBodyProps) {
  const measures = Object.entries(finding.measures)
  const red = finding.outcome === 'fail' || finding.outcome === 'warn'
  return (
    <div class="finding-body">
      <div class="finding-why">
        <section>
          <h3>What came back</h3>
          <p>{finding.sentence}</p>
          {measures.length > 0 ? (
            <dl class="measures">
              {measures.map(([name, value]) => {
                const words = measureText(name, value)
                return (
                  <div key={name}>
                    <dt>{words.name}</dt>
                    <dd>{words.value}</dd>
                  </div>
                )
              })}
            </dl>
          ) : null}
        </section>
        <section>
          <h3>Why it matters</h3>
          <p>{probe.why}</p>
        </section>
        <section>
          <h3>{red ? 'How to mend it' : 'What it takes'}</h3>
          <p>{finding.advice ?? probe.fix}</p>
          {probe.remedy && finding.advice === undefined ? <Code report={open.report} remedy={probe.remedy} /> : null}
        </section>
        <div class="body-tools">
          <Button
            small
            icon={<RotateCw size={14} aria-hidden="true" />}
            pending={startingCheck.value}
            disabled={status.value?.check != null}
            onClick={() => checkAgain(open, probe.id)}
          >
            Ask this again
          </Button>
          <code class="muted">{probe.id}</code>
        </div>
      </div>
      <section class="finding-exchanges" aria-label="What was sent, and what came back">
        <h3>
          {finding.exchanges.length === 0
            ? 'No request shows it'
            : finding.exchanges.length === 1
              ? 'The request that shows it'
              : `${finding.exchanges.length} requests that show it`}
        </h3>
        {finding.exchanges.length === 0 ? (
          <p class="muted">
            {finding.outcome === 'skipped' || finding.outcome === 'unknown'
              ? 'Nothing was sent for this question.'
              : `It was ${outcomeNames[finding.outcome].toLowerCase()} without one: by name, address, connection, or all answers together.`}
          </p>
        ) : null}
        <ul class="exchanges">
          {finding.exchanges.map((exchange, place) => (
            <ExchangeCard key={`${place} ${exchange.what}`} exchange={exchange} startsOpen={place === 0} />
          ))}
        </ul>
      </section>
    </div>
  )
}

/** A few lines of code, in the stack of the reader's choice, or the one that the endpoint shows. */
function Code({ report, remedy }: { report: CheckReport; remedy: RemedyName }) {
  const shown = shownFramework(report)
  const framework = chosenFramework.value ?? shown.name
  const code = remedyFor(remedy, framework)
  const reason = chosenFramework.value === null ? shown.reason : null
  return (
    <div class="fix-code">
      <div class="fix-head">
        <select
          class="input fix-framework"
          aria-label="Framework"
          value={framework}
          onChange={event => chooseFramework(findFramework(event.currentTarget.value) ?? framework)}
        >
          {frameworks.map(name => (
            <option key={name} value={name}>
              {frameworkName(name)}
            </option>
          ))}
        </select>
        <span class="muted fix-reason">{reason}</span>
        <CopyButton iconOnly small text={code} label="Copy the code" />
      </div>
      <pre class="mono fix-lines" {...scrollable}>
        {code}
      </pre>
    </div>
  )
}

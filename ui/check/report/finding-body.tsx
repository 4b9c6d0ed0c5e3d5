import { RotateCw } from 'lucide-preact'
import { measureText } from '../../../core/check/check-words.ts'
import type { CheckReport, Finding } from '../../../core/check/finding.ts'
import { shownFramework } from '../../../core/check/framework-of.ts'
import { standingWords } from '../../../core/check/not-examined.ts'
import type { ProbeEntry, ProbeId } from '../../../core/check/probes.ts'
import { findFramework, frameworkName, frameworks, type RemedyName, remedyFor } from '../../../core/check/remedies.ts'
import { status } from '../../app/listener.ts'
import { Button } from '../../kit/button.tsx'
import { CopyButton } from '../../kit/copy-button.tsx'
import { scrollable } from '../../kit/scrollable.ts'
import { checkAgain } from '../again.ts'
import { type OpenCheck, startingCheck } from '../checks.ts'
import { ExchangeCard } from './exchange-card.tsx'
import { chooseFramework, chosenFramework } from './framework.ts'

interface FindingBodyProps {
  probe: ProbeEntry & { readonly id: ProbeId }
  finding: Finding
  open: OpenCheck
}

/** A finding in full: what came back, why it matters, how to fix it, and the requests behind this. */
export function FindingBody({ probe, finding, open }: FindingBodyProps) {
  const measures = Object.entries(finding.measures)
  const red = finding.outcome === 'fail' || finding.outcome === 'warn'
  return (
    <div class="finding-body">
      <div class="finding-why">
        <section>
          <h3>Result</h3>
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
          <h3>{red ? 'How to fix it' : 'What it requires'}</h3>
          <p>{finding.advice ?? probe.fix}</p>
          {probe.remedy && finding.advice === undefined ? <Code report={open.report} remedy={probe.remedy} /> : null}
        </section>
        <div class="row">
          <Button
            small
            icon={<RotateCw size={14} />}
            pending={startingCheck.value}
            disabled={status.value?.check != null}
            onClick={() => checkAgain(open, probe.id)}
          >
            Run this probe again
          </Button>
          <code class="muted">{probe.id}</code>
        </div>
      </div>
      <section class="finding-exchanges" aria-label="Requests and responses">
        <h3>
          {finding.exchanges.length === 0
            ? 'No request to show'
            : finding.exchanges.length === 1
              ? 'The request behind this'
              : `${finding.exchanges.length} requests behind this`}
        </h3>
        {finding.exchanges.length === 0 ? (
          <p class="muted">
            {finding.outcome === 'skipped' || finding.outcome === 'unknown'
              ? 'This probe sent nothing.'
              : `It was ${standingWords[finding.outcome]} without a single request: by name, address, connection, or all responses together.`}
          </p>
        ) : null}
        <ul class="card exchanges">
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
    <div class="card fix-code">
      <div class="line fix-head">
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

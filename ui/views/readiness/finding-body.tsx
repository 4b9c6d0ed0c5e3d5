import { RotateCw } from 'lucide-preact'
import type { Finding } from '../../../core/finding.ts'
import type { ProbeEntry, ProbeId } from '../../../core/probes.ts'
import { type Framework, frameworks, remedies } from '../../../core/remedies.ts'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { TabPanel, Tabs } from '../../components/tabs.tsx'
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
          {probe.remedy && finding.advice === undefined ? <Code name={probe.id} remedy={probe.remedy} /> : null}
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

/** A few lines of code, in the framework of the reader's choice. */
function Code({ name, remedy }: { name: string; remedy: keyof typeof remedies }) {
  const framework = chosenFramework.value
  const code = remedies[remedy][framework]
  return (
    <div class="fix-code">
      <div class="fix-tabs">
        <Tabs
          label="Framework"
          name={`fix-${name}`}
          tabs={Object.entries(frameworks).map(([id, label]) => ({ id, label }))}
          active={framework}
          onChange={id => chooseFramework(id as Framework)}
        />
        <CopyButton iconOnly small text={code} label="Copy the code" />
      </div>
      <TabPanel name={`fix-${name}`} active={framework}>
        <pre class="mono fix-lines" {...scrollable}>
          {code}
        </pre>
      </TabPanel>
    </div>
  )
}

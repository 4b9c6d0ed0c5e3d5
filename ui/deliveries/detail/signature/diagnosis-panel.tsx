import { CircleHelp, SearchCheck } from 'lucide-preact'
import type { Parting, PartingText, SignatureDiagnosis } from '../../../../core/deliveries/diagnosis.ts'
import type { DeliveryDetail } from '../../../../server/api/types.ts'
import { countText } from '../../../kit/count.ts'
import { scrollable } from '../../../kit/scrollable.ts'
import { partsOf, signedText, signerText } from './diagnosis.ts'

/** Why the signature is wrong, and what to do: the first thing to read. */
export function DiagnosisPanel({ view, diagnosis }: { view: DeliveryDetail; diagnosis: SignatureDiagnosis }) {
  if (diagnosis.kind === 'unknown') {
    return (
      <section class="diagnosis diagnosis-unknown" aria-label="Diagnosis">
        <h2>
          <CircleHelp size={16} />
          No known cause
        </h2>
        <p>{diagnosis.sentence}</p>
      </section>
    )
  }
  if (diagnosis.kind === 'other-gateway') {
    return (
      <section class="diagnosis diagnosis-found" aria-label="Diagnosis">
        <h2>
          <SearchCheck size={16} />
          Another gateway
        </h2>
        <p>{diagnosis.sentence}</p>
      </section>
    )
  }
  const { cause, remedies } = partsOf(diagnosis)
  return (
    <section class="diagnosis diagnosis-found" aria-label="Diagnosis">
      <h2>
        <SearchCheck size={16} />
        Why it is wrong
      </h2>
      <p class="diagnosis-cause">{cause}</p>
      {remedies.map(remedy => (
        <p key={remedy}>{remedy}</p>
      ))}
      <dl class="diagnosis-facts">
        <dt>Signed with</dt>
        <dd>{signerText(diagnosis, view.hook)}</dd>
        <dt>Signed bytes</dt>
        <dd>{signedText(diagnosis, view.signature.signedBytes)}</dd>
        <dt>Code</dt>
        <dd class="mono">{diagnosis.causes.join(', ')}</dd>
      </dl>
      {diagnosis.parting === null ? null : <PartingView parting={diagnosis.parting} />}
    </section>
  )
}

/** The two bodies where they part, one above the other. */
function PartingView({ parting }: { parting: Parting }) {
  const { offset, received, signed } = parting
  const width = Math.max(received.before.length, signed.before.length)
  return (
    <figure class="parting">
      <figcaption>The first byte that differs is number {countText(offset + 1)}.</figcaption>
      <section aria-label="Both bodies where they differ" {...scrollable}>
        <pre>
          <Side name="received" text={received} width={width} />
          {'\n'}
          <Side name="signed  " text={signed} width={width} />
        </pre>
      </section>
    </figure>
  )
}

function Side({ name, text, width }: { name: string; text: PartingText; width: number }) {
  // An escape such as \n is one character of the body.
  const first = /^(?:\\(?:[nrt]|u\{[\da-f]+\})|.)/su.exec(text.after)?.[0] ?? ''
  return (
    <>
      <span class="parting-name">{name} </span>
      {text.before.padStart(width)}
      {first === '' ? <mark class="parting-end">end of the body</mark> : <mark>{first}</mark>}
      {text.after.slice(first.length)}
    </>
  )
}

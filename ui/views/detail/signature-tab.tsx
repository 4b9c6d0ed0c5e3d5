import { type Rejection, rejections } from '../../../core/delivery.ts'
import { printable } from '../../../core/text.ts'
import type { SignatureReport } from '../../../core/verification.ts'
import type { DeliveryView } from '../../../server/inspector/types.ts'
import { Badge } from '../../components/badge.tsx'
import { type AlignedCell, align, differenceHint } from '../../models/align.ts'
import { maskedBytes, revealed, type ShownBody, toggleRevealed } from '../../models/detail.ts'
import { hexRows } from '../../models/hex-dump.ts'
import { countText } from '../../models/time.ts'
import { keyNames } from '../../models/verdict-lines.ts'
import { DiagnosisPanel } from './diagnosis-panel.tsx'
import { Reveal } from './headers-tab.tsx'
import { scrollable } from './scrollable.ts'

/** How the signature was checked: with which key, over which bytes, where it parts from what was expected, what to do. */
export function SignatureTab({ view, body }: { view: DeliveryView; body: ShownBody }) {
  const { signature } = view
  return (
    <div class="tab-content signature-tab">
      {view.diagnosis === null ? null : <DiagnosisPanel view={view} diagnosis={view.diagnosis} />}
      {signature.keys.length === 0 ? <NoKey received={signature.received} /> : null}
      {signature.keys.map(key => (
        <KeyCheck key={`${key.kind}${key.masked}`} keyReport={key} received={signature.received} />
      ))}
      <ToDo view={view} />
      <section aria-label="What was signed">
        <h2>What was signed</h2>
        <p>
          The {countText(signature.signedBytes)} bytes of the body exactly as they came, before any parsing
          {body.decoded ? ' and before they were decompressed' : ''}; HMAC-SHA256, written as lower-case hexadecimal.
        </p>
        <Beginning bytes={revealed.value.cards ? body.bytes : maskedBytes(body)} />
      </section>
    </div>
  )
}

function NoKey({ received }: { received: readonly string[] }) {
  return (
    <section aria-label="Signature check">
      <h2>Not checked</h2>
      <p>
        hookscope knows no key for this hook
        {received.length > 0 ? ', so the signature that came could not be compared.' : ', and no signature came.'}
      </p>
    </section>
  )
}

type KeyReport = SignatureReport['keys'][number]

function KeyCheck({ keyReport, received }: { keyReport: KeyReport; received: readonly string[] }) {
  const came = received[0] ?? null
  const compared = came === null ? null : align(keyReport.expected, came)
  const place = compared?.firstDifference ?? null
  const visible = revealed.value.signature
  return (
    <section aria-label={`Check with the ${keyNames[keyReport.kind]}`}>
      <div class="section-head">
        <h2>
          With the {keyNames[keyReport.kind]} <span class="mono muted">{keyReport.masked}</span>
        </h2>
        <Badge tone={keyReport.matches ? 'ok' : 'bad'}>{keyReport.matches ? 'Fits' : 'Does not fit'}</Badge>
        <Reveal what="signatures" shown={visible} onPress={() => toggleRevealed('signature')} />
      </div>
      {came === null ? <p>No X-Signature header came.</p> : null}
      {received.length > 1 ? <p>{received.length} X-Signature headers came; the gateway sends one.</p> : null}
      {compared === null || came === null ? null : (
        <>
          <div class="aligned mono" aria-hidden="true">
            <div class="aligned-names">
              <span>expected</span>
              <span>received</span>
            </div>
            {compared.groups.map(group => (
              <Group key={group[0]?.place} group={group} first={place} visible={visible} />
            ))}
          </div>
          <p class="hidden-text">
            {visible ? `Expected ${keyReport.expected}. Received ${printable(came)}.` : 'The signatures are hidden.'}
          </p>
          <p>
            {place === null
              ? 'Both are the same.'
              : `They part at character ${place + 1}; ${compared.differences} of ${keyReport.expected.length} characters differ. ${
                  differenceHint(keyReport.expected, came) ??
                  'Another key, or another body, gives another signature altogether.'
                }`}
          </p>
        </>
      )}
    </section>
  )
}

function Group({
  group,
  first,
  visible,
}: {
  group: readonly AlignedCell[]
  /** Place of the first difference: that one is marked, the others are only coloured. */
  first: number | null
  visible: boolean
}) {
  const side = (name: 'expected' | 'received') =>
    group.map(cell => {
      const text = cell[name] === '' ? ' ' : visible ? printable(cell[name]) : '•'
      if (cell.place === first) return <mark key={cell.place}>{text}</mark>
      return (
        <span key={cell.place} class={cell.same ? undefined : 'differs'}>
          {text}
        </span>
      )
    })
  return (
    <div class="aligned-group">
      <span>{side('expected')}</span>
      <span>{side('received')}</span>
    </div>
  )
}

function ToDo({ view }: { view: DeliveryView }) {
  // What the diagnosis found says it better.
  if (view.diagnosis !== null && view.diagnosis.kind !== 'unknown') return null
  const reasons: readonly Rejection[] = view.verdictDetail.kind === 'rejected' ? view.verdictDetail.reasons : []
  const advice: string[] = reasons
    .filter(reason => reason.startsWith('signature'))
    .map(reason => rejections[reason].advice)
  const fitsNow = advice.length > 0 && view.signature.keys.some(key => key.matches)
  if (fitsNow) advice.unshift('With the key that is known now it fits: it was checked with another one when it came.')
  if (advice.length === 0) return null
  return (
    <section aria-label="What to do">
      <h2>What to do</h2>
      {advice.map(line => (
        <p key={line}>{line}</p>
      ))}
    </section>
  )
}

const beginning = 64

function Beginning({ bytes }: { bytes: Uint8Array }) {
  if (bytes.length === 0) return <p class="muted">The body is empty; an empty body has a signature too.</p>
  const rows = hexRows(bytes, 0, beginning / 16)
  return (
    <figure>
      <figcaption class="muted">{bytes.length > beginning ? `The first ${beginning} bytes` : 'All of it'}</figcaption>
      <section class="hex" aria-label="The beginning as hex and text" {...scrollable}>
        <pre class="hex-piece">{rows.map(row => `${row.offset}  ${row.hex}  ${row.text}`).join('\n')}</pre>
      </section>
    </figure>
  )
}

import { checkOf, type Rejection, rejections } from '../../../../core/deliveries/delivery.ts'
import { fitsNow, hiddenSignature, type SignatureReport } from '../../../../core/deliveries/verification.ts'
import { keyNames } from '../../../../core/hooks/hook.ts'
import { printable } from '../../../../core/text/text.ts'
import type { DeliveryDetail } from '../../../../server/api/types.ts'
import { Badge } from '../../../kit/badge.tsx'
import { countText } from '../../../kit/count.ts'
import { hexRows } from '../../../kit/hex-dump.ts'
import { sharing } from '../../../kit/screen-sharing.ts'
import { scrollable } from '../../../kit/scrollable.ts'
import { ScreenSharing } from '../headers-tab.tsx'
import { maskedBytes, revealed, type ShownBody } from '../open-delivery.ts'
import { VerifyAgain } from '../verify-again.tsx'
import { type AlignedCell, align, differenceHint } from './align.ts'
import { DiagnosisPanel } from './diagnosis-panel.tsx'

/** How the signature was checked: with which key, over which bytes, where it parts from what was expected, what to do. */
export function SignatureTab({ view, body }: { view: DeliveryDetail; body: ShownBody }) {
  const { signature } = view
  return (
    <div class="stack tab-content signature-tab">
      {view.diagnosis === null ? null : <DiagnosisPanel view={view} diagnosis={view.diagnosis} />}
      {signature.keys.length === 0 ? <NoKey received={signature.received} /> : null}
      {signature.keys.map(key => (
        <KeyCheck key={`${key.kind}${key.masked}`} keyReport={key} received={signature.received} />
      ))}
      <ToDo view={view} />
      <section aria-label="What was signed">
        <h2>What was signed</h2>
        <p>
          The {countText(signature.signedBytes)} bytes of the body exactly as received, before any parsing
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
        {received.length > 0
          ? ', so the received signature could not be compared.'
          : ', and no signature was received.'}
      </p>
    </section>
  )
}

type KeyReport = SignatureReport['keys'][number]

function KeyCheck({ keyReport, received }: { keyReport: KeyReport; received: readonly string[] }) {
  const came = received[0] ?? null
  const isHidden = keyReport.expected === hiddenSignature
  const compared = came === null || isHidden ? null : align(keyReport.expected, came)
  const place = compared?.firstDifference ?? null
  const visible = !sharing.value
  return (
    <section aria-label={`Check with the ${keyNames[keyReport.kind]}`}>
      <div class="row section-head">
        <h2>
          With the {keyNames[keyReport.kind]} <span class="mono muted">{keyReport.masked}</span>
        </h2>
        <Badge tone={keyReport.matches ? 'ok' : 'bad'}>{keyReport.matches ? 'Fits' : 'Does not fit'}</Badge>
        <ScreenSharing />
      </div>
      {came === null ? <p>No X-Signature header was received.</p> : null}
      {received.length > 1 ? <p>{received.length} X-Signature headers were received; the gateway sends one.</p> : null}
      {isHidden ? <p class="muted">Developers and owners see the signatures themselves.</p> : null}
      {compared === null || came === null ? null : (
        <>
          <div class="aligned mono boxed" aria-hidden="true">
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
              : `They differ from character ${place + 1} on; ${compared.differences} of ${keyReport.expected.length} characters differ. ${
                  differenceHint(keyReport.expected, came) ??
                  'A different key or body gives an entirely different signature.'
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

function ToDo({ view }: { view: DeliveryDetail }) {
  // What the diagnosis found says it better.
  if (view.diagnosis !== null && view.diagnosis.kind !== 'unknown') return null
  const reasons: readonly Rejection[] = view.verdictDetail.kind === 'rejected' ? view.verdictDetail.reasons : []
  const advice = reasons
    .filter(reason => checkOf(reason) === 'signature')
    .map(reason => ({ reason, now: fitsNow(reason, view) }))
  if (advice.length === 0) return null
  return (
    <section aria-label="What to do">
      <h2>What to do</h2>
      {advice.map(({ reason, now }) => (
        <p key={reason}>
          {now ?? rejections[reason].advice} {now === null ? null : <VerifyAgain hook={view.hook} />}
        </p>
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

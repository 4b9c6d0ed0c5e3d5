import { ChevronDown, ChevronRight } from 'lucide-preact'
import { useMemo } from 'preact/hooks'
import type { AttemptSource } from '../../../core/attempt.ts'
import { maskCardData } from '../../../core/card.ts'
import type { HeaderList } from '../../../core/headers.ts'
import { reasonOf } from '../../../core/outcome.ts'
import { printable } from '../../../core/text.ts'
import type { BodyView } from '../../../core/views.ts'
import type { AttemptView } from '../../../server/inspector/types.ts'
import { Badge } from '../../components/badge.tsx'
import { attemptTone, outcomeText } from '../../models/attempt-words.ts'
import { revealed } from '../../models/detail.ts'
import { fromBase64, hexRows } from '../../models/hex-dump.ts'
import { parseJson, prettyJson } from '../../models/json-tree.ts'
import { byteSize, duration, exactTime, now, relativeTime } from '../../models/time.ts'
import { HeaderTable, maskSignature } from './headers-tab.tsx'
import { LongText } from './long-text.tsx'

const sourceNames: Record<AttemptSource, string> = {
  forward: 'Forwarded',
  replay: 'Replayed',
  simulate: 'Simulated',
  check: 'Checked',
}

interface AttemptCardProps {
  attempt: AttemptView
  /** Base64 of the body as it came, to say whether the same went out. */
  deliveredBody: string
  open: boolean
  onToggle: () => void
  /** null when there is nothing to compare with. */
  picked: boolean | null
  onPick: () => void
}

/** One attempt: a line, and when open all that went over the wire. */
export function AttemptCard({ attempt, deliveredBody, open, onToggle, picked, onPick }: AttemptCardProps) {
  const aside = reasonOf(attempt)?.message ?? attempt.sloppy[0]
  return (
    <li class="attempt" id={`attempt-${attempt.id}`}>
      <div class="attempt-line">
        {picked === null ? null : (
          <input type="checkbox" checked={picked} onChange={onPick} aria-label={`Compare attempt ${attempt.id}`} />
        )}
        <button type="button" class="attempt-toggle" aria-expanded={open} onClick={onToggle}>
          {open ? <ChevronDown size={14} aria-hidden="true" /> : <ChevronRight size={14} aria-hidden="true" />}
          <Badge tone={attemptTone(attempt)}>{outcomeText(attempt)}</Badge>
          <span class="attempt-ms">{attempt.ms === null ? '' : duration(attempt.ms)}</span>
          <span class="clip attempt-what">
            <span class="mono">{attempt.target}</span>
            {aside === undefined || open ? null : <span class="attempt-reason"> {aside}</span>}
          </span>
          <span class="muted attempt-when" title={exactTime(attempt.startedAt)}>
            {sourceNames[attempt.source]} {relativeTime(attempt.startedAt, now.value)}
          </span>
        </button>
      </div>
      {open ? <AttemptBody attempt={attempt} deliveredBody={deliveredBody} /> : null}
    </li>
  )
}

function AttemptBody({ attempt, deliveredBody }: { attempt: AttemptView; deliveredBody: string }) {
  const { request, answer, timing } = attempt
  const reason = reasonOf(attempt)
  const sameBody = request.body.base64 === deliveredBody
  const signatureShown = revealed.value.signature
  const headers: HeaderList = request.headers.map(([name, value]) => [
    name,
    name.toLowerCase() === 'x-signature' && !signatureShown ? maskSignature(value) : value,
  ])
  return (
    <div class="attempt-body">
      {reason && reason.hint !== null ? (
        <div class="notice notice-bad">
          <div>
            <p>
              {reason.message} {attempt.error ? <span class="mono muted">{attempt.error.code}</span> : null}
            </p>
            <p class="muted">{reason.hint}</p>
          </div>
        </div>
      ) : null}
      {timing ? <Timing timing={timing} /> : null}
      {answer ? (
        <section aria-label="What the app answered">
          <h2>
            The app answered {answer.status}{' '}
            <span class="muted">
              {byteSize(answer.bodyBytes)}
              {answer.bodyBytes > answer.body.bytes ? `, the first ${byteSize(answer.body.bytes)} are kept` : ''}
            </span>
          </h2>
          {attempt.sloppy.length === 0 ? null : <Sloppy faults={attempt.sloppy} />}
          <BodyText body={answer.body} label="The answer’s body" />
          <details>
            <summary>{answer.headers.length} headers</summary>
            <HeaderTable headers={answer.headers} caption="Headers of the answer" />
          </details>
        </section>
      ) : null}
      <section aria-label="What was sent">
        <h2>
          Sent: {request.method}{' '}
          {request.url === attempt.target ? null : <span class="mono attempt-url">{printable(request.url)} </span>}
          <span class="muted">
            {sameBody ? `the body as it came, ${byteSize(request.body.bytes)}` : 'a changed body'}
          </span>
        </h2>
        {sameBody ? null : <BodyText body={request.body} label="The body that was sent" />}
        <details>
          <summary>{headers.length} headers</summary>
          <HeaderTable headers={headers} caption="Headers that were sent" />
        </details>
      </section>
    </div>
  )
}

function Sloppy({ faults }: { faults: readonly string[] }) {
  return (
    <div class="notice notice-warn" role="note" aria-label="Sloppy HTTP">
      <div>
        {faults.map(fault => (
          <p key={fault}>{fault}</p>
        ))}
        <p class="muted">hookscope, curl and browsers read it. A stricter client or proxy may not.</p>
      </div>
    </div>
  )
}

function Timing({ timing }: { timing: NonNullable<AttemptView['timing']> }) {
  const steps = [
    { name: 'connected after', ms: timing.connectMs },
    { name: 'first byte after', ms: timing.firstByteMs },
    { name: 'ended after', ms: timing.totalMs },
  ]
  return (
    <ul class="timing" aria-label="Timing">
      {steps.map(({ name, ms }) => (
        <li key={name} class={ms === null ? 'muted' : undefined}>
          {name} <strong>{ms === null ? '–' : duration(ms)}</strong>
        </li>
      ))}
    </ul>
  )
}

/** A body as text: indented when it is JSON, as hex when it is no text; card data masked. */
export function BodyText({ body, label }: { body: BodyView; label: string }) {
  const shown = useMemo(() => {
    if (body.text === null) {
      const rows = hexRows(fromBase64(body.base64), 0, 64)
      return rows.map(row => `${row.offset}  ${row.hex}  ${row.text}`).join('\n')
    }
    const tree = body.text.length < 200_000 ? parseJson(body.text) : null
    return maskCardData(tree?.ok ? prettyJson(tree) : body.text)
  }, [body])
  return body.bytes === 0 ? <p class="muted">No body.</p> : <LongText text={shown} label={label} />
}

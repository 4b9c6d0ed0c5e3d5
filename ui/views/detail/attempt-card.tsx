import { ChevronDown, ChevronRight } from 'lucide-preact'
import { useMemo } from 'preact/hooks'
import type { AttemptSource, AttemptSummary } from '../../../core/attempt.ts'
import { maskCardData } from '../../../core/card.ts'
import type { HeaderList } from '../../../core/headers.ts'
import { printable } from '../../../core/text.ts'
import type { BodyView } from '../../../core/views.ts'
import type { AttemptView } from '../../../server/inspector/types.ts'
import { Badge } from '../../components/badge.tsx'
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

/** How an attempt ended, in a few words. */
export function outcomeText(attempt: Pick<AttemptSummary, 'outcome' | 'status'>): string {
  const words = {
    answered: `answered ${attempt.status}`,
    refused: 'no connection',
    'timed-out': 'timed out',
    reset: 'connection ended early',
    'invalid-answer': 'not an HTTP answer',
    pending: 'under way…',
  }
  return words[attempt.outcome]
}

/** Whether the app took it. */
export function outcomeTone(attempt: Pick<AttemptSummary, 'outcome' | 'status'>): 'ok' | 'bad' | 'neutral' {
  if (attempt.outcome === 'pending') return 'neutral'
  return attempt.outcome === 'answered' && attempt.status !== null && attempt.status >= 200 && attempt.status < 300
    ? 'ok'
    : 'bad'
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
  return (
    <li class="attempt">
      <div class="attempt-line">
        {picked === null ? null : (
          <input type="checkbox" checked={picked} onChange={onPick} aria-label={`Compare attempt ${attempt.id}`} />
        )}
        <button type="button" class="attempt-toggle" aria-expanded={open} onClick={onToggle}>
          {open ? <ChevronDown size={14} aria-hidden="true" /> : <ChevronRight size={14} aria-hidden="true" />}
          <Badge tone={outcomeTone(attempt)}>{outcomeText(attempt)}</Badge>
          <span class="attempt-ms">{attempt.ms === null ? '' : duration(attempt.ms)}</span>
          <span class="clip mono attempt-target">{attempt.target}</span>
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
  const { request, answer, error, timing } = attempt
  const sameBody = request.body.base64 === deliveredBody
  const signatureShown = revealed.value.signature
  const headers: HeaderList = request.headers.map(([name, value]) => [
    name,
    name.toLowerCase() === 'x-signature' && !signatureShown ? maskSignature(value) : value,
  ])
  return (
    <div class="attempt-body">
      {error ? (
        <div class="notice notice-bad">
          <div>
            <p>
              {error.message} <span class="mono muted">{error.code}</span>
            </p>
            <p class="muted">{error.hint}</p>
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

import { Pin, X } from 'lucide-preact'
import { findEvent } from '../../../core/events/catalogue.ts'
import { type Envelope, readEnvelope } from '../../../core/events/envelope.ts'
import { whatHappened } from '../../../core/events/what-happened.ts'
import { unroutedHook } from '../../../core/hooks/hook.ts'
import { byteSize } from '../../../core/text/bytes.ts'
import { clip, printable } from '../../../core/text/text.ts'
import { hookName, namedHooks } from '../../app/hook-names.ts'
import { closeDelivery } from '../../app/route.ts'
import { Badge, FamilyDot } from '../../kit/badge.tsx'
import { IconButton } from '../../kit/button.tsx'
import { exactTime, now, relativeTime } from '../../kit/time.ts'
import { DetailActions } from '../actions/detail-actions.tsx'
import type { ShownBody, ShownDelivery } from './open-delivery.ts'
import { fateOf } from './verdict-lines.ts'

function envelopeOf(body: ShownBody): Envelope | null {
  return body.tree?.ok ? readEnvelope(JSON.parse(body.masked ?? '')) : null
}

/** What came, in one sentence, when, and what can be done with it. */
export function DetailHead({ delivery: { view, body } }: { delivery: ShownDelivery }) {
  const known = findEvent(view.eventType ?? '')
  const isUnrouted = view.hook === unroutedHook
  const severalHooks = namedHooks().length > 1
  const happened =
    view.bytes > body.bytes.length ? 'The received body was not kept' : whatHappened(envelopeOf(body), known)
  return (
    <header class="detail-head">
      <div class="line detail-eyebrow">
        <FamilyDot family={view.family} />
        <span class="mono clip muted" title={view.eventType ?? undefined}>
          {printable(view.eventType ?? `${view.method} ${view.path}`)}
        </span>
        {view.tries > 1 ? (
          <Badge title={`${view.tries} ${view.verdict === 'rejected' ? 'rejected ' : ''}deliveries of this event`}>
            ×{view.tries}
          </Badge>
        ) : null}
        {view.pinned ? (
          <Badge tone="accent">
            <Pin size={12} /> Pinned
          </Badge>
        ) : null}
        <span class="muted detail-id">#{view.id}</span>
        <IconButton
          small
          class="detail-close"
          label="Close"
          keyHint="Escape"
          icon={<X size={16} />}
          onClick={closeDelivery}
        />
      </div>
      <h1 class="detail-sentence">
        {/* Anybody can write what an unproven body says. */}
        {view.verdict === 'rejected' ? 'Claimed: ' : ''}
        {happened} – <span class="detail-fate">{fateOf(view)}.</span>
      </h1>
      <dl class="detail-facts">
        <div>
          <dt>Received</dt>
          <dd title={exactTime(view.receivedAt)}>
            <time dateTime={view.receivedAt}>{exactTime(view.receivedAt)}</time>
            <span class="muted"> · {relativeTime(view.receivedAt, now.value)}</span>
          </dd>
        </div>
        {view.eventTriggered === null ? null : (
          <div>
            <dt>Triggered</dt>
            <dd title="As the gateway wrote it; it states no time zone">{printable(view.eventTriggered)}</dd>
          </div>
        )}
        <div>
          <dt>Body</dt>
          <dd>{byteSize(view.bytes)}</dd>
        </div>
        {view.origin === undefined ? null : (
          <div>
            <dt>From</dt>
            <dd title="Where it came, was verified and answered">
              {new URL(view.origin.server).host}, #{view.origin.id} there
            </dd>
          </div>
        )}
        {severalHooks || isUnrouted ? (
          <div>
            <dt>Hook</dt>
            <dd>{isUnrouted ? `None at ${clip(printable(view.path), 80)}` : hookName(view.hook)}</dd>
          </div>
        ) : null}
      </dl>
      <DetailActions view={view} />
    </header>
  )
}

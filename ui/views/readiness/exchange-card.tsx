import { ChevronDown, ChevronRight } from 'lucide-preact'
import { useState } from 'preact/hooks'
import { maskCardData } from '../../../core/card.ts'
import type { Exchange } from '../../../core/finding.ts'
import type { HeaderList } from '../../../core/headers.ts'
import { Badge } from '../../components/badge.tsx'
import { outcomeText } from '../../models/attempt-words.ts'
import { parseJson, prettyJson } from '../../models/json-tree.ts'
import { byteSize, countText, duration } from '../../models/time.ts'
import { HeaderTable } from '../detail/headers-tab.tsx'
import { LongText } from '../detail/long-text.tsx'
import { scrollable } from '../detail/scrollable.ts'
import './exchange-card.css'

/** One request of the check: a line, and when open what was sent and what came back. */
export function ExchangeCard({ exchange, startsOpen }: { exchange: Exchange; startsOpen: boolean }) {
  const [open, setOpen] = useState(startsOpen)
  const { what, request, answer, outcome, problem, ms } = exchange
  const said = outcomeText({ outcome, status: answer?.status ?? null })
  return (
    <li class="exchange">
      <button type="button" class="opening-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <ChevronDown size={14} aria-hidden="true" /> : <ChevronRight size={14} aria-hidden="true" />}
        <span class="exchange-what">{what}</span>
        <Badge>{said}</Badge>
        <span class="muted exchange-ms">{duration(ms)}</span>
      </button>
      {open ? (
        <div class="exchange-body">
          <section>
            <h4>
              Came back{' '}
              <span class="muted">
                {answer ? `${answer.status}, ${byteSize(answer.bytes)}` : said}
                {exchange.connectMs === null ? '' : ` · connected in ${duration(exchange.connectMs)}`}
              </span>
            </h4>
            {problem ? <p>{problem}</p> : null}
            {answer ? (
              <>
                <Body text={answer.body} bytes={answer.bytes} label="The answer’s body" />
                <Headers headers={answer.headers} caption="Headers of the answer" />
              </>
            ) : null}
          </section>
          <section>
            <h4>
              Sent{' '}
              <span class="muted">
                {request.method} · {byteSize(request.bytes)}
              </span>
            </h4>
            <Body text={request.body} bytes={request.bytes} label="The body that was sent" />
            <Headers headers={request.headers} caption="Headers that were sent" />
          </section>
        </div>
      ) : null}
    </li>
  )
}

function Headers({ headers, caption }: { headers: HeaderList; caption: string }) {
  if (headers.length === 0) return null
  return (
    <details>
      <summary>{headers.length === 1 ? '1 header' : `${countText(headers.length)} headers`}</summary>
      <HeaderTable headers={headers} caption={caption} />
    </details>
  )
}

/** A body as it is in the report: whole JSON indented, else the beginning as it went. */
function Body({ text, bytes, label }: { text: string; bytes: number; label: string }) {
  if (bytes === 0) return <p class="muted">No body.</p>
  const tree = parseJson(text)
  return (
    <div class="exchange-text" {...scrollable}>
      <LongText text={maskCardData(tree.ok ? prettyJson(tree) : text)} label={label} />
    </div>
  )
}

import { ChevronDown, ChevronRight } from 'lucide-preact'
import { useState } from 'preact/hooks'
import type { Exchange } from '../../../core/check/finding.ts'
import { maskCardData } from '../../../core/events/card.ts'
import type { HeaderList } from '../../../core/http/headers.ts'
import { byteSize } from '../../../core/text/bytes.ts'
import { tookText } from '../../../core/text/duration.ts'
import { parseJson, prettyJson } from '../../../core/text/json-tree.ts'
import { outcomeText } from '../../app/attempt-words.ts'
import { Badge } from '../../kit/badge.tsx'
import { countText } from '../../kit/count.ts'
import { HeaderTable } from '../../kit/header-table.tsx'
import { LongText } from '../../kit/long-text.tsx'
import { scrollable } from '../../kit/scrollable.ts'

/** One request of the check: a line, and when open what was sent and what came back. */
export function ExchangeCard({ exchange, startsOpen }: { exchange: Exchange; startsOpen: boolean }) {
  const [open, setOpen] = useState(startsOpen)
  const { what, request, answer, outcome, problem, ms } = exchange
  const said = outcomeText({ outcome, status: answer?.status ?? null })
  return (
    <li class="exchange">
      <button type="button" class="bare opening-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
        <span class="fill">{what}</span>
        <Badge>{said}</Badge>
        <span class="muted exchange-ms">{tookText(ms)}</span>
      </button>
      {open ? (
        <div class="stack exchange-body">
          <section>
            <h4>
              Response{' '}
              <span class="muted">
                {answer ? `${answer.status}, ${byteSize(answer.bytes)}` : said}
                {exchange.connectMs === null ? '' : ` · connected in ${tookText(exchange.connectMs)}`}
              </span>
            </h4>
            {problem ? <p>{problem}</p> : null}
            {answer ? (
              <>
                <Body text={answer.body} bytes={answer.bytes} label="Response body" />
                <Headers headers={answer.headers} caption="Response headers" />
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
            <Body text={request.body} bytes={request.bytes} label="Request body" />
            <Headers headers={request.headers} caption="Request headers" />
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

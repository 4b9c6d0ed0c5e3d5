import type { BodyView } from '../../../../core/api/views.ts'
import { maskCardData } from '../../../../core/events/card.ts'
import { type HeaderList, shownHeaders } from '../../../../core/http/headers.ts'
import { parseJson } from '../../../../core/text/json-tree.ts'
import type { AttemptView } from '../../../../server/api/types.ts'
import { sharing, shownHeader } from '../../../kit/screen-sharing.ts'
import { useLoaded } from '../../../kit/use-loaded.ts'
import { type Comparable, comparable, comparableObject, differences } from '../difference.ts'
import { DifferenceTable } from '../difference-table.tsx'

/** What two attempts of one delivery differ in: what was sent and what the app answered. */
export function AttemptDiff({ before, after, names }: AttemptDiffProps) {
  const { value, problem } = useLoaded(() => differences(sides(before), sides(after)), [before, after, sharing.value])
  const [left, right] = names
  return (
    <section class="attempt-diff" aria-label={`Differences between ${left} and ${right}`}>
      <DifferenceTable rows={value} problem={problem} before={left} after={right} />
    </section>
  )
}

interface AttemptDiffProps {
  before: AttemptView
  after: AttemptView
  names: readonly [string, string]
}

/** They differ from one send to the next, whatever is sent. */
const noise = new Set(['date', 'content-length', 'hookscope-source'])

function sides({ request, answer, error, outcome, target }: AttemptView): Comparable {
  const { method, headers, body } = request
  return comparableObject([
    ['target', JSON.stringify(target)],
    ['outcome', outcome],
    ['error', error ? JSON.stringify(error.message) : 'none'],
    [
      'sent',
      comparableObject([
        ['method', method],
        ['headers', byName(headers)],
        ['body', bodyOf(body)],
      ]),
    ],
    ['answered', answer ? answered(answer) : 'nothing'],
  ])
}

function answered({ status, headers, body }: NonNullable<AttemptView['answer']>): Comparable {
  return comparableObject([
    ['status', String(status)],
    ['headers', byName(headers)],
    ['body', bodyOf(body)],
  ])
}

/** Headers by name, so that a changed value shows as one change; duplicates joined. */
function byName(headers: HeaderList): Comparable {
  const joined = new Map<string, string>()
  for (const [name, value] of shownHeaders(headers)) {
    const key = name.toLowerCase()
    if (noise.has(key)) continue
    const shown = shownHeader(name, value)
    const before = joined.get(key)
    joined.set(key, before === undefined ? shown : `${before}, ${shown}`)
  }
  return comparableObject(joined)
}

function bodyOf(body: BodyView): Comparable {
  if (body.text === null) return `${body.bytes} bytes that are not text: ${body.base64.slice(0, 60)}…`
  const tree = parseJson(body.text)
  return tree.ok ? comparable({ ...tree, text: maskCardData(tree.text) }) : maskCardData(body.text)
}

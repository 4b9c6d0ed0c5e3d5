import { maskCardData } from '../../../core/card.ts'
import { type HeaderList, shownHeaders } from '../../../core/headers.ts'
import type { BodyView } from '../../../core/views.ts'
import type { AttemptView } from '../../../server/inspector/types.ts'
import { type Comparable, comparable, comparableObject, differences } from '../../models/difference.ts'
import { parseJson } from '../../models/json-tree.ts'
import { DifferenceTable } from './difference-table.tsx'
import { maskSignature } from './headers-tab.tsx'
import { useLoaded } from './use-loaded.ts'

/** What two attempts of one delivery differ in: what was sent and what the app answered. */
export function AttemptDiff({ left, right }: { left: AttemptView; right: AttemptView }) {
  const { value, problem } = useLoaded(() => differences(sides(left), sides(right)), [left, right])
  return (
    <section class="attempt-diff" aria-label={`Differences between attempt ${left.id} and ${right.id}`}>
      <DifferenceTable rows={value} problem={problem} before={`Attempt ${left.id}`} after={`Attempt ${right.id}`} />
    </section>
  )
}

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
    const shown = key === 'x-signature' ? maskSignature(value) : value
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

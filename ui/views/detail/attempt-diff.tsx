import { maskCardData } from '../../../core/card.ts'
import type { HeaderList } from '../../../core/headers.ts'
import type { AttemptView, BodyView } from '../../../server/inspector/types.ts'
import { type Comparable, comparable, differences } from '../../models/difference.ts'
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
  return {
    target: JSON.stringify(target),
    outcome,
    error: error ? JSON.stringify(error.message) : 'none',
    sent: { method: request.method, headers: byName(request.headers), body: bodyOf(request.body) },
    answered: answer
      ? { status: String(answer.status), headers: byName(answer.headers), body: bodyOf(answer.body) }
      : 'nothing',
  }
}

/** Headers by name, so that a changed value shows as one change; duplicates joined. */
function byName(headers: HeaderList): Comparable {
  const joined: Record<string, string> = Object.create(null)
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    const shown = key === 'x-signature' ? maskSignature(value) : value
    joined[key] = joined[key] === undefined ? shown : `${joined[key]}, ${shown}`
  }
  return joined
}

function bodyOf(body: BodyView): Comparable {
  if (body.text === null) return `${body.bytes} bytes that are not text: ${body.base64.slice(0, 60)}…`
  const tree = parseJson(body.text)
  return tree.ok ? comparable({ ...tree, text: maskCardData(tree.text) }) : maskCardData(body.text)
}

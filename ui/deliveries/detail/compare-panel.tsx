import { ArrowLeft } from 'lucide-preact'
import { setParams } from '../../app/route.ts'
import { Button } from '../../kit/button.tsx'
import { exactTime } from '../../kit/time.ts'
import { useLoaded } from '../../kit/use-loaded.ts'
import { type Comparable, comparable, differences } from './difference.ts'
import { DifferenceTable } from './difference-table.tsx'
import { loadOther, type ShownBody, type ShownDelivery } from './open-delivery.ts'

/** What the bodies of two deliveries differ in; the older one on the left. */
export function ComparePanel({ delivery, other }: { delivery: ShownDelivery; other: number }) {
  const { view } = delivery
  const { value, problem } = useLoaded(async () => {
    const loaded = await loadOther(other)
    const [left, right] = other < view.id ? [loaded, delivery] : [delivery, loaded]
    const rows = await differences(bodyOf(left.body), bodyOf(right.body))
    const same = left.view.body.base64 === right.view.body.base64
    return { left: left.view, right: right.view, rows, same }
  }, [view.id, other])
  return (
    <section class="stack tab-content compare" aria-label={`Comparison with delivery ${other}`}>
      <div class="row tab-tools">
        <Button small icon={<ArrowLeft size={14} />} onClick={() => setParams({ compare: null })}>
          Back to #{view.id}
        </Button>
        <h2>
          Compared with #{other}
          {value ? <span class="muted"> · {value.same ? 'the same bytes' : 'the bytes differ'}</span> : null}
        </h2>
      </div>
      {value ? (
        <p class="muted">
          #{value.left.id} came {exactTime(value.left.receivedAt)}, #{value.right.id}{' '}
          {exactTime(value.right.receivedAt)}
        </p>
      ) : null}
      {value && value.rows === null ? <p>These bodies are nested too deeply to compare field by field.</p> : null}
      {value && value.rows === null ? null : (
        <DifferenceTable
          rows={value?.rows ?? null}
          problem={problem}
          before={`#${Math.min(view.id, other)}`}
          after={`#${Math.max(view.id, other)}`}
        />
      )}
    </section>
  )
}

function bodyOf({ tree, masked, bytes }: ShownBody): Comparable {
  if (tree?.ok) return comparable({ ...tree, text: masked ?? tree.text })
  return masked ?? `${bytes.length} bytes that are not text`
}

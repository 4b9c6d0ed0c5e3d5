import { Send } from 'lucide-preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { AttemptView, DeliveryView } from '../../../server/inspector/types.ts'
import { Button } from '../../components/button.tsx'
import { replayNow } from '../../models/replay.ts'
import { route } from '../../models/route.ts'
import { AttemptCard } from './attempt-card.tsx'
import { AttemptDiff } from './attempt-diff.tsx'

/** Every time this delivery was sent on: what went out, what came back. Two can be compared. */
export function AttemptsTab({ view }: { view: DeliveryView }) {
  const newestFirst = view.attempts.toSorted((left, right) => right.id - left.id)
  const [picked, setPicked] = useState<readonly number[]>([])
  const [open, setOpen] = useState<ReadonlySet<number>>(() => new Set())
  // The newest is open by itself, or the one that was asked for.
  const asked = newestFirst.find(({ id }) => String(id) === route.value.params['attempt'])
  const shownId = (asked ?? newestFirst[0])?.id
  const isOpen = (id: number) => (id === shownId) !== open.has(id)
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    if (asked !== undefined) list.current?.querySelector(`#attempt-${asked.id}`)?.scrollIntoView({ block: 'nearest' })
  }, [asked?.id])
  const toggle = (id: number) => {
    const next = new Set(open)
    if (!next.delete(id)) next.add(id)
    setOpen(next)
  }
  const pick = (id: number) =>
    setPicked(picked.includes(id) ? picked.filter(other => other !== id) : [...picked, id].slice(-2))
  const pair = picked.map(id => view.attempts.find(attempt => attempt.id === id)).filter(isAttempt)
  const [left, right] = pair.toSorted((one, other) => one.id - other.id)

  if (newestFirst.length === 0) {
    return (
      <div class="tab-content tab-empty">
        <p>{view.notForwarded?.message ?? 'It was not sent to an app yet.'}</p>
        {view.notForwarded === null ? null : <p class="muted">{view.notForwarded.hint}</p>}
        <Button variant="primary" icon={<Send size={14} aria-hidden="true" />} onClick={() => replayNow(view.id)}>
          Replay
        </Button>
      </div>
    )
  }
  return (
    <div class="tab-content">
      {newestFirst.length > 1 ? (
        <p class="muted" role="status">
          {left && right ? `Comparing attempts ${left.id} and ${right.id}.` : 'Tick two attempts to compare them.'}
        </p>
      ) : null}
      {left && right ? <AttemptDiff left={left} right={right} /> : null}
      <ol class="attempts" ref={list}>
        {newestFirst.map(attempt => (
          <AttemptCard
            key={attempt.id}
            attempt={attempt}
            deliveredBody={view.body.base64}
            open={isOpen(attempt.id)}
            onToggle={() => toggle(attempt.id)}
            picked={newestFirst.length > 1 ? picked.includes(attempt.id) : null}
            onPick={() => pick(attempt.id)}
          />
        ))}
      </ol>
    </div>
  )
}

const isAttempt = (attempt: AttemptView | undefined): attempt is AttemptView => attempt !== undefined

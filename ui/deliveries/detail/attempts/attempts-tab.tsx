import { Send } from 'lucide-preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { AttemptSummary } from '../../../../core/deliveries/attempt.ts'
import type { DeliveryDetail } from '../../../../server/api/types.ts'
import { whyNot } from '../../../app/people.ts'
import { route } from '../../../app/route.ts'
import { Button } from '../../../kit/button.tsx'
import { replayNow } from '../../replay/replay.ts'
import { AttemptCard } from './attempt-card.tsx'
import { AttemptPair } from './attempt-pair.tsx'

/** Every time this delivery was sent on: what went out, what came back. Two can be compared. */
export function AttemptsTab({ view }: { view: DeliveryDetail }) {
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
  const [newest] = newestFirst
  const first = newestFirst.at(-1)
  /** By its place, as the cards are numbered. */
  const numberOf = (attempt: AttemptSummary) => newestFirst.length - newestFirst.indexOf(attempt)
  const side = (attempt: AttemptSummary) => ({ name: `Attempt ${numberOf(attempt)}`, attempt })

  if (newestFirst.length === 0) {
    return (
      <div class="stack tab-content tab-empty">
        <p>{view.notForwarded?.message ?? 'Not sent to an app yet.'}</p>
        {view.notForwarded === null ? null : <p class="muted">{view.notForwarded.hint}</p>}
        <Button
          variant="primary"
          refused={whyNot('POST /api/deliveries/:id/replay')}
          icon={<Send size={14} />}
          onClick={() => replayNow(view.id)}
        >
          Replay
        </Button>
      </div>
    )
  }
  return (
    <div class="stack tab-content">
      {newestFirst.length > 1 ? (
        <div class="attempt-compare line">
          <span class="muted" role="status">
            {left && right
              ? `Comparing attempts ${numberOf(left)} and ${numberOf(right)}.`
              : 'Select two attempts to compare them.'}
          </span>
          {left && right ? (
            <Button small onClick={() => setPicked([])}>
              Stop comparing
            </Button>
          ) : first && newest ? (
            <Button small onClick={() => setPicked([first.id, newest.id])}>
              {newestFirst.length === 2 ? 'Compare both' : 'Compare first and newest'}
            </Button>
          ) : null}
        </div>
      ) : null}
      {left && right ? <AttemptPair left={side(left)} right={side(right)} /> : null}
      <ol class="attempts" ref={list}>
        {newestFirst.map(attempt => (
          <AttemptCard
            key={attempt.id}
            attempt={attempt}
            number={newestFirst.length > 1 ? numberOf(attempt) : null}
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

const isAttempt = (attempt: AttemptSummary | undefined): attempt is AttemptSummary => attempt !== undefined

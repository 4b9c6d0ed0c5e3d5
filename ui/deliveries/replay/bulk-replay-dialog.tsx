import { Send } from 'lucide-preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { ReplayJobRequest } from '../../../core/deliveries/replay.ts'
import { idSearches } from '../../../core/search/id-searches.ts'
import { lengthText } from '../../../core/text/duration.ts'
import { Problem } from '../../app/problem.tsx'
import { TargetField } from '../../app/target-field.tsx'
import { targetProblem } from '../../app/target-problem.ts'
import { hostOf, usualTarget } from '../../app/targets.ts'
import { api, call, zone } from '../../client/api.ts'
import { Button } from '../../kit/button.tsx'
import { countText } from '../../kit/count.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { SelectField } from '../../kit/field.tsx'
import { Form } from '../../kit/form.tsx'
import { countedText } from '../actions/delivery-actions.ts'
import { matching } from '../list/matching.ts'
import { clearSelected } from '../list/selection.ts'
import { bulkReplay, type Several, startJob } from './replay.ts'

/** Says how many deliveries will go where, in which order and at what pace, before anything is sent. */
export function BulkReplayDialog() {
  const chosen = chosenNow()
  const close = () => {
    bulkReplay.value = null
    matching.value = null
  }
  return (
    <Dialog open={chosen !== null} title={`Replay ${chosen ? countedText(chosen) : ''}`} onClose={close}>
      {chosen ? <BulkForm chosen={chosen} onDone={close} /> : null}
    </Dialog>
  )
}

interface Chosen {
  readonly which: Several
  readonly count: number
  readonly capped: boolean
}

/** The marked deliveries, or all that the search finds. */
function chosenNow(): Chosen | null {
  const ids = bulkReplay.value
  if (ids) return { which: { ids }, count: ids.length, capped: false }
  const asked = matching.value
  return asked?.action === 'replay' ? { which: { q: asked.q }, count: asked.count, capped: asked.capped } : null
}

const paces = [
  { value: '', label: 'One after the other, as fast as the app answers' },
  { value: '1', label: '1 per second' },
  { value: '5', label: '5 per second' },
  { value: '20', label: '20 per second' },
  { value: '100', label: '100 per second' },
] as const

/** Deliveries that are so many and so scattered are not asked about. */
const mostAsked = 20

/** How many of them were rejected; null until that is known, and `unknown` where it cannot be. */
function useRejected({ which }: Chosen): number | null | 'unknown' {
  const [rejected, setRejected] = useState<number | null | 'unknown'>(null)
  const searches = useMemo(() => ('q' in which ? [which.q] : idSearches(which.ids)), [which])
  useEffect(() => {
    let gone = false
    if (searches.length > mostAsked) {
      setRejected('unknown')
      return
    }
    const tell = (next: number | 'unknown') => {
      if (!gone) setRejected(next)
    }
    Promise.all(searches.map(q => call(api.deliveries.count.$get({ query: { q: `${q} is:rejected`, zone } })))).then(
      counts =>
        tell(counts.some(({ capped }) => capped) ? 'unknown' : counts.reduce((sum, { count }) => sum + count, 0)),
      () => tell('unknown'),
    )
    return () => {
      gone = true
    }
  }, [searches])
  return rejected
}

function BulkForm({ chosen, onDone }: { chosen: Chosen; onDone: () => void }) {
  const [target, setTarget] = useState(usualTarget() ?? '')
  const [order, setOrder] = useState<ReplayJobRequest['order']>('triggered')
  const [pace, setPace] = useState<string>('')
  const [resign, setResign] = useState(false)
  const rejected = useRejected(chosen)
  const [chosenLeaveOut, setLeaveOut] = useState<boolean | null>(null)
  const leaveOut = chosenLeaveOut ?? resign
  // No number where it is not known how many are left out.
  const leftOut = leaveOut ? rejected : 0
  const sent = typeof leftOut === 'number' ? { ...chosen, count: chosen.count - leftOut } : null
  const [asked, setAsked] = useState(false)
  const [starting, setStarting] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  const wrong = targetProblem(target)
  const rate = pace === '' ? null : Number(pace)

  const start = async () => {
    setAsked(true)
    if (wrong !== null || starting) return
    setStarting(true)
    try {
      await startJob(chosen.which, {
        target: target.trim(),
        order,
        rate,
        resign,
        ...(leaveOut !== resign && { includeRejected: !leaveOut }),
      })
      clearSelected()
      onDone()
    } catch (error) {
      setProblem(error)
      setStarting(false)
    }
  }

  return (
    <Form onSubmit={start}>
      <TargetField value={target} error={asked ? wrong : null} onChange={setTarget} />
      <fieldset class="choice-list">
        <legend>Order</legend>
        <label class="check">
          <input type="radio" name="order" checked={order === 'triggered'} onChange={() => setOrder('triggered')} />
          As they were triggered
        </label>
        <label class="check">
          <input type="radio" name="order" checked={order === 'received'} onChange={() => setOrder('received')} />
          As they arrived
        </label>
      </fieldset>
      <SelectField
        label="Pace"
        hint={
          rate === null || sent === null ? undefined : `Takes about ${lengthText(Math.ceil(sent.count / rate) * 1000)}.`
        }
        value={pace}
        onChange={choice => setPace(choice)}
      >
        {paces.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <label class="check">
        <input type="checkbox" checked={resign} onChange={event => setResign(event.currentTarget.checked)} />
        Re-sign each body with the hook’s key
      </label>
      {rejected === 0 || rejected === null ? null : (
        <label class="check">
          <input type="checkbox" checked={leaveOut} onChange={event => setLeaveOut(event.currentTarget.checked)} />
          {rejectedText(rejected)}
        </label>
      )}
      {problem ? <Problem problem={problem} /> : null}
      <div class="row form-foot">
        <p class="muted">
          {wrong === null && sent !== null ? `${countedText(sent)} will be sent to ${hostOf(target.trim())}.` : ''}
        </p>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" pending={starting} icon={<Send size={14} />}>
          {sent === null ? 'Replay' : `Replay ${countedText(sent)}`}
        </Button>
      </div>
    </Form>
  )
}

function rejectedText(rejected: number | 'unknown'): string {
  if (rejected === 'unknown') return 'Leave rejected deliveries out'
  return rejected === 1
    ? '1 of these was rejected: leave it out'
    : `${countText(rejected)} of these were rejected: leave them out`
}

import { Send } from 'lucide-preact'
import { useState } from 'preact/hooks'
import type { ReplayJobRequest } from '../../../core/replay.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { countedText } from '../../models/delivery-actions.ts'
import { matching } from '../../models/matching.ts'
import { bulkReplay, hostOf, type Several, startJob, targetProblem, usualTarget } from '../../models/replay.ts'
import { clearSelected } from '../../models/selection.ts'
import { Problem } from '../detail/problem.tsx'
import { TargetField } from './target-field.tsx'

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
  { value: '1', label: '1 a second' },
  { value: '5', label: '5 a second' },
  { value: '20', label: '20 a second' },
  { value: '100', label: '100 a second' },
] as const

function BulkForm({ chosen, onDone }: { chosen: Chosen; onDone: () => void }) {
  const [target, setTarget] = useState(usualTarget() ?? '')
  const [order, setOrder] = useState<ReplayJobRequest['order']>('triggered')
  const [pace, setPace] = useState<string>('')
  const [resign, setResign] = useState(false)
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
      await startJob(chosen.which, { target: target.trim(), order, rate, resign })
      clearSelected()
      onDone()
    } catch (error) {
      setProblem(error)
      setStarting(false)
    }
  }

  return (
    <form
      class="stack"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        void start()
      }}
    >
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
      <Field label="Pace" hint={rate === null ? undefined : `Takes about ${timeFor(chosen.count, rate)}.`}>
        {control => (
          <select {...control} class="input" value={pace} onChange={event => setPace(event.currentTarget.value)}>
            {paces.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <label class="check">
        <input type="checkbox" checked={resign} onChange={event => setResign(event.currentTarget.checked)} />
        Sign each body anew with the hook’s key
      </label>
      {problem ? <Problem problem={problem} /> : null}
      <div class="form-foot">
        <p class="muted">{wrong === null ? `${countedText(chosen)} will be sent to ${hostOf(target.trim())}.` : ''}</p>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" pending={starting} icon={<Send size={14} aria-hidden="true" />}>
          Replay {countedText(chosen)}
        </Button>
      </div>
    </form>
  )
}

function timeFor(count: number, rate: number): string {
  const seconds = Math.ceil(count / rate)
  if (seconds < 90) return `${seconds} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

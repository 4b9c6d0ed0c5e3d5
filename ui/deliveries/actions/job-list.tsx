import { X } from 'lucide-preact'
import { useEffect, useState } from 'preact/hooks'
import type { ReplayJob } from '../../../core/api/messages.ts'
import { status } from '../../app/listener.ts'
import { whyNot } from '../../app/people.ts'
import { hostOf } from '../../app/targets.ts'
import { Button, IconButton } from '../../kit/button.tsx'
import { countText, deliveriesText } from '../../kit/count.ts'
import { cancelJob } from '../replay/replay.ts'
import { ownEdits } from './bulk-edits.ts'
import { EditJob } from './edit-job.tsx'
import { LeftoverJob } from './leftover-job.tsx'

const ended: ReadonlySet<string> = new Set(['done', 'cancelled', 'failed'])

/** Replays and edits of several deliveries: how far they have come; one that has ended stays until it is dismissed. */
export function JobList() {
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(() => new Set())
  const [seenRunning, setSeenRunning] = useState<ReadonlySet<string>>(() => new Set())
  const { jobs = [], edits = [], leftovers = [] } = status.value ?? {}
  useEffect(() => {
    const running = [...jobs, ...edits].filter(({ id, state }) => !ended.has(state) && !seenRunning.has(id))
    if (running.length > 0) setSeenRunning(new Set([...seenRunning, ...running.map(job => job.id)]))
  }, [jobs, edits, seenRunning])
  const isShown = ({ id, state }: { readonly id: string; readonly state: string }) =>
    !dismissed.has(id) && (!ended.has(state) || seenRunning.has(id) || ownEdits.value.has(id))
  const dismiss = (id: string) => () => setDismissed(new Set([...dismissed, id]))
  const shown = [
    ...leftovers.map(leftover => <LeftoverJob key={leftover.id} leftover={leftover} />),
    ...jobs.filter(isShown).map(job => <Job key={job.id} job={job} onDismiss={dismiss(job.id)} />),
    ...edits.filter(isShown).map(edit => <EditJob key={edit.id} edit={edit} onDismiss={dismiss(edit.id)} />),
  ]
  if (shown.length === 0) return null
  return (
    <section class="jobs" aria-label="Replays and changes of many deliveries">
      {shown}
    </section>
  )
}

function Job({ job, onDismiss }: { job: ReplayJob; onDismiss: () => void }) {
  const running = job.state === 'running'
  const ends = { running: 'Replaying', done: 'Replayed', cancelled: 'Canceled after' }
  return (
    <div class="job">
      <div class="job-line">
        <span>
          {ends[job.state]} <strong>{countText(job.sent)}</strong> of {deliveriesText(job.total)} to{' '}
          {hostOf(job.target)}
        </span>
        <span class="muted" role={running ? undefined : 'status'}>
          {countText(job.answered)} answered, {countText(job.failed)} failed
          {job.leftOut === 0 ? '' : `, ${countText(job.leftOut)} rejected left out`}
        </span>
        <span class="grow" />
        {running ? (
          <Button small refused={whyNot('DELETE /api/replays/:id')} onClick={() => cancelJob(job.id)}>
            Cancel
          </Button>
        ) : (
          <IconButton small label="Dismiss" icon={<X size={14} />} onClick={onDismiss} />
        )}
      </div>
      {job.problem === null ? null : <p class="job-problem">{job.problem}</p>}
      <progress max={job.total} value={job.sent} aria-label={`Replay to ${hostOf(job.target)}`} />
    </div>
  )
}

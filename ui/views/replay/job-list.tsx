import { X } from 'lucide-preact'
import { useEffect, useState } from 'preact/hooks'
import type { ReplayJob } from '../../../core/messages.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { deliveriesText } from '../../models/delivery-actions.ts'
import { cancelJob, hostOf } from '../../models/replay.ts'
import { status } from '../../models/session.ts'
import { countText } from '../../models/time.ts'

/** Replays of several deliveries: how far they have come; a finished one stays until it is dismissed. */
export function JobList() {
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(() => new Set())
  const [seenRunning, setSeenRunning] = useState<ReadonlySet<string>>(() => new Set())
  const jobs = status.value?.jobs ?? []
  useEffect(() => {
    const running = jobs.filter(job => job.state === 'running' && !seenRunning.has(job.id))
    if (running.length > 0) setSeenRunning(new Set([...seenRunning, ...running.map(job => job.id)]))
  }, [jobs, seenRunning])
  const shown = jobs.filter(job => !dismissed.has(job.id) && (job.state === 'running' || seenRunning.has(job.id)))
  if (shown.length === 0) return null
  return (
    <section class="jobs" aria-label="Replays">
      {shown.map(job => (
        <Job key={job.id} job={job} onDismiss={() => setDismissed(new Set([...dismissed, job.id]))} />
      ))}
    </section>
  )
}

function Job({ job, onDismiss }: { job: ReplayJob; onDismiss: () => void }) {
  const running = job.state === 'running'
  const ends = { running: 'Replaying', done: 'Replayed', cancelled: 'Cancelled after' }
  return (
    <div class="job">
      <div class="job-line">
        <span>
          {ends[job.state]} <strong>{countText(job.sent)}</strong> of {deliveriesText(job.total)} to{' '}
          {hostOf(job.target)}
        </span>
        <span class="muted" role={running ? undefined : 'status'}>
          {countText(job.answered)} answered, {countText(job.failed)} failed
        </span>
        <span class="grow" />
        {running ? (
          <Button small onClick={() => cancelJob(job.id)}>
            Cancel
          </Button>
        ) : (
          <IconButton small label="Dismiss" icon={<X size={14} aria-hidden="true" />} onClick={onDismiss} />
        )}
      </div>
      {job.problem === null ? null : <p class="job-problem">{job.problem}</p>}
      <progress max={job.total} value={job.sent} aria-label={`Replay to ${hostOf(job.target)}`} />
    </div>
  )
}

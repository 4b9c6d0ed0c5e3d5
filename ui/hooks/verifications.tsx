import { X } from 'lucide-preact'
import { useEffect } from 'preact/hooks'
import type { VerificationJob } from '../../core/hooks/hook.ts'
import { verdictChangesText } from '../../core/hooks/verdict-changes.ts'
import { status } from '../app/listener.ts'
import { whyNot } from '../app/people.ts'
import { Button, IconButton } from '../kit/button.tsx'
import { countText, deliveriesText } from '../kit/count.ts'
import { cancelVerification, followedJobs, followJob, hookHref, verifyAgain } from './hooks.ts'

/** Checks of stored deliveries: how far they have come, and how they ended. */
export function VerificationList() {
  const jobs = status.value?.verifications ?? []
  const followed = followedJobs.value
  useEffect(() => {
    for (const job of jobs)
      if ((job.state === 'running' || job.state === 'interrupted') && !followed.has(job.id)) followJob(job.id)
  }, [jobs, followed])
  const shown = jobs.filter(job => followed.has(job.id))
  if (shown.length === 0) return null
  return (
    <section class="verifications" aria-label="Checks of stored deliveries">
      {shown.map(job => (
        <Verification key={job.id} job={job} />
      ))}
    </section>
  )
}

const ends = {
  running: 'Checking',
  done: 'Checked',
  cancelled: 'Stopped after',
  failed: 'Failed after',
  interrupted: 'Stopped with hookscope after',
} as const

function Verification({ job }: { job: VerificationJob }) {
  const running = job.state === 'running'
  const label = status.value?.hooks.find(({ id }) => id === job.hook)?.label ?? job.hook
  const amount =
    job.state === 'done' ? deliveriesText(job.total) : `${countText(job.checked)} of ${deliveriesText(job.total)}`
  return (
    <div class="card verification">
      <p role={running ? undefined : 'status'}>
        {ends[job.state]} <strong>{amount}</strong> of “{label}”
        <span class="muted">
          {' '}
          · {verdictChangesText(job)}
          {job.noLongerVerified > 0 && !running ? '; earlier verdicts are kept' : null}
        </span>
      </p>
      {running ? (
        <Button
          small
          refused={whyNot('DELETE /api/hooks/:id/verifications/:job')}
          onClick={() => void cancelVerification(job.hook, job.id)}
        >
          Cancel
        </Button>
      ) : (
        <>
          {job.state === 'interrupted' ? (
            <Button small onClick={() => void verifyAgain(job.hook, 'the previous check was interrupted')}>
              Check again
            </Button>
          ) : null}
          <a href={hookHref(job.hook, 'history')}>History</a>
          <IconButton small label="Dismiss" icon={<X size={14} />} onClick={() => followJob(job.id, false)} />
        </>
      )}
      <progress max={Math.max(1, job.total)} value={job.checked} aria-label={`Check of ${label}`} hidden={!running} />
    </div>
  )
}

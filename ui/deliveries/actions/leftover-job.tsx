import { X } from 'lucide-preact'
import { useState } from 'preact/hooks'
import { type Leftover, type LeftoverReason, leftoverSentence } from '../../../core/deliveries/leftover.ts'
import { whyNot } from '../../app/people.ts'
import { formatRoute } from '../../app/route.ts'
import { hostOf } from '../../app/targets.ts'
import { Button, IconButton } from '../../kit/button.tsx'
import { dismissLeftover, sendLeftover } from '../replay/replay.ts'

/** On the button, where it says more than to send it. */
const words: Partial<Record<LeftoverReason, string>> = {
  interrupted: 'Send again',
  missed: 'Send in order',
  'missed-before': 'Send in order',
  'missed-removed': 'Send in order',
}

/** What was to be sent and is not: why, and the button that sends it. */
export function LeftoverJob({ leftover }: { leftover: Leftover }) {
  const { id, why, target, query } = leftover
  const [pending, setPending] = useState(false)
  return (
    <div class="job">
      <div class="job-line">
        <span title={target}>{leftoverSentence(leftover, hostOf(target))}</span>
        <span class="grow" />
        {query === null ? null : (
          <a href={formatRoute({ view: 'deliveries', delivery: null, item: null, params: { q: query } })}>Show</a>
        )}
        <Button
          small
          pending={pending}
          refused={whyNot('POST /api/leftovers/:id/send')}
          onClick={async () => {
            setPending(true)
            await sendLeftover(id)
            setPending(false)
          }}
        >
          {words[why] ?? 'Send'}
        </Button>
        <IconButton
          small
          label="Dismiss"
          refused={whyNot('DELETE /api/leftovers/:id')}
          icon={<X size={14} />}
          onClick={() => void dismissLeftover(id)}
        />
      </div>
    </div>
  )
}

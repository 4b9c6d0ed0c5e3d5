import { signal } from '@preact/signals'
import { ShieldCheck } from 'lucide-preact'
import { status } from '../../app/listener.ts'
import { orToast } from '../../app/or-toast.ts'
import { whyNot } from '../../app/people.ts'
import { api, call } from '../../client/api.ts'
import { Button } from '../../kit/button.tsx'

/** The hook whose deliveries are asked to be verified again; null when none is. */
const asked = signal<string | null>(null)

async function verifyAgain(hook: string): Promise<void> {
  asked.value = hook
  const json = { reason: 'Asked for in the inspector' }
  await orToast(() => call(api.hooks[':id'].verifications.$post({ param: { id: hook }, json })))
  asked.value = null
}

/** Verifies the hook's stored deliveries with the key and credentials that it has now: this one is among them. */
export function VerifyAgain({ hook }: { hook: string }) {
  const isRunning = status.value?.verifications.some(job => job.hook === hook && job.state === 'running') ?? false
  return (
    <Button
      small
      class="verify-again"
      refused={whyNot('POST /api/hooks/:id/verifications')}
      icon={<ShieldCheck size={12} />}
      pending={isRunning || asked.value === hook}
      title="Verify the stored deliveries of this hook with its current key and credentials"
      onClick={() => void verifyAgain(hook)}
    >
      Verify again
    </Button>
  )
}

import { withCommas } from '../../core/text/text.ts'
import { letGo, saveTargets } from '../app/forwarding.ts'
import { Confirmation } from '../kit/confirmation.tsx'

/** Asks before deliveries that wait are let go of: their target is to be none any more. */
export function LetGoDialog() {
  const asked = letGo.value
  if (asked === null) return null
  const close = () => {
    letGo.value = null
  }
  const { count, message } = asked
  return (
    <Confirmation
      title={
        count === 1
          ? 'Remove a target with 1 queued delivery?'
          : `Remove a target with ${withCommas(count)} queued deliveries?`
      }
      keep="Keep the target"
      act="Remove the target"
      onKeep={close}
      onAct={async () => {
        await saveTargets(asked.targets, true)
        close()
      }}
    >
      <p>
        {message} Without this target {count === 1 ? 'it is' : 'they are'} not sent.{' '}
        {count === 1 ? 'It is' : 'They are'} kept, and you can send {count === 1 ? 'it' : 'them'} later from Deliveries.
      </p>
    </Confirmation>
  )
}

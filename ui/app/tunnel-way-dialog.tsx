import { isInUse, takingSentences, wayName } from '../../core/tunnels/taking.ts'
import { Confirmation } from '../kit/confirmation.tsx'
import { askedWay } from './asked-way.ts'
import { takeWay } from './tunnel-way.ts'

/** Asks before deliveries go through another server: its operator can read them, and the console has to be told. */
export function TunnelWayDialog() {
  const asked = askedWay.value
  if (asked === null) return null
  const { way, choice } = asked
  const isReplaced = isInUse(choice)
  const close = () => {
    askedWay.value = null
  }
  return (
    <Confirmation
      title={isReplaced ? `Use ${wayName(way)} in place of the tunnel?` : `Open a tunnel through ${wayName(way)}?`}
      keep={isReplaced ? 'Keep the tunnel' : 'Open none'}
      act={`Use ${wayName(way)}`}
      onKeep={close}
      onAct={async () => {
        await takeWay(way)
        close()
      }}
    >
      <div class="stack">
        {takingSentences(way, choice).map(sentence => (
          <p key={sentence}>{sentence}</p>
        ))}
        {isReplaced ? (
          <p>
            The way that is in use is closed first: what the gateway sends to the old Hook URL does not arrive then.
          </p>
        ) : null}
      </div>
    </Confirmation>
  )
}

import { takingSentences, wayName } from '../../core/tunnels/taking.ts'
import { Confirmation } from '../kit/confirmation.tsx'
import { askedWay } from './asked-way.ts'
import { takeWay } from './tunnel-way.ts'

/** Asks before deliveries go through another server: its operator can read them, and the console has to be told. */
export function TunnelWayDialog() {
  const asked = askedWay.value
  if (asked === null) return null
  const { way, choice } = asked
  const close = () => {
    askedWay.value = null
  }
  return (
    <Confirmation
      title={`Open ${wayName(way)} in place of the tunnel?`}
      keep="Keep the tunnel"
      act={`Open ${wayName(way)}`}
      onKeep={close}
      onAct={async () => {
        await takeWay(way)
        close()
      }}
    >
      {takingSentences(way, choice).map(sentence => (
        <p key={sentence}>{sentence}</p>
      ))}
      <p>
        The tunnel that is open now is closed first: what the gateway sends to the old Hook URL then does not arrive.
      </p>
    </Confirmation>
  )
}

import { useEffect, useState } from 'preact/hooks'
import type { TargetStatus } from '../../../core/messages.ts'
import { AlertIcon } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { hrefOf } from '../../models/route.ts'
import { connection, reconnectNow, status } from '../../models/session.ts'
import { countText, now } from '../../models/time.ts'
import { tunnelWords } from '../../models/tunnel-words.ts'

/** Says what stands between the screen and the truth: no connection, a store that cannot write, a tunnel that is gone. */
export function ConnectionBar() {
  const { state } = connection.value
  const lost = useSettled(state === 'lost', 1_000)
  const trouble = status.value?.storeTrouble
  const tunnel = status.value ? tunnelWords(status.value.tunnel, now.value) : null
  const more = tunnel && (tunnel.tone === 'bad' || tunnel.tone === 'warn') ? tunnel.more : null
  const down = status.value?.forward?.targets.filter(({ state }) => state === 'down') ?? []
  return (
    <div class="bars" role="status">
      {state === 'refused' ? (
        <p class="bar bar-bad">
          <AlertIcon />
          <span>hookscope was started anew. Open the inspector link that it printed in its terminal.</span>
        </p>
      ) : lost ? (
        <p class="bar bar-bad">
          <AlertIcon />
          <span>Not connected to hookscope. What is shown may be old; nothing is missed once it is back.</span>
          <Button small onClick={reconnectNow}>
            Try now
          </Button>
        </p>
      ) : null}
      {trouble ? (
        <p class="bar bar-bad">
          <AlertIcon />
          <span>{trouble} Until then the gateway is answered 503, so that it sends again.</span>
        </p>
      ) : null}
      {lost ? null : down.map(target => <TargetDown key={target.target} {...target} />)}
      {more && !lost ? (
        <p class={`bar bar-${tunnel?.tone ?? 'warn'}`}>
          <AlertIcon />
          <span>
            <strong>{tunnel?.label}.</strong> {more}
          </span>
          <a href={hrefOf({ view: 'settings' })}>Details</a>
        </p>
      ) : null}
    </div>
  )
}

/** Nothing takes connections at a target: what to do, and what it missed. */
function TargetDown({ error, missed }: TargetStatus) {
  if (error === null) return null
  return (
    <p class="bar bar-warn">
      <AlertIcon />
      <span>
        <strong>{error.message}</strong> {error.hint} Deliveries are kept meanwhile
        {missed === 0 ? '.' : `: ${missed === 1 ? '1 was' : `${countText(missed)} were`} missed.`}
      </span>
      <a href={hrefOf({ view: 'settings' })}>Target</a>
    </p>
  )
}

/** True once something has been true for a while: a blip is not worth a bar. */
function useSettled(value: boolean, ms: number): boolean {
  const [settled, setSettled] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), value ? ms : 0)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled && value
}

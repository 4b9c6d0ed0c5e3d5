import { useEffect, useState } from 'preact/hooks'
import type { TargetStatus } from '../../../core/api/messages.ts'
import { preparingSentence } from '../../../core/deliveries/preparing.ts'
import { AlertIcon } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { countText } from '../../kit/count.ts'
import { connection, reconnectNow, status, tunnelNow } from '../listener.ts'
import { settingsAt } from '../route.ts'
import { hostOf } from '../targets.ts'
import { wayWords } from '../way-words.ts'

/** Says what stands between the screen and the truth: no connection, a store that cannot write, a tunnel that is gone. */
export function ConnectionBar() {
  const { state } = connection.value
  const lost = useSettled(state === 'lost', 1_000)
  const trouble = status.value?.trouble
  const { tone, label, more } = wayWords()
  const tunnel = tunnelNow.value
  const offer = tunnel?.state === 'retrying' || tunnel?.state === 'down' ? (tunnel.offer ?? null) : null
  const { targets = [], mostWaiting = 0 } = status.value?.forward ?? {}
  const preparing = status.value?.preparing ?? 0
  const down = targets.filter(({ state }) => state === 'down')
  const full = targets.filter(({ isFull }) => isFull)
  return (
    <div class="bars" role="status">
      {state === 'refused' ? (
        <p class="bar tone-bad">
          <AlertIcon />
          <span>
            hookscope no longer recognizes this page: it was restarted, or this browser lost its key. Press o in its
            terminal, or open the link printed there; this page then reconnects by itself.
          </span>
        </p>
      ) : lost ? (
        <p class="bar tone-bad">
          <AlertIcon />
          <span>Not connected to hookscope. This page may be out of date; it catches up once hookscope is back.</span>
          <Button small onClick={reconnectNow}>
            Try now
          </Button>
        </p>
      ) : null}
      {trouble ? (
        <p class="bar tone-bad">
          <AlertIcon />
          <span>
            <strong>{trouble.message}</strong> {trouble.hint}
            {trouble.rebuilding === null ? null : (
              // It moves four times a second: who listens hears of the trouble, not of each step.
              <span aria-live="off">
                {' '}
                {countText(trouble.rebuilding.done)} of {countText(trouble.rebuilding.of)} deliveries so far.
              </span>
            )}
          </span>
        </p>
      ) : null}
      {lost || preparing < 1000 ? null : (
        <p class="bar tone-warn">
          <AlertIcon />
          <span aria-live="off">{preparingSentence(preparing)}</span>
        </p>
      )}
      {lost ? null : down.map(target => <TargetDown key={target.target} {...target} />)}
      {lost ? null : full.map(({ target }) => <QueueFull key={target} target={target} most={mostWaiting} />)}
      {more && (tone === 'bad' || tone === 'warn') ? (
        <p class={`bar tone-${tone}`}>
          <AlertIcon />
          <span>
            <strong>{label}.</strong> {more}
          </span>
          {offer ? (
            <Button small onClick={async () => (await import('../tunnel-way.ts')).askWay(offer.name)}>
              Use {offer.name}
            </Button>
          ) : null}
          {status.value?.from ? null : <a href={settingsAt('tunnel')}>Details</a>}
        </p>
      ) : null}
    </div>
  )
}

/** Nothing takes connections at a target: what to do, and what it missed. */
function TargetDown({ error, missed }: TargetStatus) {
  if (error === null) return null
  return (
    <p class="bar tone-warn">
      <AlertIcon />
      <span>
        <strong>{error.message}</strong> {error.hint} Deliveries are kept meanwhile
        {missed === 0 ? '.' : `: ${missed === 1 ? '1 was' : `${countText(missed)} were`} missed.`}
      </span>
      <a href={settingsAt('forwarding')}>Target</a>
    </p>
  )
}

/** What comes now is not sent by itself. */
function QueueFull({ target, most }: { target: string; most: number }) {
  return (
    <p class="bar tone-warn">
      <AlertIcon />
      <span>
        <strong>
          {countText(most)} deliveries wait for {hostOf(target)}.
        </strong>{' '}
        New deliveries are kept but not queued until half of these are sent.
      </span>
      <a href={settingsAt('forwarding')}>Target</a>
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

import { signal } from '@preact/signals'
import { X } from 'lucide-preact'
import { useEffect } from 'preact/hooks'
import { status } from '../../app/listener.ts'
import { formatRoute, setParams } from '../../app/route.ts'
import { AlertIcon } from '../../kit/badge.tsx'
import { Button, IconButton } from '../../kit/button.tsx'
import { countText } from '../../kit/count.ts'
import { momentText } from '../../kit/time.ts'
import { type Run, run, startCauses } from './ask-causes.ts'

/** Up to which delivery the bar was put away. */
const dismissedTo = signal(0)

/** Many deliveries that were rejected for one cause: said once, above the list. */
export function RejectedBar() {
  useEffect(startCauses, [])
  const shown = run.value
  if (shown === null || shown.last.id <= dismissedTo.value) return null
  const { first, last, isOver } = shown
  return (
    <p class={`bar rejected-bar ${isOver ? 'tone-warn' : 'tone-bad'}`} role="status">
      <AlertIcon />
      <span>{runText(shown, Date.now())}</span>
      <a href={formatRoute({ view: 'deliveries', delivery: last.id, item: null, params: { tab: 'signature' } })}>
        Why, and how to fix it
      </a>
      <Button small onClick={() => setParams({ q: `is:rejected id:${first.id}-${last.id}` }, false)}>
        Show them
      </Button>
      <IconButton
        small
        label="Dismiss"
        icon={<X size={14} />}
        onClick={() => {
          dismissedTo.value = last.id
        }}
      />
    </p>
  )
}

/** `10 rejected since 12:41: JSON re-serialized on the way`; once others were verified, from when to when. */
export function runText({ count, capped, first, last, label, isOver, hook }: Run, now: number): string {
  const [from, to] = [first, last].map(({ receivedAt }) => momentText(receivedAt, now))
  const hooks = status.value?.hooks ?? []
  const at = hooks.length > 1 ? ` at “${hooks.find(({ id }) => id === hook)?.label ?? hook}”` : ''
  const when = isOver ? (from === to ? `at ${from}` : `from ${from} to ${to}`) : `since ${from}`
  return `${countText(count)}${capped ? ' or more' : ''} rejected${at} ${when}: ${label}`
}

import { Globe, Laptop } from 'lucide-preact'
import { useState } from 'preact/hooks'
import type { SessionView } from '../../../core/people/views.ts'
import { orToast } from '../../app/or-toast.ts'
import { Problem } from '../../app/problem.tsx'
import { call } from '../../client/api.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { dayText, exactTime, momentText, now } from '../../kit/time.ts'
import { useLoaded } from '../../kit/use-loaded.ts'
import { auth } from '../client.ts'
import { browserName } from './browser-name.ts'

/** Where the person is signed in, laptops among them, each with its end. */
export function SessionsSection() {
  const [changes, setChanges] = useState(0)
  const { value, problem } = useLoaded(() => call(auth.sessions.$get()), [changes])
  const end = async (work: () => Promise<unknown>) => {
    await orToast(work)
    setChanges(count => count + 1)
  }
  if (problem !== null) return <Problem problem={problem} />
  if (value === null) return <p class="muted after-a-moment">Loading…</p>
  const others = value.sessions.filter(({ isCurrent }) => !isCurrent)
  return (
    <>
      <ul class="account-list card" aria-label="Sessions and laptops">
        {value.sessions.map(session => (
          <SessionRow
            key={session.id}
            session={session}
            onEnd={() => end(() => call(auth.sessions[':id'].$delete({ param: { id: session.id } })))}
          />
        ))}
      </ul>
      {others.length > 1 ? (
        <div class="row">
          <Button variant="danger" onClick={() => end(() => call(auth.sessions.$delete()))}>
            End all others
          </Button>
        </div>
      ) : null}
    </>
  )
}

function SessionRow({ session, onEnd }: { session: SessionView; onEnd: () => Promise<void> }) {
  const { kind, laptop, address, userAgent, createdAt, usedAt, isCurrent } = session
  const [pending, setPending] = useState(false)
  const name = kind === 'laptop' ? (laptop ?? 'Laptop') : browserName(userAgent)
  return (
    <li>
      {kind === 'laptop' ? <Laptop size={15} /> : <Globe size={15} />}
      <span class="words fill">
        <span class="breaks">{name}</span>
        <span class="note" title={`Since ${exactTime(createdAt)}`}>
          {kind === 'laptop' ? `hookscope listen --from, connected ${momentText(createdAt, now.value)} · ` : ''}
          {address ?? 'unknown address'} · last used {dayText(usedAt, now.value).toLowerCase()}
        </span>
      </span>
      {isCurrent ? (
        <Badge tone="accent">This browser</Badge>
      ) : (
        <Button
          small
          pending={pending}
          aria-label={`End ${name}`}
          onClick={async () => {
            setPending(true)
            await onEnd()
            setPending(false)
          }}
        >
          End
        </Button>
      )}
    </li>
  )
}

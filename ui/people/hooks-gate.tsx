import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Problem } from '../app/problem.tsx'
import { goTo, linkTo } from '../app/route.ts'
import { ApiFailure, api, call } from '../client/api.ts'

/** Before Hooks, as in the console: they open once hookscope has them opened, with a second factor where that is due. */
export function HooksGate({ children }: { children?: ComponentChildren }) {
  const [state, setState] = useState<'asking' | 'open' | ApiFailure>('asking')
  useEffect(() => {
    let left = false
    call(api.hooks.$get()).then(
      () => !left && setState('open'),
      (error: unknown) => {
        if (left || !(error instanceof ApiFailure)) return
        // Canceled: back to what anybody may see.
        if (error.code.startsWith('second-factor')) goTo(linkTo({ view: 'deliveries' }), true)
        else setState(error)
      },
    )
    return () => {
      left = true
    }
  }, [])
  if (state === 'open') return <>{children}</>
  return (
    <div class="missing">
      <h1>Hooks</h1>
      {state === 'asking' ? (
        <p class="muted after-a-moment">Waiting for your second factor…</p>
      ) : (
        <Problem problem={state} />
      )}
    </div>
  )
}

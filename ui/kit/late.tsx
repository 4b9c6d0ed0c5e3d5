import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button } from './button.tsx'

/**
 * A view that is fetched when it is first shown, so that the shell stays small.
 * @param load `async () => (await import('…/hooks-view.tsx')).HooksView`
 */
export function late<Props extends object = Record<never, never>>(
  load: () => Promise<(props: Props) => JSX.Element | null>,
): (props: Props) => JSX.Element | null {
  const view = signal<((props: Props) => JSX.Element | null) | null>(null)
  const failed = signal(false)
  const fetchView = async () => {
    try {
      failed.value = false
      const loaded = await load()
      view.value = loaded
    } catch {
      failed.value = true
    }
  }
  return function Late(props) {
    useEffect(() => {
      if (view.peek() === null) void fetchView()
    }, [])
    const Shown = view.value
    if (Shown) return <Shown {...props} />
    if (!failed.value) return null
    return (
      <div class="missing" role="alert">
        <h1>This part of the inspector could not be loaded</h1>
        <p class="muted">Is hookscope still running in its terminal?</p>
        <Button onClick={() => void fetchView()}>Try again</Button>
      </div>
    )
  }
}

/** What the keys do while deliveries come: the same beside one's own hookscope and beside another that is listening. */
import type { Status } from '../../core/api/messages.ts'
import type { Paint } from '../shared/style.ts'
import { type Shortcut, shortcutHelp } from './shortcuts.ts'
import { type Printing, type TunnelActing, tunnelKeys } from './tunnel-keys.ts'

/** The hookscope that the keys act on. */
export interface Acting extends TunnelActing {
  /** The inspector in the browser; says itself where that fails. */
  open(): void | Promise<void>
  /** The first hook's; null where there is none. */
  hookUrl(): string | null | Promise<string | null>
  replayLast(): Promise<unknown>
  /** Whether forwarding is paused now; null where nothing is forwarded. */
  isPaused(): boolean | null | Promise<boolean | null>
  pause(paused: boolean): void | Promise<void>
  quit(): void
  /** What `quit` ends, as the help says it. */
  readonly quits: string
}

export function firstHookUrl({ hooks: [hook] }: Pick<Status, 'hooks'>): string | null {
  return hook === undefined ? null : (hook.hookUrl ?? hook.localUrl)
}

export function shortcutsOf(acting: Acting, { line, lines }: Printing, paint: Paint): Shortcut[] {
  const shortcuts: Shortcut[] = [
    { key: 'o', description: 'open the inspector', action: () => acting.open() },
    {
      key: 'c',
      description: 'copy the Hook URL',
      async action() {
        const url = await acting.hookUrl()
        if (url === null) return
        try {
          const { writeText } = await import('tinyclip')
          await writeText(url)
          line(`Copied ${url}`)
        } catch {
          line(`There is no clipboard here. The Hook URL: ${url}`)
        }
      },
    },
    {
      key: 'r',
      description: 'replay the last delivery',
      async action() {
        await acting.replayLast()
      },
    },
    {
      key: 'p',
      description: 'pause or resume forwarding',
      async action() {
        const isPaused = await acting.isPaused()
        if (isPaused === null) {
          line('Nothing is forwarded: start with --forward URL.')
          return
        }
        await acting.pause(!isPaused)
        line(isPaused ? 'Forwarding resumed.' : 'Forwarding paused: deliveries wait. Press p to resume.')
      },
    },
    ...tunnelKeys(acting, { line, lines }, paint),
    { key: '?', description: 'this help', action: () => lines(shortcutHelp(shortcuts, paint)) },
    { key: 'q', description: acting.quits, action: acting.quit },
  ]
  return shortcuts
}

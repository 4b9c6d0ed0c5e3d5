/** Short messages at the edge of the screen: what was done, with a way to undo it, or what went wrong. */
import { signal } from '@preact/signals'

export interface Toast {
  readonly id: number
  readonly text: string
  readonly tone: 'plain' | 'ok' | 'bad'
  readonly action: { readonly label: string; readonly run: () => void } | null
}

export const toasts = signal<readonly Toast[]>([])

let lastId = 0
const timers = new Map<number, ReturnType<typeof setTimeout>>()

/** Takes a message away. */
export function dismissToast(id: number): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
  toasts.value = toasts.value.filter(toast => toast.id !== id)
}

/** Keeps messages while they are looked at (pointer or focus on them). */
export function holdToasts(): void {
  for (const timer of timers.values()) clearTimeout(timer)
  timers.clear()
}

/** Lets the messages go on their way after `holdToasts`. */
export function releaseToasts(): void {
  for (const toast of toasts.value) leaveLater(toast)
}

function leaveLater(toast: Toast): void {
  const ms = toast.action || toast.tone === 'bad' ? 12_000 : 5_000
  clearTimeout(timers.get(toast.id))
  timers.set(
    toast.id,
    setTimeout(() => dismissToast(toast.id), ms),
  )
}

/** Shows a message: 5 s, or 12 s when it can be acted on or tells of a failure. @returns its id */
export function showToast(
  text: string,
  options: { tone?: Toast['tone']; action?: { label: string; run: () => void } } = {},
): number {
  lastId += 1
  const toast: Toast = { id: lastId, text, tone: options.tone ?? 'plain', action: options.action ?? null }
  toasts.value = [...toasts.value.slice(-3), toast]
  leaveLater(toast)
  return toast.id
}

import type { ComponentChildren } from 'preact'
import { AlertIcon } from './badge.tsx'

/** What one ought to know before going on. */
export function Warning({ children }: { children: ComponentChildren }) {
  return (
    <p class="notice tone-warn">
      <AlertIcon />
      <span>{children}</span>
    </p>
  )
}

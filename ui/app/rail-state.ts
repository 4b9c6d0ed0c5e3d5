/** How a view stands, in a word beside its link. */
import type { TunnelStatus } from '../../core/api/tunnel.ts'
import type { HookView } from '../../core/hooks/hook.ts'

export interface RailState {
  readonly tone: 'ok' | 'warn' | 'bad'
  readonly label: string
}

/** A hook for which neither a key nor credentials are known: what arrives there is not checked. */
export const isUnchecked = ({ signing, authentication }: HookView): boolean =>
  signing.kind === 'none' && authentication.kind === 'none'

/** @returns null where there is nothing to say beyond their number */
export function hooksState(hooks: readonly HookView[]): RailState | null {
  return hooks.some(isUnchecked) ? { tone: 'warn', label: 'Unchecked' } : null
}

/** The tunnel's, which Settings tells of. @returns null where none is wanted */
export function settingsState({ state }: TunnelStatus): RailState | null {
  switch (state) {
    case 'off':
      return null
    case 'down':
      return { tone: 'bad', label: 'Tunnel down' }
    case 'retrying':
      return { tone: 'warn', label: 'Reconnecting' }
    case 'starting':
      return { tone: 'warn', label: 'Connecting' }
    case 'up':
      return { tone: 'ok', label: 'Tunnel up' }
  }
}

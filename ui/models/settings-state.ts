/** How the settings stand, in a word beside their link. */
import type { Status } from '../../core/messages.ts'

export interface SettingsState {
  readonly tone: 'ok' | 'warn' | 'bad'
  readonly label: string
}

/** What wants looking after first: a tunnel that is down, then a hook for which neither a key nor credentials are known. */
export function settingsState({ tunnel, hooks }: Pick<Status, 'tunnel' | 'hooks'>): SettingsState {
  if (tunnel.state === 'down') return { tone: 'bad', label: 'Tunnel down' }
  if (tunnel.state === 'retrying') return { tone: 'warn', label: 'Reconnecting' }
  const unchecked = hooks.some(hook => hook.signing.kind === 'none' && hook.authentication.kind === 'none')
  return unchecked ? { tone: 'warn', label: 'Unchecked' } : { tone: 'ok', label: 'Checked' }
}

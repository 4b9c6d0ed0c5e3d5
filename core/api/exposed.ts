/** From where else than this machine a listener can be reached, and by whom. */
import type { HookView } from '../hooks/hook.ts'

/** What `--host` and `--allowed-host` open; one of them at least. */
export interface Exposed {
  /** An address beside loopback at which the receiver takes connections; null: none. */
  readonly host: string | null
  /** Names, with ports, by which the inspector may be called. */
  readonly allowedHosts: readonly string[]
}

/** What is open to whom, a text without a full stop for each; none where nothing is. */
export function exposedTexts({
  exposed,
  hooks: [hook],
}: {
  readonly exposed: Exposed | null
  readonly hooks: readonly Pick<HookView, 'localUrl'>[]
}): readonly string[] {
  if (exposed === null) return []
  const { host, allowedHosts } = exposed
  const port = hook === undefined ? '' : `, port ${new URL(hook.localUrl).port}`
  return [
    ...(host === null
      ? []
      : [`the receiver takes connections at ${host}${port}: whoever reaches it there can send to it, unencrypted`]),
    ...(allowedHosts.length === 0
      ? []
      : [`the inspector answers to ${allowedHosts.join(', ')}: whoever gets there with its link reads every delivery`]),
  ]
}

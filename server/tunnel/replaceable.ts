/** A tunnel that can be replaced by another while it is watched. */
import type { TunnelStatus } from '../../core/api/tunnel.ts'
import { createListeners } from '../lib/listeners.ts'
import type { Tunnel } from './supervisor.ts'

/** A tunnel in whose place another can be opened. */
export interface ReplaceableTunnel extends Tunnel {
  /** Closes what is open, then opens the other; the status begins anew. Of several that are asked for at once each follows the one before. */
  replace(open: () => Tunnel): Promise<void>
}

export function replaceable(first: Tunnel): ReplaceableTunnel {
  const listeners = createListeners<TunnelStatus>()
  let current: Tunnel | null = null
  let isClosed = false
  let work: Promise<void> = Promise.resolve()

  function watch(tunnel: Tunnel): void {
    current = tunnel
    tunnel.onChange(status => {
      if (tunnel === current) listeners.call(status)
    })
  }

  async function change(open: () => Tunnel): Promise<void> {
    const old = current
    current = null
    listeners.call({ state: 'starting' })
    // Two at once could want the same port or name.
    await old?.close()
    if (isClosed) return
    const next = open()
    watch(next)
    listeners.call(next.status())
  }

  watch(first)
  return {
    status: () => current?.status() ?? { state: isClosed ? 'off' : 'starting' },
    onChange: listeners.add,
    replace(open) {
      work = work.then(() => (isClosed ? undefined : change(open)))
      return work
    },
    async close() {
      isClosed = true
      await Promise.all([current?.close(), work])
    },
  }
}

import type { TunnelStatus } from '../../core/api/tunnel.ts'
import { catchUpText, type TunnelOutage, triedForMs } from '../../core/tunnels/catch-up.ts'
import { now } from '../kit/time.ts'

/** Since when nothing could arrive through the tunnel, and when the gateway sends again; nothing where all arrived. */
export function CatchUp({ tunnel }: { tunnel: TunnelStatus | null }) {
  const outage = outageOf(tunnel, now.value)
  if (outage === null) return null
  const { since, length, again } = catchUpText(outage, tunnel?.state === 'up')
  return (
    <p class="notice tone-warn">
      {since} ({length}). {again}
    </p>
  )
}

/** The one that lasts, else the last one while the gateway still sends again what did not arrive. */
function outageOf(tunnel: TunnelStatus | null, at: number): TunnelOutage | null {
  if (tunnel?.state === 'up' && tunnel.outage !== undefined) {
    const to = Date.parse(tunnel.outage.to)
    return at - to < triedForMs ? { from: Date.parse(tunnel.outage.from), to } : null
  }
  if ((tunnel?.state === 'retrying' || tunnel?.state === 'down') && tunnel.reachedAt !== undefined)
    return { from: Date.parse(tunnel.reachedAt), to: Math.max(at, Date.parse(tunnel.reachedAt)) }
  return null
}

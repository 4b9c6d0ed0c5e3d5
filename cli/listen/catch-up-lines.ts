/** After an outage: since when, and when the gateway sends again what did not arrive. */
import { catchUpText, type TunnelOutage } from '../../core/tunnels/catch-up.ts'
import type { LineStyle } from '../shared/delivery-line.ts'
import { wrapWords } from '../shared/wrap.ts'

/** @param outage of at least a moment; what happens in it is tried again on the gateway's schedule */
export function catchUpLines(outage: TunnelOutage, { paint, width }: LineStyle): string[] {
  const { since, length, again } = catchUpText(outage)
  return wrapWords(`${paint.yellow(since)} (${length}). ${again}`, width)
}

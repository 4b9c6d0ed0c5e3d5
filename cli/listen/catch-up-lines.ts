/** After an outage: since when, and when the gateway sends again what did not arrive. */
import { lengthText } from '../../core/text/duration.ts'
import { catchUp, type NextTries, type TunnelOutage, triedForMs } from '../../core/tunnels/catch-up.ts'
import type { LineStyle } from '../shared/delivery-line.ts'
import { wrapWords } from '../shared/wrap.ts'

/** So many instants of an event are named. */
const mostNamed = 3

/** @param outage of at least a moment; what happens in it is tried again on the gateway's schedule */
export function catchUpLines(outage: TunnelOutage, { paint, width }: LineStyle): string[] {
  const { oldest, newest } = catchUp(outage, mostNamed)
  const isLong = outage.to - outage.from >= 86_400_000
  const at = (instant: number) =>
    isLong || new Date(instant).toDateString() !== new Date(outage.to).toDateString()
      ? new Date(instant).toLocaleString()
      : new Date(instant).toLocaleTimeString()
  const tries = ({ first, next }: NextTries) =>
    next.length === 0
      ? `an event of ${at(first)} no more`
      : `an event of ${at(first)} at ${next.map(at).join(', ')}${next.length === mostNamed ? ' and so on' : ''}`
  return wrapWords(
    `${paint.yellow(`Not reachable from ${at(outage.from)} to ${at(outage.to)}`)} (${lengthText(outage.to - outage.from)}). For ${triedForMs / 3_600_000} hours the gateway sends again what did not arrive: ${tries(oldest)}; ${tries(newest)}.`,
    width,
  )
}

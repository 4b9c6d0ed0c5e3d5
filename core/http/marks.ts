/** The headers by which hookscope marks what it sends, and which of a delivery's headers do not go out as they came. */
import { endToEnd, type HeaderList, isHopByHop } from './headers.ts'

/** Marks what hookscope sends itself: `forward`, `replay`, `simulate`, `check` or `test`. */
export const sourceHeader = 'Hookscope-Source'

/** The id of the delivery that an attempt sends. */
export const deliveryHeader = 'Hookscope-Delivery'

/**
 * Headers of a delivery that never go out (lower case): hookscope's own marks, set anew, and Expect, since the sender's wait
 * for a 100 was answered here, and ours sends the body at once.
 */
export const leftOut: ReadonlySet<string> = new Set([
  sourceHeader.toLowerCase(),
  deliveryHeader.toLowerCase(),
  'expect',
])

/** Headers that the sender writes for the target and the body, where they stood (lower case). */
export const writtenAnew: ReadonlySet<string> = new Set(['host', 'content-length'])

/** Whether the sender decides about a header, whatever its value in the delivery: it is left out, or set when it is sent. */
export function isSetWhenSent(name: string): boolean {
  const lower = name.toLowerCase()
  return writtenAnew.has(lower) || leftOut.has(lower) || isHopByHop(lower)
}

/** The header lines of a delivery that go out as they are. */
export const sentAsReceived = (headers: HeaderList): HeaderList =>
  endToEnd(headers).filter(([name]) => !isSetWhenSent(name))

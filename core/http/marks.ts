/** The headers by which hookscope marks what it sends. */

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

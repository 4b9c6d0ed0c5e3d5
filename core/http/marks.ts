/** The headers by which hookscope marks what it sends. */

/** Marks what hookscope sends itself: `forward`, `replay`, `simulate`, `check` or `test`. */
export const sourceHeader = 'Hookscope-Source'

/** The id of the delivery that an attempt sends. */
export const deliveryHeader = 'Hookscope-Delivery'

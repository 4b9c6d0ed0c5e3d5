/** Which columns the list has room for. */

export interface Columns {
  /** The event's line and the summary's below each other, in place of side by side. */
  readonly twoLines: boolean
  /** The hook's label. */
  readonly hook: boolean
  /** The amount, and what the merchant knows it by. */
  readonly money: boolean
}

/** Below this width, in pixels, a row takes two lines: on one, a chip would lie below the answer. */
const twoLinesBelow = 810
/** From these widths on there is room for the hook's label, and for amount and invoice beside it or without it. */
const hookFrom = 935
const moneyFrom = { beside: 1190, alone: 1060 }

/** @param width of the list in pixels, 0 when it is not known yet @param hooks how many there are */
export function columnsFor(width: number, hooks: number): Columns {
  const twoLines = width > 0 && width < twoLinesBelow
  const hook = hooks > 1 && width >= hookFrom
  return { twoLines, hook, money: width >= (hook ? moneyFrom.beside : moneyFrom.alone) }
}

export const narrowColumns: Columns = { twoLines: false, hook: false, money: false }

/**
 * Scrolling through more rows than a browser can lay out. Browsers cap an element's height (Firefox near 17,800,000 px),
 * so a taller list is scrolled in an element of a capped height: near both ends pixel for pixel, in between compressed.
 * In between, a small step still moves the rows by as many pixels as the wheel asked for; only a jump (the scroll bar
 * dragged) is mapped. Once scrolling rests, `rest` puts the scroll bar where the rows are.
 *
 * Rows have one height, so which are visible is a division. (A virtualizer that keeps an offset a row spends some
 * 30 ms at 1,000,000 rows whenever one is added.)
 */

export const heightCap = 10_000_000
const exactEnd = 3_000_000

export interface TallScroll {
  /** The height to give the scrolled element, pixels. */
  readonly height: number
  /** Pixels of list above the viewport's edge. */
  readonly offset: number
  /** Takes the sizes anew; the offset stays, as far as it can. */
  resize(rows: number, rowHeight: number, viewport: number): void
  /** The element was scrolled. */
  moved(scrollTop: number): void
  /** Goes to an offset. @returns the scrollTop that belongs to it */
  go(offset: number): number
  /** @returns the scrollTop that belongs to the current offset */
  rest(): number
}

export function createTallScroll(): TallScroll {
  let whole = 0
  let viewport = 0
  let height = 0
  let offset = 0
  let top = 0

  const clamp = (value: number) => Math.max(0, Math.min(value, whole - viewport))
  const ratio = () => (whole - 2 * exactEnd) / (height - 2 * exactEnd)

  const toOffset = (at: number): number => {
    if (whole === height || at <= exactEnd) return at
    if (at >= height - exactEnd) return whole - (height - at)
    return exactEnd + (at - exactEnd) * ratio()
  }
  const toTop = (at: number): number => {
    if (whole === height || at <= exactEnd) return at
    if (at >= whole - exactEnd) return height - (whole - at)
    return exactEnd + (at - exactEnd) / ratio()
  }

  return {
    get height() {
      return height
    },
    get offset() {
      return offset
    },
    resize(rows, rowHeight, seen) {
      whole = rows * rowHeight
      viewport = seen
      height = Math.min(whole, heightCap)
      offset = clamp(offset)
    },
    moved(scrollTop) {
      const step = scrollTop - top
      top = scrollTop
      if (whole === height || Math.abs(step) > 2 * viewport || scrollTop <= 0 || scrollTop >= height - viewport)
        offset = clamp(toOffset(scrollTop))
      else offset = clamp(offset + step)
    },
    go(to) {
      offset = clamp(to)
      top = toTop(offset)
      return top
    },
    rest() {
      top = toTop(offset)
      return top
    },
  }
}

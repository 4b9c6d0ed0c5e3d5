import { describe, expect, it } from 'vitest'
import { createTallScroll, heightCap } from '../../../../ui/kit/long-list/tall-scroll.ts'

const rowHeight = 40
const viewport = 800

function open(rows: number) {
  const scroll = createTallScroll()
  scroll.resize(rows, rowHeight, viewport)
  return scroll
}

describe('scrolling through more rows than a browser can lay out', () => {
  it('is the browser’s own scrolling while the list is short', () => {
    const scroll = open(1_000)
    expect(scroll.height).toBe(40_000)
    scroll.moved(12_345)
    expect(scroll.offset).toBe(12_345)
    expect(scroll.rest()).toBe(12_345)
  })

  it('reaches the first and the last of a million rows', () => {
    const scroll = open(1_000_000)
    expect(scroll.height).toBe(heightCap)
    scroll.moved(heightCap - viewport)
    expect(scroll.offset).toBe(1_000_000 * rowHeight - viewport)
    scroll.moved(0)
    expect(scroll.offset).toBe(0)
  })

  it('moves rows as far as the wheel says in the middle, and lets the scroll bar follow when it rests', () => {
    const scroll = open(1_000_000)
    scroll.moved(heightCap / 2)
    const middle = scroll.offset
    expect(middle).toBeCloseTo(20_000_000, -3)
    scroll.moved(heightCap / 2 + 100)
    expect(scroll.offset).toBe(middle + 100)
    const rested = scroll.rest()
    expect(rested).toBeLessThan(heightCap / 2 + 100)
    scroll.moved(rested)
    expect(scroll.offset).toBe(middle + 100)
  })

  it('goes to a row and back to the same place after a resize', () => {
    const scroll = open(1_000_000)
    const top = scroll.go(700_000 * rowHeight)
    scroll.resize(1_000_001, rowHeight, viewport)
    scroll.moved(top)
    expect(scroll.offset).toBe(700_000 * rowHeight)
  })
})

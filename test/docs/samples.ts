/** What the pages show as output, and what of it a run has to show again. */
import { expect } from 'vitest'
import { textOf } from './pages.ts'

/** A line of output without what differs from run to run. */
export const shapeOf = (line: string) =>
  line
    .replace(/\d[\d,.:]*/g, '0')
    .replace(/ m?s$/, ' ms')
    .replace(/\s+/g, ' ')
    .trim()
export const shapesOf = (text: string) => text.split('\n').map(shapeOf)

/** Lines that a page shows as output, by a part of each. */
export function sampleLines(page: string, part: string): readonly string[] {
  const samples = [...textOf(page).matchAll(/```text\n([\s\S]*?)```/g)].flatMap(([, text = '']) => text.split('\n'))
  const found = samples.filter(line => line.includes(part))
  expect(found, page).not.toEqual([])
  return found
}

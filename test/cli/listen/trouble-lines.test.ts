import { expect, test } from 'vitest'
import { troubleLines } from '../../../cli/listen/trouble-lines.ts'
import { paintFor } from '../../../cli/shared/style.ts'
import type { StoreTrouble } from '../../../core/api/store-trouble.ts'
import { onTroubleNews } from '../../../server/store/trouble-news.ts'

const trouble = (changed: Partial<StoreTrouble> = {}): StoreTrouble => ({
  ...{ code: 'full', message: 'Deliveries cannot be kept: the disk is full.', hint: 'Free some space.', keeps: false },
  rebuilding: null,
  ...changed,
})
const style = (width: number) => ({ paint: paintFor({}, {}), width })

test.each([40, 80, 120])('%i columns: what is wrong first, then what to do, and no line is longer', width => {
  const lines = troubleLines(
    trouble({ message: `${'long '.repeat(30)}\u001b[2J.`, hint: 'Do this. '.repeat(20) }),
    null,
    style(width),
  )
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
  expect(lines.join(' ')).toMatch(/^long .*Do this\./)
  expect(lines.join('')).not.toContain('\u001b')
})

test('all is well again', () => {
  expect(troubleLines(null, trouble(), style(80))).toEqual([
    'The database works again: deliveries are kept, shown and sent on.',
  ])
})

test('each trouble is told once, a repair in a few steps, and its end', () => {
  const told: string[] = []
  let tell: (trouble: StoreTrouble | null) => void = () => {}
  onTroubleNews(
    {
      trouble: () => null,
      onTrouble(listener) {
        tell = listener
        return () => {}
      },
    },
    one => told.push(one === null ? 'well' : `${one.code} ${one.rebuilding?.done ?? ''}`.trim()),
  )
  tell(trouble())
  tell(trouble())
  for (let done = 0; done < 1000; done += 1) tell(trouble({ code: 'damaged', rebuilding: { done, of: 1000 } }))
  tell(null)
  expect(told).toEqual(['full', 'damaged 0', 'damaged 250', 'damaged 500', 'damaged 750', 'well'])
})

test('of a repair that goes on only how far it is', () => {
  const repairing = (done: number) => trouble({ code: 'damaged', rebuilding: { done, of: 20_004 } })
  expect(troubleLines(repairing(0), null, style(120)).join(' ')).toContain(
    'Free some space. Rebuilt so far: 0 of 20,004.',
  )
  expect(troubleLines(repairing(5929), repairing(0), style(80))).toEqual(['Rebuilt so far: 5,929 of 20,004.'])
})

import { describe, expect, it } from 'vitest'
import { type Asker, createReadQueue, type Question } from '../../../../../server/store/sqlite/read/read-queue.ts'

interface Named extends Question {
  readonly name: string
}

const queue = () => createReadQueue<Named>()
const one = (name: string, asker: Asker | null = null, isUrgent = false): Named => ({ name, asker, isUrgent })
const search = (usedMs = 0): Asker => ({ signal: undefined, isShort: false, usedMs })

describe('what is read next', () => {
  it('is what came first, short questions before long searches, what is urgent before all', () => {
    const reads = queue()
    reads.add(one('long', search(1000)))
    reads.add(one('begun', search(50)))
    reads.add(one('begun later', search(20)))
    reads.add(one('by id'))
    reads.add(one('new search', search()))
    reads.add(one('checkpoint', null, true))
    expect(Array.from({ length: 7 }, () => reads.next(false)?.name)).toEqual([
      'checkpoint',
      'by id',
      'new search',
      'begun later',
      'begun',
      'long',
      undefined,
    ])
  })

  it('of fifty long searches is the first one’s, until it ends: some are answered soon', () => {
    const reads = queue()
    const windows = 20
    const searches = Array.from({ length: 50 }, (_, at) => ({ at, left: windows, asker: search() }))
    const ended: number[] = []
    for (const { at, asker } of searches) reads.add(one(`${at}`, asker))
    let asked = 0
    for (let next = reads.next(false); next !== undefined; next = reads.next(false)) {
      asked += 1
      const of = searches[Number(next.name)]
      if (of === undefined) throw new Error('no such search')
      of.asker.usedMs += 50
      of.left -= 1
      if (of.left > 0) reads.add(one(next.name, of.asker))
      else ended.push(of.at)
      if (asked === (50 * windows) / 2) expect(ended.length).toBeGreaterThan(15)
    }
    expect(ended).toEqual(searches.map(({ at }) => at))
  })

  it('is nothing but what is urgent while reads are held', () => {
    const reads = queue()
    reads.add(one('by id'))
    expect(reads.next(true)).toBeUndefined()
    reads.add(one('checkpoint', null, true))
    expect(reads.next(true)?.name).toBe('checkpoint')
    expect(reads.next(false)?.name).toBe('by id')
  })

  it('is nothing that nobody waits for', () => {
    const reads = queue()
    const gone = one('gone')
    reads.add(gone)
    reads.drop(gone)
    expect(reads.next(false)).toBeUndefined()
  })
})

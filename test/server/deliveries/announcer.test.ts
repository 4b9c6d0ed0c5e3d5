/** The order in which deliveries and attempts are told of. */
import { describe, expect, it } from 'vitest'
import type { AttemptSummary } from '../../../core/deliveries/attempt.ts'
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import { openAnnouncer } from '../../../server/deliveries/announcer.ts'
import { attemptSummary, deliverySummary } from '../../helpers/summaries.ts'

const delivery = (id: number, changes: Partial<DeliverySummary> = {}) => deliverySummary({ id, ...changes })
const attempt = (of: number, source: AttemptSummary['source'] = 'forward') =>
  attemptSummary({ id: of * 10, delivery: of, source })

/** A store that tells what the test says. */
function open(answeredByApp: boolean, listedBefore = 0) {
  const told: string[] = []
  const kept = new Map<number, DeliverySummary>()
  let attempted: (attempt: AttemptSummary) => void = () => {}
  let changed: () => void = () => {}
  const announcer = openAnnouncer({
    store: {
      attempts: {
        onEnded(listener) {
          attempted = listener
          return () => {}
        },
      },
      changes: {
        onChange(listener) {
          changed = listener
          return () => {}
        },
      },
      deliveries: { summaries: async ids => ids.flatMap(id => kept.get(id) ?? []) },
    },
    ...{ answeredByApp, listedBefore },
    onDelivery: ({ id, status }) => told.push(`delivery ${id} ${status}`),
    onAttempt: ({ delivery: of, source }) => told.push(`${source} ${of}`),
  })
  const index = (one: DeliverySummary) => {
    kept.set(one.id, one)
    announcer.offer([one])
  }
  const answer = (id: number, status: number) => {
    kept.set(id, delivery(id, { status }))
    changed()
  }
  return { announcer, told, index, answer, attempted: (one: AttemptSummary) => attempted(one) }
}

/** What was asked of the store has been answered. */
const read = () => new Promise(resolve => setImmediate(resolve))

describe('the announcer', () => {
  it('tells of what is sent of an earlier run, whose delivery it does not tell of again', () => {
    const { announcer, told, attempted } = open(false, 7)
    announcer.start()
    attempted(attempt(7))
    attempted(attempt(8))
    expect(told).toEqual(['forward 7'])
  })

  it('tells nothing before it is started, then what came meanwhile', () => {
    const { announcer, told, index, attempted } = open(false)
    index(delivery(1))
    attempted(attempt(1))
    expect(told).toEqual([])
    announcer.start()
    expect(told).toEqual(['delivery 1 200', 'forward 1'])
  })

  it('tells a delivery before its attempt, whichever was first', () => {
    const { announcer, told, index, attempted } = open(false)
    announcer.start()
    attempted(attempt(1))
    expect(told).toEqual([])
    index(delivery(1))
    expect(told).toEqual(['delivery 1 200', 'forward 1'])
  })

  it('tells at once of a replay of what came in an earlier session', () => {
    const { announcer, told, attempted } = open(false)
    announcer.start()
    attempted(attempt(7, 'replay'))
    expect(told).toEqual(['replay 7'])
  })

  it("waits for the app's answer, and for nobody else's", async () => {
    const { announcer, told, index, answer, attempted } = open(true)
    announcer.start()
    index(delivery(1, { status: null }))
    index(delivery(2, { status: 401 }))
    index(delivery(3, { status: null, verdict: 'rejected', reasons: ['body-incomplete'] }))
    attempted(attempt(1))
    index(delivery(4, { status: null, notes: ['answer-rehearsed'] }))
    expect(told.splice(2)).toEqual(['delivery 4 null'])
    expect(told).toEqual(['delivery 2 401', 'delivery 3 null'])
    answer(1, 503)
    await read()
    expect(told.slice(2)).toEqual(['delivery 1 503', 'forward 1'])
    answer(1, 503)
    await read()
    expect(told).toHaveLength(4)
  })

  it('sees an answer that was recorded while it looked for another', async () => {
    const { announcer, told, index, answer } = open(true)
    announcer.start()
    index(delivery(1, { status: null }))
    answer(1, 200)
    index(delivery(2, { status: null }))
    answer(2, 201)
    await read()
    expect(told).toEqual(['delivery 1 200', 'delivery 2 201'])
  })

  it('tells of what still waits when it is closed', async () => {
    const { announcer, told, index } = open(true)
    announcer.start()
    index(delivery(1, { status: null }))
    await announcer.close()
    expect(told).toEqual(['delivery 1 null'])
  })
})

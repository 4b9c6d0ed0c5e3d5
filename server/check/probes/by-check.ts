/** Sales paid by check: their transaction.* event, and the ach.* events that follow; what they do to the shop. */
import { howItEnded, isTaken } from '../../../core/check/exchange.ts'
import type { Conclusion, Exchange } from '../../../core/check/finding.ts'
import { howToMeasure, howToSee } from '../../../core/check/not-examined.ts'
import { minuteMs } from '../../../core/text/duration.ts'
import type { EffectOutcome } from '../effect.ts'
import type { CheckEvent, Endpoint } from '../endpoint.ts'
import { allTaken, conclude, type ProbeRun, titled } from '../probe.ts'
import { objectOf } from './takes.ts'
import { triggeredAt } from './triggered.ts'

/** The events of a scenario whose sale is paid by check, the sale of 1.00 as all that are measured. */
function checkEvents(endpoint: Endpoint, scenario: string): readonly CheckEvent[] {
  const [first, ...others] = endpoint.scenario(scenario)
  if (first === undefined) return []
  const { key, refnum, trantype, check } = objectOf(first.json)
  const sale = endpoint.sale(json => {
    const object = objectOf(json)
    for (const name of ['creditcard', 'avs', 'cvc', 'batch']) delete object[name]
    Object.assign(object, { key, refnum, trantype, check })
  })
  const events = [sale, ...others]
  const now = Date.now()
  // Minutes apart, not days: how late an event may come is another question.
  return events.map(({ type, json }, index) =>
    endpoint.event(type, event => {
      Object.assign(event, json)
      triggeredAt(now - (events.length - index) * minuteMs)(event)
    }),
  )
}

async function sendAll(endpoint: Endpoint, events: readonly CheckEvent[]): Promise<Exchange[]> {
  const exchanges: Exchange[] = []
  for (const { type, body } of events) exchanges.push(await endpoint.send(body, { what: `${type} of a check sale` }))
  return exchanges
}

/** Runs work and measures it, where that can be done. */
async function measured(
  endpoint: Endpoint,
  work: () => Promise<Exchange[]>,
): Promise<{ result: Exchange[]; effect: EffectOutcome | null }> {
  return endpoint.effect === null ? { result: await work(), effect: null } : endpoint.effect.around(work)
}

const isNothing = (effect: EffectOutcome) => effect.kind === 'times' && effect.times === 0

/** Where no effect is measured, or none is seen, nothing can be said. */
const notMeasured = { ...conclude('skipped', 'What events do to the shop was not measured.'), advice: howToMeasure }
const notSeen = { ...conclude('skipped', 'The measured effect does not change with a sale.'), advice: howToSee }

const untaken = (exchanges: readonly Exchange[]): Conclusion | null => {
  const failed = exchanges.find(exchange => !isTaken(exchange))
  return failed === undefined ? null : conclude('unknown', `It ${howItEnded(failed, failed.what)}.`, [failed])
}

/** A question about what the last events of a scenario do. @param judge null: nothing to complain of */
function lastOf(
  count: number,
  order: (endpoint: Endpoint) => readonly CheckEvent[],
  good: string,
  judge: (effect: EffectOutcome, exchange: readonly Exchange[]) => Conclusion | null,
): ProbeRun {
  return {
    requests: () => count,
    async run(endpoint) {
      if (endpoint.effect === null) return notMeasured
      const events = order(endpoint)
      const before = await sendAll(endpoint, events.slice(0, -1))
      const { result, effect } = await endpoint.effect.around(() => sendAll(endpoint, events.slice(-1)))
      if (effect.kind === 'blind') return notSeen
      return untaken([...before, ...result]) ?? judge(effect, result) ?? conclude('pass', good, result)
    },
  }
}

export const byCheck = {
  'check-sale': {
    requests: () => 3,
    async run(endpoint) {
      const { result, effect } = await measured(endpoint, () => sendAll(endpoint, checkEvents(endpoint, 'check-sale')))
      const taken = allTaken(result, 'A check sale and its ach.* events were answered 2xx.')
      if (taken.outcome !== 'pass' || effect === null || effect.kind !== 'times') return taken
      const measures = { effects: effect.times }
      if (effect.times <= 1) return { ...taken, measures }
      return titled(
        'Counts a check sale more than once',
        conclude(
          'fail',
          `A check sale and its ach.* events had the effect of ${effect.times} sales.`,
          result,
          measures,
        ),
      )
    },
  },
  'ach-returned': lastOf(
    4,
    endpoint => checkEvents(endpoint, 'ach-return'),
    'The return of a check sale reversed its effect.',
    (effect, exchanges) => {
      if (isNothing(effect))
        return conclude(
          'warn',
          'A check sale was returned, and the measured effect did not change. If it counts orders, measure paid amounts instead.',
          exchanges,
        )
      return effect.kind === 'times' && effect.times > 0
        ? titled(
            'Counts a returned check sale again',
            conclude('fail', 'The return of a check sale had the effect of another sale.', exchanges),
          )
        : null
    },
  ),
  'ach-settled-late': lastOf(
    4,
    endpoint => {
      const [sale, submitted, settled, returned] = checkEvents(endpoint, 'ach-return')
      return [sale, submitted, returned, settled].flatMap(event => event ?? [])
    },
    'An ach.settled from before the return changed nothing.',
    (effect, exchanges) =>
      isNothing(effect)
        ? null
        : conclude('fail', 'An ach.settled from before the return came late, and had an effect.', exchanges),
  ),
} as const satisfies Record<string, ProbeRun>

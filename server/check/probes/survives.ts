/** It survives the gateway's habits: the same event again, at once, late, in another order. */
import { setTimeout as wait } from 'node:timers/promises'
import { howItEnded, isTaken } from '../../../core/check/exchange.ts'
import type { Conclusion, Exchange } from '../../../core/check/finding.ts'
import { howToMeasure, howToSee } from '../../../core/check/not-examined.ts'
import { hourMs } from '../../../core/text/duration.ts'
import type { EffectOutcome } from '../effect.ts'
import type { CheckEvent, Endpoint } from '../endpoint.ts'
import { allTaken, conclude, noSales, type ProbeRun, titled } from '../probe.ts'
import { saleType } from '../sale.ts'
import { triggeredAt } from './triggered.ts'

const times = (count: number) =>
  count === 0 ? 'not at all' : count === 1 ? 'exactly once' : count === 2 ? 'twice' : `${count} times`

/** What the shop made of events that ought to count once. @param came how they came, as the end of a sentence */
function concludeOnce(exchanges: readonly Exchange[], effect: EffectOutcome | null, came: string): Conclusion {
  const failed = exchanges.find(exchange => !isTaken(exchange))
  if (failed !== undefined)
    return titled(
      `Does not accept an event that ${came}`,
      conclude('fail', `It ${howItEnded(failed, failed.what)}.`, [failed]),
    )
  const shown = exchanges.slice(-1)
  const unmeasured = (why: string, advice: string): Conclusion => ({
    ...conclude('skipped', `Every one was answered 2xx. ${why}`, shown),
    title: `Answers 2xx to an event that ${came}; whether it acts once was not measured`,
    advice,
  })
  if (effect === null) return unmeasured('What it did to the shop was not measured.', howToMeasure)
  switch (effect.kind) {
    case 'blind':
      return unmeasured('The measured effect does not change with a sale.', howToSee)
    case 'times':
      return concludeTimes(effect.times, shown, came)
    case 'other':
      return conclude(
        'fail',
        `The event ${came}, and its effect is not that of one event: ${JSON.stringify(effect.change)}.`,
        shown,
      )
  }
}

function concludeTimes(count: number, shown: readonly Exchange[], came: string): Conclusion {
  const said = `The event ${came}, and took effect ${times(count)}.`
  if (count === 1) return conclude('pass', said, shown, { effects: 1 })
  const title = `${count === 0 ? 'Does not act' : `Acts ${times(count)}`} on an event that ${came}`
  return titled(title, conclude('fail', said, shown, { effects: count }))
}

/** Runs deliveries of one event and measures what they did, when that can be measured. */
async function once(
  endpoint: Endpoint,
  came: string,
  deliver: (event: CheckEvent) => Promise<Exchange[]>,
): Promise<Conclusion> {
  if (endpoint.plainType !== saleType) return noSales
  const event = endpoint.sale()
  if (endpoint.effect === null) return concludeOnce(await deliver(event), null, came)
  const { result, effect } = await endpoint.effect.around(() => deliver(event))
  return concludeOnce(result, effect, came)
}

const ordinal = (index: number) =>
  index === 0 ? 'the event' : index === 1 ? 'the same event again' : `delivery ${index + 1} of the same event`

/** The same bytes, so many times at once. */
function atOnce(count: number, came: string): ProbeRun {
  return {
    requests: () => count,
    run: endpoint =>
      once(endpoint, came, event =>
        Promise.all(
          Array.from({ length: count }, (_, index) =>
            endpoint.send(event.body, { what: `${ordinal(index)}, ${count} at once` }),
          ),
        ),
      ),
  }
}

/** Until the retry of a lost answer, milliseconds: the first try has to be there before it. */
const retryAfterMs = 100
const otherEvents = 5

const nothingErred = conclude('skipped', 'It answered no genuine event with an error, so there was nothing to retry.')
/** The gateway's retry of an error that only a person can bring about. */
const retryByHand = (url: URL) =>
  `To see one, stop what your app needs, such as its database; run hookscope trigger transaction.sale.success --to "${url.href}" --retries schedule --clock 600x with the same key; then start it again.`

export const survivesProbes = {
  duplicate: {
    requests: () => 2,
    run: endpoint =>
      once(endpoint, 'was sent twice', async event => [
        await endpoint.send(event.body, { what: ordinal(0) }),
        await endpoint.send(event.body, { what: ordinal(1) }),
      ]),
  },
  'duplicate-at-once': atOnce(2, 'was sent twice at the same time'),
  'duplicate-twenty': atOnce(20, 'was sent 20 times at once'),
  'duplicate-later': {
    requests: () => otherEvents + 2,
    async run(endpoint) {
      if (endpoint.plainType !== saleType) return noSales
      const event = endpoint.sale()
      const before = await endpoint.send(event.body, { what: ordinal(0) })
      const others: Exchange[] = []
      for (let n = 1; n <= otherEvents; n++) {
        const later = endpoint.event('ach.settled', triggeredAt(Date.now() + (n * hourMs) / otherEvents))
        others.push(
          await endpoint.send(later.body, { what: `an event triggered ${n * (60 / otherEvents)} minutes later` }),
        )
      }
      const again = () => endpoint.send(event.body, { what: 'the first event again, an hour of events later' })
      if (endpoint.effect === null) return concludeOnce([before, ...others, await again()], null, 'was repeated')
      const { result, effect } = await endpoint.effect.around(again)
      // What is measured here is the repeat alone.
      const whole: EffectOutcome = effect.kind === 'times' ? { kind: 'times', times: effect.times + 1 } : effect
      return concludeOnce([before, ...others, result], whole, 'was repeated an hour later')
    },
  },
  'reverse-order': {
    requests: () => 3,
    async run(endpoint) {
      if (endpoint.plainType !== saleType) return noSales
      const exchanges: Exchange[] = []
      for (const event of endpoint.scenario('card-sale').toReversed())
        exchanges.push(await endpoint.send(event.body, { what: `${event.type} of a sale, in reverse order` }))
      return allTaken(exchanges, 'Settlement, capture and sale were accepted in this order.')
    },
  },
  'lost-answer': {
    requests: () => 2,
    run: endpoint =>
      once(endpoint, 'was repeated after its answer was lost', async event => {
        const upload = { overMs: 0, cutAfter: event.body.length }
        await endpoint.send(event.body, { what: 'the event, its answer not waited for', upload })
        await wait(retryAfterMs, undefined, { signal: endpoint.signal })
        return [await endpoint.send(event.body, { what: 'the retry after a lost answer' })]
      }),
  },
  'retry-after-error': {
    requests: () => 1,
    async run({ url, erred: [first], send }) {
      if (first === undefined) return { ...nothingErred, advice: retryByHand(url) }
      const before = `${first.exchange.what}, which it ${howItEnded(first.exchange)}`
      const again = await send(first.body, { what: `the retry of ${before}` })
      const shown = [first.exchange, again]
      if (isTaken(again))
        return conclude('pass', `The retry of ${before}, was answered ${again.answer?.status}.`, shown)
      // The same error once more is a matter of that event, which another question tells of.
      return again.outcome === 'answered' && (again.answer?.status ?? 500) < 500
        ? conclude('fail', `It ${howItEnded(again, again.what)}.`, shown)
        : titled(
            'Answers the retry of an event with the same error',
            conclude('told', `It ${howItEnded(again, again.what)}: the event itself is the problem.`, shown),
          )
    },
  },
  'late-event': {
    requests: () => 1,
    async run(endpoint) {
      const event = endpoint.plain(triggeredAt(Date.now() - 72 * hourMs))
      const exchange = await endpoint.send(event.body, { what: 'an event that was triggered three days ago' })
      return allTaken([exchange], 'An event that was triggered three days ago was answered 2xx.')
    },
  },
} as const satisfies Record<string, ProbeRun>

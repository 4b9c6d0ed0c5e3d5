/** Endpoints that the gateway’s habits lead astray. */
import { setTimeout as wait } from 'node:timers/promises'
import { objectOf } from '../json.ts'
import { type Flaw, hour, idOf, refusing, remembering, said, sale, timeOf } from './flaw.ts'

const allRepeats = ['duplicate', 'duplicate-at-once', 'duplicate-twenty', 'duplicate-later', 'lost-answer'] as const

/** What is waited for below comes sooner, however busy the machine: without it the flaw does not show. Milliseconds. */
const longestMs = 10_000

/** Resolves with true when it happened, and with false after the longest time. */
const happened = (event: Promise<unknown>): Promise<boolean> =>
  Promise.race([event.then(() => true), wait(longestMs, false, { ref: false })])

/** Holds the first of a name until a second one comes. */
function openPairs(): (name: string) => Promise<unknown> {
  const alone = new Map<string, () => void>()
  return async name => {
    const meet = alone.get(name)
    if (meet === undefined) await happened(new Promise<void>(resolve => alone.set(name, resolve)))
    else meet()
    alone.delete(name)
  }
}

export const survivesFlaws: readonly Flaw[] = [
  {
    name: 'double-counts duplicates',
    plant: remembering(async (event, _came, right) => {
      right.order(event)
      return said(200)
    }),
    red: allRepeats,
    together: 'it knows no event again, however it comes again',
  },
  {
    name: 'refuses duplicates',
    plant: right => {
      const seen = new Set<string>()
      return remembering(async (event, came) => {
        if (seen.has(idOf(event))) return said(409)
        seen.add(idOf(event))
        return right.act(event, came)
      })(right)
    },
    red: allRepeats,
    together: 'each of them ends with a repeat that is refused',
  },
  {
    name: 'loses a concurrent duplicate: asks first, writes later',
    plant: (right, asked) => {
      const seen = new Set<string>()
      const another = openPairs()
      return remembering(async event => {
        if (seen.has(idOf(event))) return said(200)
        // So long takes the insert: others come in between.
        if (asked() === 'duplicate-at-once' || asked() === 'duplicate-twenty') await another(idOf(event))
        seen.add(idOf(event))
        right.order(event)
        return said(200)
      })(right)
    },
    red: ['duplicate-at-once', 'duplicate-twenty'],
    together: 'what two do to each other, twenty do as well',
  },
  {
    name: 'gives up at the eleventh delivery of an event',
    plant: right => {
      const deliveries = new Map<string, number>()
      return remembering(async (event, came) => {
        const before = deliveries.get(idOf(event)) ?? 0
        deliveries.set(idOf(event), before + 1)
        return before >= 10 ? said(503) : right.act(event, came)
      })(right)
    },
    red: ['duplicate-twenty'],
  },
  {
    name: 'forgets ids after an hour of events',
    plant: right => {
      const seen = new Map<string, number>()
      return {
        async act(event) {
          const at = timeOf(event)
          for (const [id, then] of seen) if (at - then >= hour) seen.delete(id)
          if (!seen.has(idOf(event))) right.order(event)
          seen.set(idOf(event), at)
          return said(200)
        },
      }
    },
    red: ['duplicate-later'],
  },
  {
    name: 'no way back from captured to sold',
    plant: right => {
      const captured = new Set<unknown>()
      return {
        async act(event, came) {
          const { key: object } = objectOf(event)
          if (event['event_type'] === 'transaction.sale.captured') captured.add(object)
          return sale(event) && captured.has(object) ? said(409) : right.act(event, came)
        },
      }
    },
    red: ['reverse-order'],
  },
  {
    name: 'a capture without its sale is not found',
    plant: right => {
      const sold = new Set<unknown>()
      return {
        async act(event, came) {
          const { key: object } = objectOf(event)
          if (sale(event)) sold.add(object)
          return event['event_type'] === 'transaction.sale.captured' && !sold.has(object)
            ? said(404)
            : right.act(event, came)
        },
      }
    },
    red: ['every-event', 'reverse-order'],
    together: 'a capture by itself is one of the 25 events',
  },
  {
    name: 'work that nobody waits for stays half done',
    plant: (right, asked) => {
      /** Whether the work on an event was left half done, once that is known. */
      const left = new Map<string, Promise<boolean>>()
      return remembering(async (event, came) => {
        const before = left.get(idOf(event))
        if (await before) return said(409)
        const now = asked() === 'lost-answer' && before === undefined ? happened(came.left) : Promise.resolve(false)
        left.set(idOf(event), now)
        return (await now) ? said(500) : right.act(event, came)
      })(right)
    },
    red: ['lost-answer'],
  },
  {
    name: 'notes an event as seen before its work fails',
    plant: right => {
      const seen = new Set<string>()
      return {
        async act(event, came) {
          if (event['event_type'] !== 'product.inventory.adjusted') return right.act(event, came)
          if (seen.has(idOf(event))) return said(409)
          seen.add(idOf(event))
          return said(500)
        },
      }
    },
    red: ['every-event', 'retry-after-error'],
    together: 'only an event that fails first has a retry',
  },
  {
    name: 'an error that is over when the event comes again',
    plant: right => {
      const failed = new Set<string>()
      return {
        async act(event, came) {
          if (event['event_type'] !== 'product.inventory.adjusted' || failed.has(idOf(event)))
            return right.act(event, came)
          failed.add(idOf(event))
          return said(503)
        },
      }
    },
    red: ['every-event'],
  },
  {
    name: 'checks the time of events against replays',
    plant: refusing(400, event => Date.now() - new Date(String(event['event_triggered'])).getTime() > 71 * hour),
    red: ['late-event'],
  },
  {
    name: 'does nothing when a check sale is returned',
    plant: right => ({
      act: async (event, came) => (event['event_type'] === 'ach.returned' ? said(200) : right.act(event, came)),
    }),
    red: ['ach-returned'],
  },
  {
    name: 'what settled late is paid',
    plant: right => {
      const returned = new Set<unknown>()
      return {
        async act(event, came) {
          const { key: payment } = objectOf(event)
          if (event['event_type'] === 'ach.returned') returned.add(payment)
          if (event['event_type'] === 'ach.settled' && returned.has(payment))
            right.order({ event_type: 'transaction.sale.success' })
          return right.act(event, came)
        },
      }
    },
    red: ['ach-settled-late'],
  },
]

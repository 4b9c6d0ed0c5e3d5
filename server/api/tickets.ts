/** What lets in once: random texts that stand for one thing each, and die when they are used, at the latest after a minute. */
import { createHash, randomBytes } from 'node:crypto'

/**
 * `link`: opens a browser; `GET …`: a file that a page saves; `key`: what a page that has just been opened gets its key for,
 * within its minute also again, since a page that is left at once never hears the answer.
 */
export type TicketUse = 'link' | 'key' | `GET ${string}`

/** `spent`: it was used within the last minute; said once. */
export type Redeemed = 'good' | 'spent' | 'unknown'

export interface Tickets {
  issue(use: TicketUse): string
  redeem(ticket: string, use: TicketUse): Redeemed
}

const lifeMs = 60_000
/** The oldest give way beyond it. */
const most = 500

/** Looked up by its digest, so that the time it takes tells nothing of those that are there. */
const keyOf = (ticket: string) => createHash('sha256').update(ticket).digest('base64')

/** @param now milliseconds that never go back */
export function openTickets(now: () => number = () => performance.now()): Tickets {
  const kept = new Map<string, { readonly use: TicketUse; readonly until: number; spent: boolean }>()
  /** In the order they were issued, so that the first that lives ends the search. */
  const dropOld = () => {
    for (const [key, { until }] of kept) {
      if (until > now() && kept.size <= most) return
      kept.delete(key)
    }
  }
  return {
    issue(use) {
      const ticket = randomBytes(24).toString('base64url')
      kept.set(keyOf(ticket), { use, until: now() + lifeMs, spent: false })
      dropOld()
      return ticket
    },
    redeem(ticket, use) {
      dropOld()
      const found = kept.get(keyOf(ticket))
      if (found === undefined || found.use !== use) return 'unknown'
      if (use === 'key') return 'good'
      if (found.spent) kept.delete(keyOf(ticket))
      const redeemed = found.spent ? 'spent' : 'good'
      found.spent = true
      return redeemed
    },
  }
}

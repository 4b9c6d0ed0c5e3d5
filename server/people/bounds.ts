/** Bounds how often somebody may be wrong: by account, and by the address that requests come from. */
import { createHash } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import { sql } from 'kysely'
import type { PeopleTables } from './database.ts'
import { PeopleProblem } from './problem.ts'

const windowMs = 15 * 60_000
/** Of one account, and of one address, from which a whole office may come. */
const most = { account: 10, address: 60 } as const

interface Bounded {
  readonly kind: keyof typeof most
  readonly name: string
}

export interface Bounds {
  /**
   * Counts a turn before its work begins, so that many at once are counted, too.
   * @returns takes the turn back once it went well
   * @throws PeopleProblem 429
   */
  take(what: string, of: { readonly account: string | null; readonly address: string }): Promise<() => Promise<void>>
  /** Forgets what is over. */
  prune(): Promise<void>
}

/** The network of an IPv6 address is one client's. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString()
}

export function openBounds(tables: PeopleTables): Bounds {
  const keyOf = (what: string, { kind, name }: Bounded) =>
    createHash('sha256')
      .update(JSON.stringify([what, kind, kind === 'address' ? networkOf(name) : name]))
      .digest('base64url')

  return {
    async take(what, { account, address }) {
      const bounded: Bounded[] = [{ kind: 'address', name: address }]
      if (account !== null) bounded.push({ kind: 'account', name: account })
      const now = Date.now()
      const keys: string[] = []
      for (const one of bounded) {
        const key = keyOf(what, one)
        const { count, until } = await tables
          .insertInto('people_limit')
          .values({ key, count: 1, until: now + windowMs })
          .onConflict(conflict =>
            conflict.column('key').doUpdateSet({
              count: sql<number>`CASE WHEN people_limit.until <= ${sql.lit(now)} THEN 1 ELSE people_limit.count + 1 END`,
              until: sql<number>`CASE WHEN people_limit.until <= ${sql.lit(now)} THEN ${sql.lit(now + windowMs)} ELSE people_limit.until END`,
            }),
          )
          .returning(['count', 'until'])
          .executeTakeFirstOrThrow()
        if (count > most[one.kind]) throw tooMany(until - now)
        keys.push(key)
      }
      return async () => {
        await tables
          .updateTable('people_limit')
          .set(({ eb }) => ({ count: eb('count', '-', 1) }))
          .where('key', 'in', keys)
          .where('count', '>', 0)
          .execute()
      }
    },
    async prune() {
      await tables.deleteFrom('people_limit').where('until', '<', Date.now()).execute()
    },
  }
}

function tooMany(ms: number): PeopleProblem {
  const minutes = Math.max(1, Math.ceil(ms / 60_000))
  return new PeopleProblem(
    429,
    'too-many-attempts',
    'There were too many failed attempts.',
    `Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    { retryAfter: Math.max(1, Math.ceil(ms / 1000)) },
  )
}

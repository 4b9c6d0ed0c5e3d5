/** What processes say to one another of what they offer: numbered under a lock, so that they commit in order. */
import { dayMs } from '../../../core/text/duration.ts'
import type { OfferStore } from '../offers.ts'
import type { Following } from './changes.ts'
import type { Sql } from './connection.ts'
import type { Writer } from './writer.ts'

export const createOffers = (sql: Sql, writer: Writer, following: Following, now: () => number): OfferStore => ({
  async after(seq) {
    const rows = await sql<{ seq: number; value: string }[]>`
      SELECT seq, value FROM offer WHERE seq > ${seq} ORDER BY seq`
    return [...rows]
  },
  async newest() {
    const [row] = await sql<{ seq: number | null }[]>`SELECT max(seq) AS seq FROM offer`
    return row?.seq ?? 0
  },
  say: (value, known) =>
    writer.write(async (tx, changed) => {
      await tx`SELECT pg_advisory_xact_lock(hashtextextended('hookscope offers', 0))`
      const [newer] = await tx`SELECT 1 FROM offer WHERE seq > ${known} LIMIT 1`
      if (newer) return null
      await tx`DELETE FROM offer WHERE at < ${now() - dayMs} AND seq < (SELECT max(seq) FROM offer)`
      const [row] = await tx<{ seq: number }[]>`INSERT INTO offer (at, value) VALUES (${now()}, ${value}) RETURNING seq`
      changed('offer', 0)
      return row?.seq ?? null
    }),
  onSaid: listener => following.onOthers('offer', listener),
})

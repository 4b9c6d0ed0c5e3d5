/** What was sent to targets, as it is read. */
import type { AttemptStore } from '../../attempts.ts'
import { type AttemptContentRow, type AttemptRow, toAttempt, toAttemptSummary } from '../../rows.ts'
import type { Queries } from '../connection.ts'
import { attemptSelect } from '../select.ts'
import { createReads } from './reads.ts'
import { ours, sql } from './sql.ts'

const whole = ours(attemptSelect)

export function createAttemptReads(pool: Queries): Pick<AttemptStore, 'get' | 'ofDelivery' | 'summariesOf'> {
  const reads = createReads(pool)
  return {
    async get(id) {
      const [row] = await reads.all<AttemptContentRow>(sql`${whole} WHERE a.id = ${id}::bigint`)
      return row && toAttempt(row)
    },
    async ofDelivery(delivery) {
      const rows = await reads.all<AttemptContentRow>(
        sql`${whole} WHERE a.delivery = ${delivery}::bigint ORDER BY a.id`,
      )
      return rows.map(toAttempt)
    },
    async summariesOf(delivery) {
      const rows = await reads.all<AttemptRow>(
        sql`SELECT a.* FROM attempt a WHERE a.delivery = ${delivery}::bigint ORDER BY a.id`,
      )
      return rows.map(toAttemptSummary)
    },
  }
}

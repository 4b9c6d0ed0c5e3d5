/** Rows of the index from before it was rebuilt: what a person did to a delivery, and what was found with the keys of then. */
import type { Database } from 'better-sqlite3'
import type { Description } from '../../../../core/deliveries/describe.ts'
import type { ArrivalRow } from '../../rows.ts'
import { beforeTable } from '../recovery/derived.ts'

/** All of a row that is stored. */
const columns = `id, received_at, bytes, kept, status, hook, method, verdict, verdict_detail, notes, repeat, event_id, event_type,
  event_triggered, type, family, summary, object_key, refnum, amount, retry_of, tries, superseded, pinned, removed_at,
  last_attempt, last_outcome, last_status`

export interface Carried {
  /**
   * Whether a row reads and is about this delivery. Not inside a transaction: after a page that does not read SQLite writes no
   * more in it.
   */
  reads(logged: Pick<ArrivalRow, 'id' | 'received_at' | 'hook' | 'method'>): boolean
  /** Copies a row that reads as it was; only inside a transaction. */
  copy(logged: Pick<ArrivalRow, 'id' | 'status'>, description: Pick<Description, 'invoice' | 'orderid'>): void
  /** The verdict that a delivery whose row does not read has by the history of verdicts (JSON); null where it was never changed. */
  verdict(id: number): string | null
}

interface Known {
  readonly received_at: number
  readonly hook: string
  readonly method: string
  readonly notes: string
  readonly verdict_detail: string
}

/** Only while `beforeTable` is there. */
export function openCarried(db: Database): Carried {
  const read = db.prepare<[number], Known>(`SELECT ${columns} FROM ${beforeTable} WHERE id = ?`)
  const copy = db.prepare(`INSERT INTO delivery (${columns}) SELECT ${columns} FROM ${beforeTable} WHERE id = ?`)
  const amend = db.prepare('UPDATE delivery SET status = ?, invoice = ?, orderid = ? WHERE id = ?')
  const newestVerdict = db
    .prepare<[number], string>('SELECT after FROM verdict_history WHERE delivery = ? ORDER BY id DESC LIMIT 1')
    .pluck()

  function readable(id: number): Known | undefined {
    try {
      const row = read.get(id)
      // A page that was written over may read, as something else.
      if (row !== undefined) for (const json of [row.notes, row.verdict_detail]) JSON.parse(json)
      return row
    } catch {
      return undefined
    }
  }

  return {
    reads({ id, received_at: receivedAt, hook, method }) {
      const row = readable(id)
      return row !== undefined && row.received_at === receivedAt && row.hook === hook && row.method === method
    },
    copy({ id, status }, { invoice, orderid }) {
      copy.run(id)
      // What the gateway was answered may be known only since then, and rows of an older hookscope have no references.
      amend.run(status, invoice, orderid, id)
    },
    verdict(id) {
      try {
        return newestVerdict.get(id) ?? null
      } catch {
        return null
      }
    },
  }
}

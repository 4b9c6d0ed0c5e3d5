/** The audit list: who did what, and when. */
import type { AuditAction, AuditEntry } from '../../core/people/audit.ts'
import type { PeopleTables } from './database.ts'

/** How many entries are kept: what strangers fail at must not fill the disk. */
const mostEntries = 100_000
const pruneEvery = 1000

export interface NewAuditEntry {
  readonly action: AuditAction
  /** Who did it; null: the command line, or nobody who is known. */
  readonly who: { readonly id: string; readonly email: string } | null
  readonly subject?: string | null
  readonly detail?: string | null
  readonly address: string | null
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[]
  /** For the next page, as `before`; null: there is none. */
  readonly next: number | null
}

export interface Audit {
  add(entry: NewAuditEntry): Promise<void>
  /** @param before the id that the page ends before; null: the newest */
  list(request: { readonly before: number | null; readonly limit: number }): Promise<AuditPage>
}

const clip = (text: string | null | undefined) => text?.slice(0, 500) ?? null

export function openAudit(tables: PeopleTables): Audit {
  let added = 0
  return {
    async add({ action, who, subject, detail, address }) {
      const { id } = await tables
        .insertInto('people_audit')
        .values({
          ...{ at: Date.now(), action, person: who?.id ?? null, who: who?.email ?? null, address },
          ...{ subject: clip(subject), detail: clip(detail) },
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      added += 1
      if (added % pruneEvery === 0)
        await tables
          .deleteFrom('people_audit')
          .where('id', '<=', id - mostEntries)
          .execute()
    },
    async list({ before, limit }) {
      const newest = tables
        .selectFrom('people_audit')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1)
      const rows = await (before === null ? newest : newest.where('id', '<', before)).execute()
      const entries = rows.slice(0, limit).map(
        ({ id, at, action, who, subject, detail, address }): AuditEntry => ({
          ...{ id, at: new Date(at).toISOString(), action: action as AuditAction, who, subject, detail, address },
        }),
      )
      return { entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null }
    },
  }
}

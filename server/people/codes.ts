/** Codes as people type them, and that an authenticator's works once. */
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { PeopleTables } from './database.ts'

export type TypedCode =
  | { readonly kind: 'authenticator'; readonly code: string }
  | { readonly kind: 'recovery-code'; readonly code: string }

/** Apps show codes in groups, and phones paste blanks along. */
export function typedCode(text: string): TypedCode {
  const bare = text.replace(/[\s\p{Pd}]/gu, '')
  return /^\d{6}$/.test(bare)
    ? { kind: 'authenticator', code: bare }
    : { kind: 'recovery-code', code: `${bare.slice(0, 5)}-${bare.slice(5, 20)}` }
}

/** A code counts for the half minute before and after its own, too. */
const validMs = 2 * 60_000

/** Takes an authenticator's code for good. @returns false when it was taken before */
export async function takeCode(tables: PeopleTables, person: string, code: string): Promise<boolean> {
  const now = Date.now()
  const digest = createHash('sha256').update(`${person} ${code}`).digest('base64url')
  const taken = await tables
    .insertInto('people_used_code')
    .values({ person, digest, until: now + validMs })
    .onConflict(conflict =>
      conflict
        .columns(['person', 'digest'])
        .doUpdateSet({ until: now + validMs })
        .where(sql<boolean>`people_used_code.until <= ${sql.lit(now)}`),
    )
    .returning('until')
    .executeTakeFirst()
  await tables.deleteFrom('people_used_code').where('until', '<=', now).execute()
  return taken !== undefined
}

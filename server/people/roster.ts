/** What the command line does about people, on the database itself: invite, list, remove, reset. It signs nobody in. */
import { type Audit, openAudit } from './audit.ts'
import { openPeopleDatabase } from './database.ts'
import { type Inviting, openInviting } from './invitations.ts'
import { type Members, openMembers } from './members.ts'

export interface Roster {
  readonly inviting: Inviting
  readonly members: Members
  readonly audit: Audit
  close(): Promise<void>
}

/**
 * @param db a PostgreSQL URL, or the path of a SQLite file that a store has made
 * @param origin of the inspector, for links
 * @throws UserError for another program's database, and one of a newer hookscope
 */
export async function openRoster(db: string, origin: string): Promise<Roster> {
  const { tables, close } = await openPeopleDatabase(db)
  const audit = openAudit(tables)
  const inviting = openInviting(tables, audit, origin)
  return { inviting, members: openMembers(tables, audit, inviting), audit, close }
}

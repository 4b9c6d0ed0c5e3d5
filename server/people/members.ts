/** The people there are: listed, given a role, removed. */
import { type Role, roles } from '../../core/people/person.ts'
import type { LinkView, PersonView } from '../../core/people/views.ts'
import type { Audit } from './audit.ts'
import { momentOf, type PeopleTables } from './database.ts'
import type { Actor, Inviting } from './invitations.ts'
import { lastOwner, unknownPerson } from './problem.ts'

/** Methods throw PeopleProblem: 404 for somebody who is not there, 409 where nobody would be an owner any more. */
export interface Members {
  list(): Promise<readonly PersonView[]>
  /** @param email in any case */
  byEmail(email: string): Promise<{ readonly id: string }>
  setRole(actor: Actor, id: string, role: Role): Promise<void>
  /** With their sessions and laptops. */
  remove(actor: Actor, id: string): Promise<void>
  /** Ends their sessions, and makes a link to set a new password. */
  reset(actor: Actor, id: string): Promise<LinkView>
  /** @returns how many */
  endSessions(actor: Actor, id: string): Promise<number>
}

/** In place of a role: the one person of `listen --two-factor` is no member. */
export const localRole = 'local'

const roleOf = (text: string): Role => roles.find(role => role === text) ?? 'viewer'

export function openMembers(tables: PeopleTables, audit: Audit, inviting: Inviting): Members {
  async function member(id: string) {
    const found = await tables.selectFrom('people_user').selectAll().where('id', '=', id).executeTakeFirst()
    if (found === undefined) throw unknownPerson()
    return found
  }

  const owners = () => tables.selectFrom('people_user').select('id').where('role', '=', 'owner').execute()

  /** After the change, which is undone where nobody would be an owner: two that happen at once see each other. */
  async function keepAnOwner(id: string, undo: () => Promise<unknown>): Promise<void> {
    if ((await owners()).some(owner => owner.id !== id)) return
    await undo()
    throw lastOwner()
  }

  async function endAll(id: string): Promise<number> {
    const { numDeletedRows } = await tables.deleteFrom('people_session').where('userId', '=', id).executeTakeFirst()
    return Number(numDeletedRows)
  }

  const note = (actor: Actor) => ({ who: actor, address: actor?.address ?? null })

  return {
    async list() {
      const people = await tables
        .selectFrom('people_user')
        .selectAll()
        .where('role', '<>', localRole)
        .orderBy('createdAt')
        .execute()
      const sessions = await tables
        .selectFrom('people_session')
        .select(['userId', 'laptop', 'updatedAt', 'expiresAt'])
        .execute()
      return people.map(({ id, name, email, role, twoFactorEnabled, createdAt }) => {
        const open = sessions.filter(({ userId, expiresAt }) => userId === id && momentOf(expiresAt) > Date.now())
        const seen = Math.max(...open.map(({ updatedAt }) => momentOf(updatedAt)))
        return {
          ...{ id, name, email, role: roleOf(role), hasSecondFactor: Boolean(twoFactorEnabled) },
          createdAt: new Date(createdAt).toISOString(),
          sessions: open.length,
          laptops: open.filter(({ laptop }) => laptop !== null).length,
          seenAt: open.length === 0 ? null : new Date(seen).toISOString(),
        }
      })
    },
    async byEmail(email) {
      const found = await tables
        .selectFrom('people_user')
        .select('id')
        .where('email', '=', email.trim().toLowerCase())
        .executeTakeFirst()
      if (found === undefined) throw unknownPerson()
      return found
    },
    async setRole(actor, id, role) {
      const { email, role: before } = await member(id)
      if (before === role) return
      const set = (to: string) => tables.updateTable('people_user').set({ role: to }).where('id', '=', id).execute()
      await set(role)
      if (before === 'owner') await keepAnOwner(id, () => set(before))
      await audit.add({ action: 'role-changed', subject: email, detail: `${before} to ${role}`, ...note(actor) })
    },
    async remove(actor, id) {
      const { email, role } = await member(id)
      const set = (to: string) => tables.updateTable('people_user').set({ role: to }).where('id', '=', id).execute()
      if (role === 'owner') {
        await set('viewer')
        await keepAnOwner(id, () => set(role))
      }
      // Everything else of theirs goes with them, by the tables' references.
      await tables.deleteFrom('people_user').where('id', '=', id).execute()
      await tables.deleteFrom('people_invitation').where('email', '=', email).execute()
      await audit.add({ action: 'person-removed', subject: email, ...note(actor) })
    },
    async reset(actor, id) {
      const person = await member(id)
      await endAll(id)
      return inviting.resetLink(actor, person)
    },
    async endSessions(actor, id) {
      const { email } = await member(id)
      const count = await endAll(id)
      await audit.add({ action: 'sessions-ended', subject: email, detail: String(count), ...note(actor) })
      return count
    },
  }
}

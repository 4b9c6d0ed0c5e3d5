/** One-time links: to join, and to set a new password. Only their digest is kept. */
import { createHash, randomBytes } from 'node:crypto'
import { invitationMs, longestName, type Role, roles } from '../../core/people/person.ts'
import type { InvitationView, LinkView, PendingInvitationView } from '../../core/people/views.ts'
import type { Audit } from './audit.ts'
import { type Caller, headersFor, type WithCookies } from './caller.ts'
import type { PeopleTables } from './database.ts'
import { emailOf } from './email.ts'
import { accepted, type Ground } from './ground.ts'
import { checkPassword, linkInvalid, PeopleProblem } from './problem.ts'

/** Who does something to people; null: the command line. */
export type Actor = { readonly id: string; readonly email: string; readonly address: string } | null

/** What needs no better-auth: the command line has no more of it. */
export interface Inviting {
  /**
   * Makes a link for somebody who is not there yet; one that they had before stops working.
   * @param role null: an owner where nobody is there yet, else a developer
   * @throws PeopleProblem 409 for somebody who is there, and for a first person who would not be an owner; 422 for no address
   */
  invite(
    actor: Actor,
    given: { readonly email: string; readonly role: Role | null },
  ): Promise<LinkView & { readonly role: Role }>
  /** A link to set a new password, without the second factors of before. */
  resetLink(
    actor: Actor,
    person: { readonly id: string; readonly email: string; readonly role: string },
  ): Promise<LinkView>
  pending(): Promise<readonly PendingInvitationView[]>
  /** @throws PeopleProblem 404 */
  withdraw(actor: Actor, id: string): Promise<void>
}

/** Where a link leads; its secret is behind #, which no log has. */
export const invitationPath = '/invitation'

const digestOf = (secret: string) => createHash('sha256').update(secret).digest('base64url')
const roleOf = (text: string): Role => roles.find(role => role === text) ?? 'viewer'

/** @param origin of the inspector, for links */
export function openInviting(tables: PeopleTables, audit: Audit, origin: string): Inviting {
  async function makeLink(
    actor: Actor,
    { email, role, person }: { readonly email: string; readonly role: string; readonly person: string | null },
  ): Promise<LinkView> {
    const [secret, now] = [randomBytes(32).toString('base64url'), Date.now()]
    await tables.deleteFrom('people_invitation').where('email', '=', email).where('used_at', 'is', null).execute()
    await tables
      .insertInto('people_invitation')
      .values({
        ...{ id: randomBytes(9).toString('base64url'), digest: digestOf(secret), email, role, person, used_at: null },
        ...{ invited_by: actor?.email ?? null, created_at: now, expires_at: now + invitationMs },
      })
      .execute()
    return {
      link: `${origin}${invitationPath}#${secret}`,
      email,
      expiresAt: new Date(now + invitationMs).toISOString(),
    }
  }

  return {
    async invite(actor, given) {
      const email = emailOf(given.email)
      if (email === null)
        throw new PeopleProblem(422, 'email-invalid', 'That is no e-mail address.', 'Type it as in anna@example.com.')
      const there = await tables.selectFrom('people_user').select('id').where('email', '=', email).executeTakeFirst()
      if (there !== undefined)
        throw new PeopleProblem(
          409,
          'person-there',
          `${email} has an account already.`,
          'Change their role, or make a link for a new password.',
        )
      const anybody = await tables
        .selectFrom('people_user')
        .select('id')
        .where('role', '<>', 'local')
        .limit(1)
        .executeTakeFirst()
      const role = given.role ?? (anybody === undefined ? 'owner' : 'developer')
      if (anybody === undefined && role !== 'owner')
        throw new PeopleProblem(409, 'first-is-owner', 'The first person is an owner.', 'Invite them as an owner.')
      const link = await makeLink(actor, { email, role, person: null })
      await audit.add({
        action: 'person-invited',
        who: actor,
        subject: email,
        detail: role,
        address: actor?.address ?? null,
      })
      return { ...link, role }
    },
    async resetLink(actor, { id, email, role }) {
      const link = await makeLink(actor, { email, role, person: id })
      await audit.add({ action: 'person-reset', who: actor, subject: email, address: actor?.address ?? null })
      return link
    },
    async pending() {
      const all = await tables
        .selectFrom('people_invitation')
        .selectAll()
        .where('used_at', 'is', null)
        .where('expires_at', '>', Date.now())
        .orderBy('created_at', 'desc')
        .execute()
      return all.map(({ id, email, role, person, invited_by, created_at, expires_at }) => ({
        ...{ id, kind: person === null ? ('join' as const) : ('reset' as const), email, role: roleOf(role) },
        ...{ invitedBy: invited_by, createdAt: new Date(created_at).toISOString() },
        expiresAt: new Date(expires_at).toISOString(),
      }))
    },
    async withdraw(actor, id) {
      const gone = await tables
        .deleteFrom('people_invitation')
        .where('id', '=', id)
        .where('used_at', 'is', null)
        .returning('email')
        .executeTakeFirst()
      if (gone === undefined)
        throw new PeopleProblem(404, 'invitation-unknown', 'There is no such invitation.', 'Reload the list.')
      const address = actor?.address ?? null
      await audit.add({ action: 'invitation-withdrawn', who: actor, subject: gone.email, address })
    },
  }
}

export interface Joining {
  /** @throws PeopleProblem 404 for a link that is used, old or none; 429 */
  look(caller: Caller, secret: string): Promise<InvitationView>
  /** Makes the person, or sets the password, and signs in. @throws PeopleProblem as `look`; 422 for a password or name that is too short or long */
  accept(
    caller: Caller,
    given: { readonly secret: string; readonly name?: string; readonly password: string },
  ): Promise<WithCookies<{ readonly signedIn: true }>>
}

export function openJoining({ auth, tables, names, bounds, audit }: Ground): Joining {
  const usable = (secret: string) =>
    tables
      .selectFrom('people_invitation')
      .selectAll()
      .where('digest', '=', digestOf(secret))
      .where('used_at', 'is', null)
      .where('expires_at', '>', Date.now())
      .executeTakeFirst()

  /** Exactly one of those who use it at once has it. */
  const claim = (id: string) =>
    tables
      .updateTable('people_invitation')
      .set({ used_at: Date.now() })
      .where('id', '=', id)
      .where('used_at', 'is', null)
      .returning('id')
      .executeTakeFirst()

  return {
    async look(caller, secret) {
      const wentWell = await bounds.take('invitation', { account: null, address: caller.address })
      const found = await usable(secret)
      if (found === undefined) throw linkInvalid()
      await wentWell()
      const { email, role, person, expires_at } = found
      const kind = person === null ? 'join' : 'reset'
      return { kind, email, role: roleOf(role), expiresAt: new Date(expires_at).toISOString() }
    },
    async accept(caller, { secret, name = '', password }) {
      const wentWell = await bounds.take('invitation', { account: null, address: caller.address })
      const found = await usable(secret)
      if (found === undefined) throw linkInvalid()
      await wentWell()
      checkPassword(password)
      const shown = name.trim().slice(0, longestName)
      if (found.person === null && shown === '')
        throw new PeopleProblem(422, 'name-missing', 'A name is missing.', 'Type the name that others see you by.')
      const { internalAdapter, password: passwords } = await auth.$context
      const hash = await passwords.hash(password)
      if ((await claim(found.id)) === undefined) throw linkInvalid()
      const { email } = found
      let id = found.person
      if (id === null) {
        const made = await internalAdapter.createUser(
          { email, name: shown, emailVerified: true, role: found.role },
          { method: 'email' },
        )
        id = made.id
        await internalAdapter.linkAccount({ userId: id, providerId: 'credential', accountId: id, password: hash })
      } else {
        await internalAdapter.updatePassword(id, hash)
        await internalAdapter.updateUser(id, { twoFactorEnabled: false })
        for (const table of ['people_two_factor', 'people_passkey', 'people_session'] as const)
          await tables.deleteFrom(table).where('userId', '=', id).execute()
      }
      const action = found.person === null ? 'person-joined' : 'password-reset'
      await audit.add({ action, who: { id, email }, address: caller.address })
      const response = await accepted(
        auth.api.signInEmail({ body: { email, password }, headers: headersFor(caller, names, []), asResponse: true }),
      )
      if (response === null) throw linkInvalid()
      return { value: { signedIn: true }, cookies: response.headers.getSetCookie() }
    },
  }
}

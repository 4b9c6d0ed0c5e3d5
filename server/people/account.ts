/** What a person does about their own account: the password, and the sessions they have open. */
import { freshUntil } from '../../core/people/person.ts'
import { type Caller, headersFor, type WithCookies } from './caller.ts'
import { accepted, type Ground, who } from './ground.ts'
import { checkPassword, wrongPassword } from './problem.ts'
import type { SecondFactors } from './second-factors.ts'
import type { Sessions } from './sessions.ts'

export interface Account {
  /** Ends the person's other sessions, laptops among them. @throws PeopleProblem as those of SecondFactors; 422 */
  changePassword(
    caller: Caller,
    given: { readonly current: string; readonly next: string },
  ): Promise<WithCookies<{ readonly changed: true }>>
  /** @param session null: all but the one that is asked from. @throws PeopleProblem 401, 404 */
  endSession(caller: Caller, session: string | null): Promise<void>
}

export function openAccount(ground: Ground, sessions: Sessions, factors: SecondFactors): Account {
  const { auth, names, bounds, audit } = ground
  return {
    async changePassword(caller, { current, next }) {
      const person = await factors.changer(caller)
      checkPassword(next)
      const wentWell = await bounds.take('password', { account: person.id, address: caller.address })
      const response = await accepted(
        auth.api.changePassword({
          body: { currentPassword: current, newPassword: next, revokeOtherSessions: true },
          headers: headersFor(caller, names, ['session']),
          asResponse: true,
        }),
      )
      if (response === null) throw wrongPassword()
      await wentWell()
      const session = await sessions.after(response, person.session)
      await sessions.endAll(person.id, session)
      const { secondFactorAt } = person
      if (secondFactorAt !== null && freshUntil(person, Date.now()) !== null)
        await sessions.markSecondFactor(session, secondFactorAt)
      await audit.add({ action: 'password-changed', who: who(person), address: caller.address })
      return { value: { changed: true }, cookies: response.headers.getSetCookie() }
    },
    async endSession(caller, session) {
      const person = await sessions.person(caller)
      if (session === null) await sessions.endAll(person.id, person.session)
      else await sessions.end(person, session)
      const detail = session === null ? 'all others' : 'one'
      await audit.add({
        action: 'sessions-ended',
        who: who(person),
        subject: person.email,
        detail,
        address: caller.address,
      })
    },
  }
}

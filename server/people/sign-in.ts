/** Signing in: by password and second factor, or by passkey. Whatever is wrong, the answer is the same, and so is the work. */
import { randomBytes } from 'node:crypto'
import { passwordLength } from '../../core/people/person.ts'
import type { Factor, SignInView } from '../../core/people/views.ts'
import { type Caller, headersFor, type WithCookies } from './caller.ts'
import { takeCode, typedCode } from './codes.ts'
import { emailOf } from './email.ts'
import { accepted, type Ground, who } from './ground.ts'
import { type PasskeyOptions, type PasskeyResponse, readPasskeyOptions } from './passkey-options.ts'
import { signInFailed } from './problem.ts'
import type { SecondFactors } from './second-factors.ts'
import type { Sessions } from './sessions.ts'

export interface SignIn {
  /** @throws PeopleProblem 401, the same whatever was wrong; 429 */
  byPassword(
    caller: Caller,
    given: { readonly email: string; readonly password: string },
  ): Promise<WithCookies<SignInView>>
  /** The second step. @param code of an authenticator, or a recovery code */
  byCode(caller: Caller, code: string): Promise<WithCookies<SignInView>>
  passkeyOptions(caller: Caller): Promise<WithCookies<PasskeyOptions>>
  /** @param response what the browser's `navigator.credentials.get` gave, as JSON */
  byPasskey(caller: Caller, response: PasskeyResponse): Promise<WithCookies<SignInView>>
  out(caller: Caller): Promise<WithCookies<{ readonly signedOut: true }>>
}

/** Looked for like any other, and nobody's. */
const nobody = 'nobody@hookscope.invalid'
const signedIn = { signedIn: true } as const

interface SignedInUser {
  readonly id: string
  readonly email: string
}

export function openSignIn(ground: Ground, sessions: Sessions, factors: SecondFactors): SignIn {
  const { auth, tables, names, bounds, audit } = ground

  /** A session is never taken over from before: the new one is the browser's only one. */
  async function begin(caller: Caller, user: SignedInUser, by: Factor | null): Promise<void> {
    const { value: before } = await sessions.identify(caller)
    if (before !== null) await sessions.end(before, before.session).catch(() => {})
    await audit.add({ action: 'sign-in', who: who(user), detail: by, address: caller.address })
    if (by === 'recovery-code')
      await audit.add({ action: 'recovery-code-used', who: who(user), address: caller.address })
  }

  async function failed(caller: Caller, subject: string | null): Promise<never> {
    await audit.add({ action: 'sign-in-failed', who: null, subject, address: caller.address })
    throw signInFailed()
  }

  /** Whose password was right a moment ago; for the limit and the list alone. */
  async function halfwayIn({ headers }: Caller): Promise<SignedInUser | null> {
    const start = `${names.of['two-factor']}=`
    const cookies = (headers.get('cookie') ?? '').split(';').map(cookie => cookie.trim())
    const value = cookies.find(cookie => cookie.startsWith(start))?.slice(start.length)
    if (value === undefined) return null
    const found = await tables
      .selectFrom('people_verification')
      .innerJoin('people_user', 'people_user.id', 'people_verification.value')
      .select(['people_user.id', 'people_user.email'])
      .where('people_verification.identifier', '=', value.split('.')[0] ?? '')
      .executeTakeFirst()
    return found ?? null
  }

  return {
    async byPassword(caller, { email: typed, password }) {
      const email = emailOf(typed)
      const wentWell = await bounds.take('sign-in', { account: email ?? typed.slice(0, 500), ...caller })
      const isPossible = password.length <= passwordLength.most
      const response = await accepted(
        auth.api.signInEmail({
          // What cannot be right costs what a wrong one does.
          body: { email: email ?? nobody, password: isPossible ? password : randomBytes(32).toString('hex') },
          headers: headersFor(caller, names, []),
          asResponse: true,
        }),
      )
      if (response === null) return failed(caller, email)
      await wentWell()
      const cookies = response.headers.getSetCookie()
      const answer: { twoFactorRedirect?: true; user?: SignedInUser } = await response.json()
      if (answer.twoFactorRedirect)
        return { value: { signedIn: false, factors: await factors.ofEmail(email ?? '') }, cookies }
      if (answer.user === undefined) throw new Error('better-auth signed nobody in')
      await begin(caller, answer.user, null)
      return { value: signedIn, cookies }
    },
    async byCode(caller, text) {
      const halfway = await halfwayIn(caller)
      const wentWell = await bounds.take('sign-in-code', { account: halfway?.id ?? null, address: caller.address })
      const { kind, code } = typedCode(text)
      const call = { body: { code }, headers: headersFor(caller, names, ['two-factor']), asResponse: true } as const
      const response = await accepted(
        kind === 'authenticator' ? auth.api.verifyTOTP(call) : auth.api.verifyBackupCode(call),
      )
      if (response === null) return failed(caller, halfway?.email ?? null)
      const { token, user }: { token: string; user: SignedInUser } = await response.json()
      const session = await sessions.ofToken(token)
      if (kind === 'authenticator' && !(await takeCode(tables, user.id, code))) {
        await tables.deleteFrom('people_session').where('id', '=', session).execute()
        return failed(caller, user.email)
      }
      await wentWell()
      await sessions.markSecondFactor(session)
      await begin(caller, user, kind)
      return { value: signedIn, cookies: response.headers.getSetCookie() }
    },
    async passkeyOptions(caller) {
      return readPasskeyOptions(
        await auth.api.generatePasskeyAuthenticationOptions({
          headers: headersFor(caller, names, []),
          asResponse: true,
        }),
      )
    },
    async byPasskey(caller, given) {
      const wentWell = await bounds.take('passkey', { account: null, address: caller.address })
      const response = await accepted(
        auth.api.verifyPasskeyAuthentication({
          body: { response: given },
          headers: headersFor(caller, names, ['passkey']),
          asResponse: true,
        }),
      )
      if (response === null) return failed(caller, null)
      await wentWell()
      const { session, user }: { session: { id: string }; user: SignedInUser } = await response.json()
      await sessions.markSecondFactor(session.id)
      await begin(caller, user, 'passkey')
      return { value: signedIn, cookies: response.headers.getSetCookie() }
    },
    async out(caller) {
      const { value: person } = await sessions.identify(caller)
      const response = await auth.api.signOut({ headers: headersFor(caller, names, ['session']), asResponse: true })
      if (person !== null) {
        await sessions.end(person, person.session).catch(() => {})
        await audit.add({ action: 'sign-out', who: who(person), address: caller.address })
      }
      return { value: { signedOut: true }, cookies: response.headers.getSetCookie() }
    },
  }
}

/** Second factors: set up, given again before Hooks, turned off. Whatever changes them ends the person's other sessions. */
import { freshUntil, type Person } from '../../core/people/person.ts'
import { lacksSecondFactor } from '../../core/people/roles.ts'
import type {
  AuthenticatorView,
  Factor,
  FreshView,
  RecoveryCodesView,
  SecondFactorView,
} from '../../core/people/views.ts'
import { type Caller, headersFor, type WithCookies } from './caller.ts'
import { takeCode, typedCode } from './codes.ts'
import { momentOf } from './database.ts'
import { accepted, type Ground, who } from './ground.ts'
import { type PasskeyOptions, type PasskeyResponse, readPasskeyOptions } from './passkey-options.ts'
import {
  needsBrowser,
  passkeyFailed,
  secondFactorIsOn,
  secondFactorProblem,
  wrongCode,
  wrongPassword,
} from './problem.ts'
import type { Sessions } from './sessions.ts'

/** What a change is confirmed with; the one person of `listen --two-factor` has no password. */
export interface GivenPassword {
  readonly password?: string
}

/** All throw PeopleProblem: 401 signed out, 403 wrong or not fresh, 429 too often. */
export interface SecondFactors {
  /** What the person with this address can give. */
  ofEmail(email: string): Promise<readonly Factor[]>
  view(person: Person): Promise<SecondFactorView>
  /** Opens Hooks for 15 minutes. */
  stepUp(caller: Caller, code: string): Promise<FreshView>
  stepUpOptions(caller: Caller): Promise<WithCookies<PasskeyOptions>>
  stepUpByPasskey(caller: Caller, response: PasskeyResponse): Promise<FreshView>
  /** Makes a secret for an authenticator, which counts once it is confirmed. */
  begin(caller: Caller, given: GivenPassword): Promise<AuthenticatorView>
  confirm(caller: Caller, code: string): Promise<WithCookies<FreshView>>
  /** Turns all of them off. */
  off(caller: Caller, given: GivenPassword): Promise<WithCookies<{ readonly off: true }>>
  renewRecoveryCodes(caller: Caller, given: GivenPassword): Promise<RecoveryCodesView>
  /** Of a person who is in and may change factors. */
  changer(caller: Caller): Promise<Person>
}

export function openSecondFactors(ground: Ground, sessions: Sessions): SecondFactors {
  const { auth, tables, names, bounds, audit } = ground

  const rowOf = (person: string) =>
    tables.selectFrom('people_two_factor').selectAll().where('userId', '=', person).executeTakeFirst()
  const hasAuthenticator = async (person: string) => Boolean((await rowOf(person))?.verified)
  const passkeysOf = (person: string) =>
    tables
      .selectFrom('people_passkey')
      .select(['id', 'name', 'createdAt'])
      .where('userId', '=', person)
      .orderBy('createdAt')
      .execute()

  async function inBrowser(caller: Caller): Promise<Person> {
    const person = await sessions.person(caller)
    if (person.kind === 'laptop') throw needsBrowser()
    return person
  }

  /** Whoever has factors gives one before they change them: a session that somebody else got hold of cannot. */
  async function changer(caller: Caller): Promise<Person> {
    const person = await inBrowser(caller)
    const lacks = person.hasSecondFactor ? lacksSecondFactor(person, Date.now()) : null
    if (lacks !== null) throw secondFactorProblem(lacks)
    return person
  }

  async function owning(caller: Caller): Promise<Person> {
    const person = await changer(caller)
    if (!person.hasSecondFactor) throw secondFactorProblem('second-factor-missing')
    return person
  }

  const bySession = (caller: Caller) => headersFor(caller, names, ['session'])
  const takeTurn = (caller: Caller, what: string, { id }: Person) =>
    bounds.take(what, { account: id, address: caller.address })

  async function refuse(caller: Caller, person: Person, problem: Error): Promise<never> {
    await audit.add({ action: 'step-up-failed', who: who(person), address: caller.address })
    throw problem
  }

  async function refreshed(caller: Caller, person: Person, by: Factor): Promise<FreshView> {
    await sessions.markSecondFactor(person.session)
    await audit.add({ action: 'step-up', who: who(person), detail: by, address: caller.address })
    if (by === 'recovery-code')
      await audit.add({ action: 'recovery-code-used', who: who(person), address: caller.address })
    return fresh()
  }

  return {
    changer,
    async ofEmail(email) {
      const person = await tables.selectFrom('people_user').select('id').where('email', '=', email).executeTakeFirst()
      if (person === undefined) return []
      return [
        ...((await hasAuthenticator(person.id)) ? (['authenticator'] as const) : []),
        ...((await passkeysOf(person.id)).length > 0 ? (['passkey'] as const) : []),
        'recovery-code',
      ]
    },
    async view(person) {
      const row = await rowOf(person.id)
      const codes = row === undefined ? null : await auth.api.viewBackupCodes({ body: { userId: person.id } })
      return {
        authenticator: Boolean(row?.verified),
        passkeys: (await passkeysOf(person.id)).map(({ id, name, createdAt }) => ({
          ...{ id, name: name ?? 'Passkey' },
          createdAt: createdAt === null ? null : new Date(momentOf(createdAt)).toISOString(),
        })),
        recoveryCodes: person.hasSecondFactor ? (codes?.backupCodes.length ?? 0) : 0,
        freshUntil: person.hasSecondFactor ? freshUntil(person, Date.now()) : null,
      }
    },
    async stepUp(caller, text) {
      const person = await inBrowser(caller)
      if (!person.hasSecondFactor) throw secondFactorProblem('second-factor-missing')
      const wentWell = await takeTurn(caller, 'step-up', person)
      const { kind, code } = typedCode(text)
      // One that is not confirmed yet would be turned on by it.
      if (kind === 'authenticator' && !(await hasAuthenticator(person.id))) return refuse(caller, person, wrongCode())
      const call = { headers: bySession(caller), asResponse: true } as const
      const response = await accepted(
        kind === 'authenticator'
          ? auth.api.verifyTOTP({ ...call, body: { code } })
          : auth.api.verifyBackupCode({ ...call, body: { code, disableSession: true } }),
      )
      if (response === null) return refuse(caller, person, wrongCode())
      if (kind === 'authenticator' && !(await takeCode(tables, person.id, code)))
        return refuse(caller, person, wrongCode())
      await wentWell()
      return refreshed(caller, person, kind)
    },
    async stepUpOptions(caller) {
      await inBrowser(caller)
      return readPasskeyOptions(
        await auth.api.generatePasskeyAuthenticationOptions({ headers: bySession(caller), asResponse: true }),
      )
    },
    async stepUpByPasskey(caller, given) {
      const person = await inBrowser(caller)
      const wentWell = await takeTurn(caller, 'step-up', person)
      const response = await accepted(
        auth.api.verifyPasskeyAuthentication({
          body: { response: given },
          headers: headersFor(caller, names, ['passkey']),
          asResponse: true,
        }),
      )
      if (response === null) return refuse(caller, person, passkeyFailed())
      // It signs in; this person is in, and stays in the session that was asked from.
      const made: { session: { id: string }; user: { id: string } } = await response.json()
      await tables.deleteFrom('people_session').where('id', '=', made.session.id).execute()
      if (made.user.id !== person.id) return refuse(caller, person, passkeyFailed())
      await wentWell()
      return refreshed(caller, person, 'passkey')
    },
    async begin(caller, { password }) {
      const person = await changer(caller)
      if (await hasAuthenticator(person.id)) throw secondFactorIsOn()
      const wentWell = await takeTurn(caller, 'password', person)
      const response = await accepted(
        auth.api.enableTwoFactor({
          body: { password: password ?? '', method: 'totp' },
          headers: bySession(caller),
          asResponse: true,
        }),
      )
      if (response === null) throw wrongPassword()
      await wentWell()
      const made: { totpURI: string; backupCodes: string[] } = await response.json()
      return {
        uri: made.totpURI,
        secret: new URL(made.totpURI).searchParams.get('secret') ?? '',
        recoveryCodes: made.backupCodes,
      }
    },
    async confirm(caller, text) {
      const person = await changer(caller)
      const row = await rowOf(person.id)
      if (row === undefined || row.verified) throw secondFactorIsOn()
      const wentWell = await takeTurn(caller, 'step-up', person)
      const { code } = typedCode(text)
      // Before it is looked at: it is turned on, and the session exchanged, where it is right.
      if (!(await takeCode(tables, person.id, code))) throw wrongCode()
      const response = await accepted(
        auth.api.verifyTOTP({ body: { code }, headers: bySession(caller), asResponse: true }),
      )
      if (response === null) throw wrongCode()
      await wentWell()
      const session = await sessions.after(response, person.session)
      await sessions.endAll(person.id, session)
      await sessions.markSecondFactor(session)
      await audit.add({
        action: 'second-factor-on',
        who: who(person),
        detail: 'authenticator',
        address: caller.address,
      })
      return { value: fresh(), cookies: response.headers.getSetCookie() }
    },
    async off(caller, { password }) {
      const person = await owning(caller)
      const wentWell = await takeTurn(caller, 'password', person)
      const response = await accepted(
        auth.api.disableTwoFactor({ body: { password: password ?? '' }, headers: bySession(caller), asResponse: true }),
      )
      if (response === null) throw wrongPassword()
      await wentWell()
      await tables.deleteFrom('people_passkey').where('userId', '=', person.id).execute()
      await sessions.endAll(person.id, await sessions.after(response, person.session))
      await audit.add({ action: 'second-factor-off', who: who(person), address: caller.address })
      return { value: { off: true }, cookies: response.headers.getSetCookie() }
    },
    async renewRecoveryCodes(caller, { password }) {
      const person = await owning(caller)
      const wentWell = await takeTurn(caller, 'password', person)
      const response = await accepted(
        auth.api.generateBackupCodes({
          body: { password: password ?? '' },
          headers: bySession(caller),
          asResponse: true,
        }),
      )
      if (response === null) throw wrongPassword()
      await wentWell()
      await audit.add({ action: 'recovery-codes-made', who: who(person), address: caller.address })
      const made: { backupCodes: string[] } = await response.json()
      return { recoveryCodes: made.backupCodes }
    },
  }
}

const fresh = (): FreshView => ({ freshUntil: freshUntil({ secondFactorAt: Date.now() }, Date.now()) ?? 0 })

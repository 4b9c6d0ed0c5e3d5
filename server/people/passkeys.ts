/** Passkeys: added and removed. The first factor of a person comes with recovery codes. */
import { longestName } from '../../core/people/person.ts'
import type { RecoveryCodesView } from '../../core/people/views.ts'
import { type Caller, headersFor, type WithCookies } from './caller.ts'
import { accepted, type Ground, who } from './ground.ts'
import { type PasskeyOptions, readPasskeyOptions } from './passkey-options.ts'
import { PeopleProblem, passkeyFailed, secondFactorProblem, wrongPassword } from './problem.ts'
import type { GivenPassword, SecondFactors } from './second-factors.ts'
import type { Sessions } from './sessions.ts'

export interface NewPasskey extends GivenPassword {
  /** What the browser's `navigator.credentials.create` gave, as JSON. */
  readonly response: Readonly<Record<string, unknown>>
  readonly name: string
}

/** All throw PeopleProblem, as those of SecondFactors do. */
export interface Passkeys {
  options(caller: Caller): Promise<WithCookies<PasskeyOptions>>
  /** @param given with the password, where it is the person's first factor. @returns recovery codes then; else none */
  add(caller: Caller, given: NewPasskey): Promise<RecoveryCodesView>
  remove(caller: Caller, id: string): Promise<void>
}

export function openPasskeys(ground: Ground, sessions: Sessions, factors: SecondFactors): Passkeys {
  const { auth, tables, names, bounds, audit } = ground
  const bySession = (caller: Caller) => headersFor(caller, names, ['session'])

  return {
    async options(caller) {
      await factors.changer(caller)
      return readPasskeyOptions(
        await auth.api.generatePasskeyRegistrationOptions({ headers: bySession(caller), asResponse: true }),
      )
    },
    async add(caller, { response: given, name, password = '' }) {
      const person = await factors.changer(caller)
      if (!person.hasSecondFactor) {
        const wentWell = await bounds.take('password', { account: person.id, address: caller.address })
        const checked = await accepted(
          auth.api.verifyPassword({ body: { password }, headers: bySession(caller), asResponse: true }),
        )
        if (checked === null) throw wrongPassword()
        await wentWell()
      }
      const added = await accepted(
        auth.api.verifyPasskeyRegistration({
          body: { response: given, name: name.trim().slice(0, longestName) || 'Passkey' },
          headers: headersFor(caller, names, ['session', 'passkey']),
          asResponse: true,
        }),
      )
      if (added === null) throw passkeyFailed()
      await audit.add({ action: 'passkey-added', who: who(person), subject: name, address: caller.address })
      if (person.hasSecondFactor) return { recoveryCodes: [] }

      // Its authenticator stays unconfirmed: what is wanted of it is its recovery codes.
      const made = await accepted(
        auth.api.enableTwoFactor({ body: { password, method: 'totp' }, headers: bySession(caller), asResponse: true }),
      )
      if (made === null) throw wrongPassword()
      const { internalAdapter } = await auth.$context
      await internalAdapter.updateUser(person.id, { twoFactorEnabled: true })
      await sessions.endAll(person.id, person.session)
      await sessions.markSecondFactor(person.session)
      await audit.add({ action: 'second-factor-on', who: who(person), detail: 'passkey', address: caller.address })
      const { backupCodes }: { backupCodes: string[] } = await made.json()
      return { recoveryCodes: backupCodes }
    },
    async remove(caller, id) {
      const person = await factors.changer(caller)
      if (!person.hasSecondFactor) throw secondFactorProblem('second-factor-missing')
      const removed = await tables
        .deleteFrom('people_passkey')
        .where('id', '=', id)
        .where('userId', '=', person.id)
        .returning('name')
        .executeTakeFirst()
      if (removed === undefined)
        throw new PeopleProblem(404, 'passkey-unknown', 'There is no such passkey.', 'Reload the list.')
      await audit.add({ action: 'passkey-removed', who: who(person), subject: removed.name, address: caller.address })
      await sessions.endAll(person.id, person.session)
      const { authenticator, passkeys } = await factors.view(person)
      if (authenticator || passkeys.length > 0) return
      const { internalAdapter } = await auth.$context
      await internalAdapter.updateUser(person.id, { twoFactorEnabled: false })
      await tables.deleteFrom('people_two_factor').where('userId', '=', person.id).execute()
      await audit.add({ action: 'second-factor-off', who: who(person), address: caller.address })
    },
  }
}

/** The one person of `listen --two-factor`: signed in as whoever has the inspector's token, with a second factor and no password. */
import { randomBytes } from 'node:crypto'
import { openAuth, signedToken } from './auth.ts'
import type { Caller } from './caller.ts'
import { openPeopleDatabase, type PeopleTables } from './database.ts'
import { localRole } from './members.ts'
import { type People, peopleOn } from './people.ts'

export interface LocalPeople {
  readonly people: People
  /** Who asks, whatever request it is. */
  caller(): Caller
  /** Takes over the cookies of an answer: another session stands in the place of the one before. */
  keep(cookies: readonly string[]): void
  close(): Promise<void>
}

/** Sessions and sealed secrets of a laptop are no safer than its file: the key lies in it. */
const secretName = 'local-secret'
/** Names no host: what an authenticator shows beside hookscope. */
const email = 'you@localhost'

async function localSecret(tables: PeopleTables): Promise<string> {
  await tables
    .insertInto('people_setting')
    .values({ name: secretName, value: randomBytes(32).toString('hex') })
    .onConflict(conflict => conflict.column('name').doNothing())
    .execute()
  const { value } = await tables
    .selectFrom('people_setting')
    .select('value')
    .where('name', '=', secretName)
    .executeTakeFirstOrThrow()
  return value
}

/** @param db as the store was opened with */
export async function openLocalPeople(db: string): Promise<LocalPeople> {
  const database = await openPeopleDatabase(db)
  const { tables } = database
  const origin = 'http://localhost'
  const auth = openAuth({ database, origin, secrets: [await localSecret(tables)], isLocal: true })
  const people = await peopleOn(database, auth, origin, 'local')
  const { internalAdapter } = await auth.$context
  const known = await tables.selectFrom('people_user').select('id').where('role', '=', localRole).executeTakeFirst()
  const id =
    known?.id ??
    (
      await internalAdapter.createUser(
        { email, name: 'You', emailVerified: true, role: localRole },
        { method: 'email' },
      )
    ).id
  // Each start begins without a factor that was given.
  await people.sessions.endAll(id)
  let token = await signedToken(auth, (await internalAdapter.createSession(id)).token)

  return {
    people: {
      ...people,
      async identify(caller) {
        const { value, cookies } = await people.identify(caller)
        return { value: value === null ? null : { ...value, role: 'owner' }, cookies }
      },
    },
    caller: () => ({ headers: new Headers({ authorization: `Bearer ${token}` }), address: '127.0.0.1' }),
    keep(cookies) {
      for (const cookie of cookies) {
        const [, value = ''] = /^hookscope\.session_token=([^;]+)/.exec(cookie) ?? []
        if (value !== '') token = decodeURIComponent(value)
      }
    },
    close: people.close,
  }
}

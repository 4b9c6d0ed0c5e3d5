/** People: who they are, how they come in, and what they may, on the database that holds the deliveries. */
import type { Person } from '../../core/people/person.ts'
import type { MeView } from '../../core/people/views.ts'
import { type Account, openAccount } from './account.ts'
import { type Audit, openAudit } from './audit.ts'
import { type Auth, cookieNames, openAuth } from './auth.ts'
import { openBounds } from './bounds.ts'
import type { Caller, WithCookies } from './caller.ts'
import { openPeopleDatabase, type PeopleDatabase } from './database.ts'
import type { Ground } from './ground.ts'
import { type Inviting, type Joining, openInviting, openJoining } from './invitations.ts'
import { type Laptops, openLaptops } from './laptops.ts'
import { type Members, openMembers } from './members.ts'
import { openPasskeys, type Passkeys } from './passkeys.ts'
import { openSecondFactors, type SecondFactors } from './second-factors.ts'
import { openSessions, type Sessions } from './sessions.ts'
import { openSignIn, type SignIn } from './sign-in.ts'

export interface PeopleOptions {
  /** A PostgreSQL URL, or the path of a SQLite file that the store has open or has made. */
  readonly db: string
  /** As browsers know the inspector: `https://hooks.example.com`, without a path. */
  readonly origin: string
  /** As `readSecrets` gives them: the first signs and seals, all open. With another first one everybody signs in again. */
  readonly secrets: readonly string[]
}

export interface People {
  readonly mode: MeView['mode']
  readonly origin: string
  /** Who asks; null for nobody. The cookies belong into the answer. */
  identify(caller: Caller): Promise<WithCookies<Person | null>>
  me(person: Person): Promise<MeView>
  readonly signIn: SignIn
  readonly factors: SecondFactors
  readonly passkeys: Passkeys
  readonly account: Account
  readonly sessions: Sessions
  readonly joining: Joining
  readonly laptops: Laptops
  readonly inviting: Inviting
  readonly members: Members
  readonly audit: Audit
  close(): Promise<void>
}

/** How often what is over is forgotten, milliseconds. */
const pruneMs = 3_600_000

/** @throws UserError when people were written by a newer hookscope; whatever the database throws */
export async function openPeople({ db, origin, secrets }: PeopleOptions): Promise<People> {
  const database = await openPeopleDatabase(db)
  return peopleOn(database, openAuth({ database, origin, secrets, isLocal: false }), origin)
}

/** On what is open already; it is closed with people. */
export async function peopleOn(
  database: PeopleDatabase,
  auth: Auth,
  origin: string,
  mode: People['mode'] = 'shared',
): Promise<People> {
  const { tables } = database
  const bounds = openBounds(tables)
  const ground: Ground = { auth, tables, names: await cookieNames(auth), bounds, audit: openAudit(tables), origin }
  const sessions = openSessions(ground)
  const factors = openSecondFactors(ground, sessions)
  const inviting = openInviting(tables, ground.audit, origin)

  const prune = async () => {
    await bounds.prune()
    const now = new Date()
    // Times of better-auth are text in SQLite; both compare with ISO 8601.
    const over = database.engine === 'sqlite' ? now.toISOString() : now
    for (const table of ['people_session', 'people_verification', 'people_device_code'] as const)
      await tables.deleteFrom(table).where('expiresAt', '<', over).execute()
  }
  const timer = setInterval(() => void prune().catch(() => {}), pruneMs)
  timer.unref()

  return {
    mode,
    origin,
    identify: sessions.identify,
    async me(person) {
      const { id, name, email, role, hasSecondFactor } = person
      const secondFactor = await factors.view(person)
      return { mode, person: { id, name, email, role, hasSecondFactor }, secondFactor }
    },
    signIn: openSignIn(ground, sessions, factors),
    factors,
    passkeys: openPasskeys(ground, sessions, factors),
    account: openAccount(ground, sessions, factors),
    sessions,
    joining: openJoining(ground),
    laptops: openLaptops(ground, sessions),
    inviting,
    members: openMembers(tables, ground.audit, inviting),
    audit: ground.audit,
    async close() {
      clearInterval(timer)
      await database.close()
    },
  }
}

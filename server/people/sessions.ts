/** Sessions: who a request is from, which there are, and their end. A laptop's token is a session of its own kind. */
import { type Person, type Role, roles } from '../../core/people/person.ts'
import type { SessionView } from '../../core/people/views.ts'
import { type Caller, headersFor, type WithCookies } from './caller.ts'
import { momentOf } from './database.ts'
import type { Ground } from './ground.ts'
import { PeopleProblem, signedOut } from './problem.ts'

/** A laptop's token lasts so long without use, milliseconds. */
const laptopMs = 90 * 86_400_000

export interface Sessions {
  /** Who asks; null for whoever is not signed in. Cookies are renewed as they are used. */
  identify(caller: Caller): Promise<WithCookies<Person | null>>
  /** @throws PeopleProblem 401 */
  person(caller: Caller): Promise<Person>
  /** Of these sessions, those that have not ended, with what their people may do now. */
  living(sessions: readonly string[]): Promise<ReadonlyMap<string, Role>>
  list(person: Person): Promise<readonly SessionView[]>
  /** @throws PeopleProblem 404 for one that is not the person's */
  end(person: Person, session: string): Promise<void>
  /** Of a person's laptops that are signed in. */
  laptopNames(person: string): Promise<string[]>
  /** Ends all of a person's but one. @returns how many */
  endAll(person: string, but?: string): Promise<number>
  /** The session whose token a call of better-auth has just given out. */
  ofToken(token: string): Promise<string>
  /** The session that a browser has after a call of better-auth, which may have made another one in its place. */
  after(response: Response, before: string): Promise<string>
  /** @param at milliseconds since 1970; default: now */
  markSecondFactor(session: string, at?: number): Promise<void>
  markLaptop(session: string, name: string): Promise<void>
}

export function openSessions({ auth, tables, names }: Ground): Sessions {
  async function identify(caller: Caller): Promise<WithCookies<Person | null>> {
    const { headers, response } = await auth.api.getSession({
      headers: headersFor(caller, names, ['session']),
      returnHeaders: true,
    })
    const cookies = headers.getSetCookie()
    if (response === null) return { value: null, cookies }
    const { session, user } = response
    const person: Person = {
      ...{ id: user.id, name: user.name, email: user.email, role: roleOf(user.role), session: session.id },
      kind: session.laptop == null ? 'browser' : 'laptop',
      laptop: session.laptop ?? null,
      secondFactorAt: session.secondFactorAt == null ? null : momentOf(session.secondFactorAt),
      hasSecondFactor: user.twoFactorEnabled === true,
    }
    return { value: person, cookies }
  }

  const update = async (session: string, change: { secondFactorAt?: Date; laptop?: string; expiresAt?: Date }) => {
    const { adapter } = await auth.$context
    await adapter.update({ model: 'session', where: [{ field: 'id', value: session }], update: change })
  }

  const ofToken = async (token: string) => {
    const found = await tables.selectFrom('people_session').select('id').where('token', '=', token).executeTakeFirst()
    if (found === undefined) throw new Error('better-auth gave out a token without a session')
    return found.id
  }

  return {
    identify,
    async person(caller) {
      const { value } = await identify(caller)
      if (value === null) throw signedOut()
      return value
    },
    async living(sessions) {
      if (sessions.length === 0) return new Map()
      const found = await tables
        .selectFrom('people_session')
        .innerJoin('people_user', 'people_user.id', 'people_session.userId')
        .select(['people_session.id', 'people_session.expiresAt', 'people_user.role'])
        .where('people_session.id', 'in', sessions)
        .execute()
      const living = found.filter(({ expiresAt }) => momentOf(expiresAt) > Date.now())
      return new Map(living.map(({ id, role }) => [id, roleOf(role)]))
    },
    async list(person) {
      const all = await tables
        .selectFrom('people_session')
        .select(['id', 'createdAt', 'updatedAt', 'expiresAt', 'ipAddress', 'userAgent', 'laptop'])
        .where('userId', '=', person.id)
        .orderBy('createdAt', 'desc')
        .execute()
      return all
        .filter(({ expiresAt }) => momentOf(expiresAt) > Date.now())
        .map(({ id, createdAt, updatedAt, ipAddress, userAgent, laptop }) => ({
          ...{ id, kind: laptop === null ? ('browser' as const) : ('laptop' as const), laptop },
          ...{ address: ipAddress || null, userAgent: userAgent || null, isCurrent: id === person.session },
          ...{ createdAt: new Date(createdAt).toISOString(), usedAt: new Date(updatedAt).toISOString() },
        }))
    },
    async laptopNames(person) {
      const all = await tables
        .selectFrom('people_session')
        .select(['laptop', 'expiresAt'])
        .where('userId', '=', person)
        .execute()
      return all.flatMap(({ laptop, expiresAt }) =>
        laptop === null || momentOf(expiresAt) <= Date.now() ? [] : [laptop],
      )
    },
    async end(person, session) {
      const ended = await tables
        .deleteFrom('people_session')
        .where('id', '=', session)
        .where('userId', '=', person.id)
        .executeTakeFirst()
      if (ended.numDeletedRows === 0n)
        throw new PeopleProblem(404, 'session-unknown', 'There is no such session.', 'Reload the list.')
    },
    async endAll(person, but) {
      const all = tables.deleteFrom('people_session').where('userId', '=', person)
      const { numDeletedRows } = await (but === undefined ? all : all.where('id', '<>', but)).executeTakeFirst()
      return Number(numDeletedRows)
    },
    ofToken,
    async after(response, before) {
      // The token in the body may be that of the session that it has just ended.
      const given = response.headers.get('set-auth-token')
      return given === null ? before : ofToken(given.split('.')[0] ?? '')
    },
    markSecondFactor: (session, at = Date.now()) => update(session, { secondFactorAt: new Date(at) }),
    markLaptop: (session, laptop) => update(session, { laptop, expiresAt: new Date(Date.now() + laptopMs) }),
  }
}

/** A role that this version does not know may least. */
const roleOf = (text: string): Role => roles.find(role => role === text) ?? 'viewer'

/** What PostgreSQL's errors mean for those who use the store. */
import { UserError } from '../../lib/errors.ts'
import { StoreUnavailable } from '../problem.ts'
import { withoutPassword } from './connection.ts'

/** SQLSTATE, or what kept the client from an answer (`ECONNREFUSED`, `CONNECTION_CLOSED`, …); undefined for any other error. */
export function postgresCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return error.name === 'PostgresError' || unreachable.test(error.code) ? error.code : undefined
}

/** There is no server, or no connection to it any more. */
const unreachable = /^(CONNECT|E[A-Z_]+$|08|57P)/

/** The StoreUnavailable that an error is or stands for; undefined when it is no matter of the server. */
export function unavailable(error: unknown): StoreUnavailable | undefined {
  if (error instanceof StoreUnavailable) return error
  const code = postgresCode(error)
  if (code === undefined) return undefined
  const of = (kind: StoreUnavailable['code'], message: string) => new StoreUnavailable(kind, message, { cause: error })
  if (unreachable.test(code) || code.startsWith('28') || code === '3D000')
    return of('gone', 'The database cannot be reached')
  if (code === '53100') return of('full', "The disk of the database's server is full")
  if (/^53|^55P03|^57014|^40/.test(code)) return of('locked', "The database's server is too busy")
  if (code.startsWith('XX00')) return of('damaged', 'The database is damaged')
  if (/^25006|^42501|^58|^XX/.test(code)) return of('io', `The database cannot be used (${code})`)
  return undefined
}

/** Two transactions stood in each other's way: one of them is done again. */
export const isConflict = (error: unknown): boolean => /^40(001|P01)/.test(postgresCode(error) ?? '')

/** What to tell the person whose database cannot be opened. */
export function openingProblem(url: string, error: unknown): unknown {
  if (error instanceof UserError) return error
  const code = postgresCode(error)
  if (code === undefined && !(error instanceof StoreUnavailable)) return error
  const shown = withoutPassword(url)
  const refused = (why: string, hint: string) =>
    new UserError(`${shown} cannot be opened: ${why}.`, hint, { cause: error })
  if (code === '42501')
    return refused('its user may not do that', "Make it the owner of hookscope's database: ALTER DATABASE … OWNER TO …")
  if (code === '3D000') return refused('there is no such database', 'Make it: CREATE DATABASE hookscope')
  if (code?.startsWith('28')) return refused('user or password is wrong', 'Check both in the URL.')
  const said = error instanceof Error ? error.message : String(error)
  return refused(
    unreachable.test(code ?? '') ? `nothing answers there (${code})` : said,
    'Check the URL and the server.',
  )
}

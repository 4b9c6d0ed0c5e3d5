/** Lets a request of the API pass or not, by the one table of roles, and keeps what the audit list wants of it. */
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import type { AuditAction } from '../../../core/people/audit.ts'
import { type Denial, denialOf, type Rule, ruleFor } from '../../../core/people/roles.ts'
import { needsBrowser, secondFactorProblem, signedOut } from '../../people/problem.ts'
import { ApiProblem } from '../problem.ts'
import { callerOf, type PeopleDoor, type PeopleEnv, withCookies } from './door.ts'

/** The rule of the route that will answer: the first that matches and has one. */
export function ruleOf(c: Context<PeopleEnv>): { readonly rule: Rule; readonly pattern: string } | null {
  for (const { path, method } of matchedRoutes(c)) {
    const rule = method === 'ALL' ? undefined : ruleFor(method, path)
    if (rule !== undefined) return { rule, pattern: path }
  }
  return null
}

/** For everything below /api: whoever is let in is in the context as `person`. */
export const permit = (door: PeopleDoor) =>
  createMiddleware<PeopleEnv>(async (c, next) => {
    const caller = callerOf(c, door)
    const person = withCookies(c, await door.people.identify(caller))
    if (person === null) throw signedOut()
    const found = ruleOf(c)
    // A route that nobody thought of is nobody's.
    if (found === null)
      throw new ApiProblem(
        404,
        'route-unknown',
        'The API has no such route.',
        'docs/reference/api.md lists the routes.',
      )
    const { rule, pattern } = found
    const reveals = asksForAll(c)
    const denial = denialOf(rule, person, { reveals }, Date.now())
    if (denial !== null) throw denied(denial, rule, reveals)
    c.set('person', person)
    c.set('caller', caller)
    await next()

    const action = reveals && rule.reveals ? ('secret-shown' as const) : rule.audit
    if (action === undefined || !c.res.ok) return
    const body = c.req.method === 'GET' ? {} : await bodyOf(c)
    await door.people.audit.add({
      ...{ action: actionOf(action, body), who: { id: person.id, email: person.email }, address: caller.address },
      ...{ subject: idIn(pattern, c.req.path) ?? labelIn(body), detail: Object.keys(body).join(', ') || null },
    })
  })

/** A capture has everything as it came, unless it is anonymized; all other files are masked. */
function asksForAll(c: Context<PeopleEnv>): boolean {
  const asked = (name: string) => c.req.queries(name) ?? []
  const isAnonymous = asked('anonymize').length === 1 && asked('anonymize')[0] === '1'
  return asked('reveal').includes('1') || (asked('format').includes('hookscope') && !isAnonymous)
}

export function denied(denial: Denial, rule: Rule, reveals: boolean): Error {
  if (denial === 'is-laptop') return needsBrowser()
  if (denial !== 'role') return secondFactorProblem(denial)
  const least = reveals && rule.reveals && rule.role === 'viewer' ? 'developer' : rule.role
  return new ApiProblem(
    403,
    'role',
    `This takes ${least === 'owner' ? 'an owner' : `a ${least}`}.`,
    'Ask an owner to do it, or to change your role.',
  )
}

/** What was sent, by name: values may be keys. */
async function bodyOf(c: Context<PeopleEnv>): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await c.req.json().catch(() => null)
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

const actionOf = (action: AuditAction, body: Readonly<Record<string, unknown>>): AuditAction =>
  action === 'hook-changed' && ('authentication' in body || 'signature' in body) ? 'key-changed' : action

const labelIn = ({ label }: Readonly<Record<string, unknown>>) => (typeof label === 'string' ? label : null)

function idIn(pattern: string, path: string): string | null {
  const at = pattern.split('/').indexOf(':id')
  return at < 0 ? null : (path.split('/')[at] ?? null)
}

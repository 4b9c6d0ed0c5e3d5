/** Who may use which route of the API: one row a route, and none without a row. */
import type { AuditAction } from './audit.ts'
import { type Person, type Role, roles, secondFactorMs } from './person.ts'

export interface Rule {
  /** The least role. */
  readonly role: Role
  /** A second factor not older than 15 minutes is needed. */
  readonly secondFactor?: true
  /** `?reveal=1`, or a file of all as it came, shows credentials: it is for developers with a fresh second factor. */
  readonly reveals?: true
  /** The answer has bytes as they came: viewers get them with card data and signatures masked. */
  readonly bytes?: true
  /** A laptop's token may use it. */
  readonly laptop?: true
  /** What is kept of it once it is done; its subject is the `:id` of the route. */
  readonly audit?: AuditAction
}

const view: Rule = { role: 'viewer' }
const revealing: Rule = { role: 'viewer', reveals: true, bytes: true }
const develop: Rule = { role: 'developer' }
/** Of Hooks: the console asks for a second factor before anyone enters them. */
const enterHooks: Rule = { role: 'viewer', secondFactor: true }
const useHooks: Rule = { role: 'developer', secondFactor: true }
const own = (audit: AuditAction): Rule => ({ role: 'owner', secondFactor: true, audit })
/** What keeps its own entry of the audit list, with names. */
const ownNamed: Rule = { role: 'owner', secondFactor: true }

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** By pattern and method, as the router has them. */
export const routeRules: Readonly<Record<string, Readonly<Partial<Record<Method, Rule>>>>> = {
  '/api/status': { GET: view },
  '/api/stream': { GET: view },
  '/api/agent': { GET: { role: 'developer', laptop: true } },
  '/api/doctor': { GET: develop },

  '/api/hooks': { GET: enterHooks, POST: own('hook-added') },
  '/api/hooks/:id': { PUT: own('hook-changed'), DELETE: own('hook-removed') },
  '/api/hooks/:id/restore': { POST: own('hook-restored') },
  '/api/hooks/:id/history': { GET: enterHooks },
  '/api/hooks/:id/rehearsal': { PUT: { ...useHooks, audit: 'mock-response-changed' } },
  '/api/hooks/:id/verifications': { POST: useHooks },
  '/api/hooks/:id/verifications/:job': { DELETE: useHooks },

  '/api/deliveries': { GET: view },
  '/api/deliveries/count': { GET: view },
  '/api/deliveries/causes': { GET: view },
  '/api/deliveries/export': { GET: { ...view, reveals: true } },
  '/api/deliveries/pin': { POST: develop },
  '/api/deliveries/remove': { POST: develop },
  '/api/deliveries/restore': { POST: develop },
  '/api/deliveries/:id': { GET: revealing },
  // Nothing is masked in a file of raw bytes.
  '/api/deliveries/:id/body': { GET: develop },
  '/api/deliveries/:id/attempts': { GET: revealing },
  '/api/deliveries/:id/tries': { GET: view },
  '/api/deliveries/:id/journey': { GET: view },
  '/api/deliveries/:id/replay': { POST: develop },
  '/api/deliveries/:id/replay/preview': { POST: { ...develop, reveals: true } },
  '/api/attempts/:id': { GET: revealing },
  '/api/facets': { GET: view },
  '/api/timeline': { GET: view },

  '/api/simulations': { GET: { ...view, bytes: true }, POST: develop },
  '/api/simulations/preview': { POST: { ...develop, reveals: true } },
  '/api/simulations/pending': { GET: view },
  '/api/simulations/pending/hurry': { POST: develop },
  '/api/simulations/pending/cancel': { POST: develop },
  '/api/simulations/tries/:id': { GET: { ...view, bytes: true } },
  '/api/simulations/:id': { GET: { ...view, bytes: true }, DELETE: develop },
  '/api/simulations/:id/events': { GET: view },
  '/api/samples': { GET: { ...view, bytes: true }, POST: develop },
  '/api/samples/:name': { DELETE: develop },
  '/api/checks': { GET: view, POST: develop },
  '/api/checks/plan': { POST: develop },
  '/api/checks/:id': { GET: { ...view, bytes: true }, DELETE: develop },
  // A file of what was sent, signatures included.
  '/api/checks/:id/report': { GET: develop },
  '/api/edits': { POST: develop },
  '/api/edits/:id/undo': { POST: develop },
  '/api/edits/:id': { DELETE: develop },

  '/api/replays': { POST: develop },
  '/api/replays/:id': { DELETE: develop },
  '/api/leftovers/:id/send': { POST: develop },
  '/api/leftovers/:id': { DELETE: develop },
  '/api/test-event': { POST: develop },
  '/api/imports': { POST: develop },

  '/api/forward': { PUT: own('forwarding-changed') },
  '/api/tunnel': { GET: view, PUT: own('tunnel-changed') },

  '/api/people': { GET: { role: 'owner' } },
  '/api/people/invitations': { POST: ownNamed },
  '/api/people/invitations/:id': { DELETE: ownNamed },
  '/api/people/:id': { PUT: ownNamed, DELETE: ownNamed },
  '/api/people/:id/reset': { POST: ownNamed },
  '/api/people/:id/sessions': { DELETE: { role: 'owner' } },
  '/api/audit': { GET: { role: 'owner' } },
}

/** Why somebody may not; `is-laptop` is a token that reaches too far. */
export type Denial = 'role' | 'is-laptop' | 'second-factor-needed' | 'second-factor-missing'

/** @param method HEAD is GET's. @returns undefined for a route without a rule, which is for nobody */
export function ruleFor(method: string, pattern: string): Rule | undefined {
  const rules: Readonly<Record<string, Rule>> = Object.hasOwn(routeRules, pattern) ? (routeRules[pattern] ?? {}) : {}
  return rules[method === 'HEAD' ? 'GET' : method]
}

const reaches = (role: Role, least: Role) => roles.indexOf(role) >= roles.indexOf(least)

/** Whether a second factor was given lately, and what to do when not. @param now milliseconds since 1970 */
export function lacksSecondFactor(
  { secondFactorAt, hasSecondFactor }: Pick<Person, 'secondFactorAt' | 'hasSecondFactor'>,
  now: number,
): Extract<Denial, `second-${string}`> | null {
  if (!hasSecondFactor) return 'second-factor-missing'
  return secondFactorAt !== null && secondFactorAt + secondFactorMs > now ? null : 'second-factor-needed'
}

/**
 * @param asked `reveals` when the request asks for credentials
 * @returns null when the person may
 */
export function denialOf(
  rule: Rule,
  person: Pick<Person, 'role' | 'kind' | 'secondFactorAt' | 'hasSecondFactor'>,
  asked: { readonly reveals: boolean },
  now: number,
): Denial | null {
  if (person.kind === 'laptop' && rule.laptop !== true) return 'is-laptop'
  const reveals = rule.reveals === true && asked.reveals
  if (!reaches(person.role, reveals ? 'developer' : rule.role) || !reaches(person.role, rule.role)) return 'role'
  return rule.secondFactor || reveals ? lacksSecondFactor(person, now) : null
}

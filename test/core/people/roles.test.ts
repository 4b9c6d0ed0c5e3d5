import { describe, expect, it } from 'vitest'
import { type Person, type Role, roles, secondFactorMs } from '../../../core/people/person.ts'
import { denialOf, routeRules, ruleFor } from '../../../core/people/roles.ts'

const now = Date.UTC(2026, 11, 1)
const person = (role: Role, more: Partial<Person> = {}) => ({
  ...{ role, kind: 'browser' as const, laptop: null, secondFactorAt: now - 1000, hasSecondFactor: true },
  ...more,
})
const may = (role: Role, route: string, more: Partial<Person> = {}, reveals = false) => {
  const [method = '', pattern = ''] = route.split(' ')
  const rule = ruleFor(method, pattern)
  return rule === undefined ? 'no rule' : denialOf(rule, person(role, more), { reveals }, now)
}

it.each<[route: string, least: Role]>([
  ['GET /api/deliveries', 'viewer'],
  ['GET /api/hooks', 'viewer'],
  ['POST /api/deliveries/:id/replay', 'developer'],
  ['POST /api/deliveries/pin', 'developer'],
  ['POST /api/deliveries/remove', 'developer'],
  ['POST /api/simulations', 'developer'],
  ['POST /api/checks', 'developer'],
  ['PUT /api/hooks/:id/rehearsal', 'developer'],
  ['PUT /api/hooks/:id', 'owner'],
  ['PUT /api/forward', 'owner'],
  ['GET /api/people', 'owner'],
  ['GET /api/audit', 'owner'],
])('%s takes %s', (route, least) => {
  for (const role of roles) expect(may(role, route)).toBe(roles.indexOf(role) >= roles.indexOf(least) ? null : 'role')
})

describe('a second factor', () => {
  it.each([
    'GET /api/hooks',
    'PUT /api/hooks/:id',
    'GET /api/hooks/:id/history',
    'PUT /api/forward',
    'DELETE /api/people/:id',
  ])('is needed for %s, and not older than 15 minutes', route => {
    expect(may('owner', route, { secondFactorAt: now - secondFactorMs + 1 })).toBe(null)
    expect(may('owner', route, { secondFactorAt: now - secondFactorMs })).toBe('second-factor-needed')
    expect(may('owner', route, { secondFactorAt: null })).toBe('second-factor-needed')
    expect(may('owner', route, { hasSecondFactor: false })).toBe('second-factor-missing')
  })

  it('is not asked for to look at deliveries, but to see credentials in them', () => {
    const route = 'GET /api/deliveries/:id'
    expect(may('developer', route, { secondFactorAt: null })).toBe(null)
    expect(may('developer', route, { secondFactorAt: null }, true)).toBe('second-factor-needed')
    expect(may('developer', route, {}, true)).toBe(null)
    expect(may('viewer', route, {}, true)).toBe('role')
  })

  it('tells nobody that they may when their role is too small', () => {
    expect(may('viewer', 'PUT /api/hooks/:id', { secondFactorAt: null })).toBe('role')
  })
})

it('lets a laptop’s token into its stream and into nothing else', () => {
  const all = Object.entries(routeRules).flatMap(([path, rules]) =>
    Object.keys(rules).map(method => `${method} ${path}`),
  )
  const open = all.filter(route => may('owner', route, { kind: 'laptop' }) !== 'is-laptop')
  expect(open).toEqual(['GET /api/agent'])
})

it('knows no rule for a route that is not there', () => expect(may('owner', 'GET /api/secrets')).toBe('no rule'))

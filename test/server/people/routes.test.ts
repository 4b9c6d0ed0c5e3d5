/** Every route of the API has a row in the table of roles, and every row a route. */
import { expect, it } from 'vitest'
import { routeRules } from '../../../core/people/roles.ts'
import { createApi } from '../../../server/api/api.ts'
import type { PeopleDoor } from '../../../server/api/people/door.ts'
import { createPeople } from '../../../server/api/people/people.ts'
import type { Workspace } from '../../../server/workspace.ts'

/** Upgrades, which no router knows. */
const streams = ['GET /api/agent', 'GET /api/stream']

it('is the whole API, to the route', () => {
  const apis = [createApi({ workspace: {} as Workspace, log: () => {} }), createPeople({ people: {} } as PeopleDoor)]
  const routes = apis.flatMap(api => api.routes.map(({ method, path }) => `${method} ${path}`))
  expect(routes.length).toBeGreaterThan(60)
  expect([...new Set(routes), ...streams].sort()).toEqual(
    Object.entries(routeRules)
      .flatMap(([path, rules]) => Object.keys(rules).map(method => `${method} ${path}`))
      .sort(),
  )
})

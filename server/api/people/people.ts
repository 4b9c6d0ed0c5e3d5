/** /api/people and /api/audit: for owners. What they may is decided before (permit.ts). */
import { type Context, Hono } from 'hono'
import type { Actor } from '../../people/invitations.ts'
import { schemas, valid } from '../routes/schemas.ts'
import type { PeopleDoor, PeopleEnv } from './door.ts'
import { peopleSchemas } from './schemas.ts'

const defaultEntries = 100

/** Typed for hono/client. */
export function createPeople({ people }: PeopleDoor) {
  const { members, inviting, audit } = people
  const actor = (c: Context<PeopleEnv>): Actor => {
    const { id, email } = c.get('person')
    return { id, email, address: c.get('caller').address }
  }
  return new Hono<PeopleEnv>()
    .basePath('/api')
    .get('/people', async c => c.json({ people: await members.list(), invitations: await inviting.pending() }))
    .post('/people/invitations', valid('json', peopleSchemas.invite), async c =>
      c.json(await inviting.invite(actor(c), c.req.valid('json')), 201),
    )
    .delete('/people/invitations/:id', async c => {
      await inviting.withdraw(actor(c), c.req.param('id'))
      return c.json({ withdrawn: true })
    })
    .put('/people/:id', valid('json', peopleSchemas.role), async c => {
      await members.setRole(actor(c), c.req.param('id'), c.req.valid('json').role)
      return c.json({ people: await members.list() })
    })
    .delete('/people/:id', async c => {
      await members.remove(actor(c), c.req.param('id'))
      return c.json({ removed: true })
    })
    .post('/people/:id/reset', valid('json', schemas.nothing), async c =>
      c.json(await members.reset(actor(c), c.req.param('id')), 201),
    )
    .delete('/people/:id/sessions', async c =>
      c.json({ ended: await members.endSessions(actor(c), c.req.param('id')) }),
    )
    .get('/audit', valid('query', peopleSchemas.audit), async c => {
      const { before = null, limit = defaultEntries } = c.req.valid('query')
      return c.json(await audit.list({ before, limit }))
    })
}

export type PeopleApi = ReturnType<typeof createPeople>

/** The API's routes about hooks: the console's window, the rehearsed answer, checking stored deliveries again. */
import { Hono } from 'hono'
import { hookSchemas } from './hook-schemas.ts'
import { unknownId } from './problem.ts'
import { valid } from './schemas.ts'
import type { Controls } from './types.ts'

/** @throws ApiProblem 404 for a hook that is not there */
function known(controls: Controls, id: string): string {
  if (!controls.hooks.hooks().some(hook => hook.id === id)) throw unknownId('hook')
  return id
}

export function hookRoutes(controls: Controls) {
  const { hooks } = controls
  return new Hono()
    .get('/', c => c.json({ hooks: controls.status().hooks }))
    .post('/', valid('json', hookSchemas.draft), async c => c.json(await hooks.add(c.req.valid('json')), 201))
    .put('/:id', valid('json', hookSchemas.change), async c =>
      c.json(await hooks.change(known(controls, c.req.param('id')), c.req.valid('json'))),
    )
    .delete('/:id', c => {
      hooks.remove(known(controls, c.req.param('id')))
      return c.json({ removed: true })
    })
    .post('/:id/restore', valid('json', hookSchemas.nothing), c => c.json({ hook: hooks.restore(c.req.param('id')) }))
    .put('/:id/rehearsal', valid('json', hookSchemas.rehearsal), c =>
      c.json({ hook: hooks.rehearse(known(controls, c.req.param('id')), c.req.valid('json').rehearsal) }),
    )
    .get('/:id/history', async c => c.json({ history: await hooks.history(c.req.param('id')) }))
    .post('/:id/verifications', valid('json', hookSchemas.verification), c =>
      c.json({ job: hooks.verifyAgain(known(controls, c.req.param('id')), c.req.valid('json').reason) }, 202),
    )
    .delete('/:id/verifications/:job', c => {
      if (!hooks.cancelVerification(c.req.param('job'))) throw unknownId('verification')
      return c.json({ cancelled: true })
    })
}

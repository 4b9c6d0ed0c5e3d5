/** The API's routes about hooks: the console's window, the mock response, checking stored deliveries again. */
import { Hono } from 'hono'
import type { Workspace } from '../../workspace.ts'
import { unknownId } from '../problem.ts'
import { hookSchemas } from './hook-schemas.ts'
import { schemas, valid } from './schemas.ts'

/** @throws ApiProblem 404 for a hook that is not there */
function known({ hooks }: Pick<Workspace, 'hooks'>, id: string): string {
  if (!hooks.hooks().some(hook => hook.id === id)) throw unknownId('hook')
  return id
}

export function hookRoutes(workspace: Pick<Workspace, 'hooks'>) {
  const { hooks } = workspace
  return new Hono()
    .get('/', c => c.json({ hooks: hooks.views() }))
    .post('/', valid('json', hookSchemas.draft), async c => c.json(await hooks.add(c.req.valid('json')), 201))
    .put('/:id', valid('json', hookSchemas.change), async c =>
      c.json(await hooks.change(known(workspace, c.req.param('id')), c.req.valid('json'))),
    )
    .delete('/:id', async c => {
      await hooks.remove(known(workspace, c.req.param('id')))
      return c.json({ removed: true })
    })
    .post('/:id/restore', valid('json', schemas.nothing), async c => c.json(await hooks.restore(c.req.param('id'))))
    .put('/:id/rehearsal', valid('json', hookSchemas.rehearsal), async c =>
      c.json({ hook: await hooks.rehearse(known(workspace, c.req.param('id')), c.req.valid('json').rehearsal) }),
    )
    .get('/:id/history', async c => c.json({ history: await hooks.history(c.req.param('id')) }))
    .post('/:id/verifications', valid('json', hookSchemas.verification), async c =>
      c.json({ job: await hooks.verifyAgain(known(workspace, c.req.param('id')), c.req.valid('json').reason) }, 202),
    )
    .delete('/:id/verifications/:job', c => {
      if (!hooks.cancelVerification(c.req.param('job'))) throw unknownId('verification')
      return c.json({ cancelled: true })
    })
}

/** The API's routes about edits of many deliveries; `edits` of the status says how far they are. */
import { Hono } from 'hono'
import type { Query } from '../../../core/search/query.ts'
import type { Workspace } from '../../workspace.ts'
import { ApiProblem, unknownId } from '../problem.ts'
import { schemas, valid } from './schemas.ts'

/** @param queryOf reads a search @throws ApiProblem 400 */
export function editRoutes(
  { edits }: Pick<Workspace, 'edits'>,
  queryOf: (q: string, zone: string | undefined) => Query,
) {
  return new Hono()
    .post('/', valid('json', schemas.edit), c => {
      const asked = c.req.valid('json')
      const which = 'ids' in asked ? { ids: asked.ids } : { query: queryOf(asked.q, asked.zone) }
      return c.json({ edit: edits.start(asked.kind, which) }, 202)
    })
    .post('/:id/undo', valid('json', schemas.nothing), c => {
      const id = c.req.param('id')
      if (!edits.list().some(edit => edit.id === id)) throw unknownId('edit')
      const edit = edits.undo(id)
      if (edit === null)
        throw new ApiProblem(409, 'not-undoable', 'There is nothing to undo.', 'Cancel it first if it is running.')
      return c.json({ edit }, 202)
    })
    .delete('/:id', c => {
      if (!edits.cancel(c.req.param('id'))) throw unknownId('edit')
      return c.json({ cancelled: true })
    })
}

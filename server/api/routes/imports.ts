/** The API's route that takes deliveries of a file: who reads the file hands them over in parts. */
import { Hono } from 'hono'
import type { Workspace } from '../../workspace.ts'
import { schemas, valid } from './schemas.ts'

export function importRoutes({ imports }: Pick<Workspace, 'imports'>) {
  return new Hono().post('/', valid('json', schemas.imports), async c =>
    c.json(await imports.add(c.req.valid('json').deliveries)),
  )
}

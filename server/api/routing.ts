/** What answers at the inspector: its routes and pages, with all that they stand on. Loaded with the first request. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import type { LocalPeople } from '../people/local.ts'
import type { Workspace } from '../workspace.ts'
import { createApi } from './api.ts'
import { pageKey } from './credentials.ts'
import { createEntrance } from './entrance.ts'
import { createPages } from './pages.ts'
import { ApiProblem, answerError } from './problem.ts'
import type { Tickets } from './tickets.ts'

export interface RoutesOptions {
  /** The secret that opens this inspector. */
  readonly token: string
  readonly tickets: Tickets
  /** Whom Hooks ask for a second factor; default: nobody. */
  readonly people?: LocalPeople
  readonly workspace: Workspace
  /** Folder of the built UI. */
  readonly uiFolder: string
  /** One line about something that went wrong, for the terminal. */
  log(line: string): void
}

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Two, since routes read paths in ways of their own (`/x/../api`): who may have the pages alone cannot come to the API. */
export interface Routes {
  readonly all: Listener
  readonly pages: Listener
}

export async function openRoutes(options: RoutesOptions): Promise<Routes> {
  const { token, tickets, people, workspace, uiFolder, log } = options
  const app = new Hono().route('/', createEntrance(tickets, pageKey(token)))
  if (people !== undefined) {
    const { asksSecondFactor } = await import('./people/local.ts')
    const door = { people: people.people, local: people, addressOf: () => '127.0.0.1' }
    app.route('/', asksSecondFactor(door))
  }
  app.route('/', createApi({ workspace, log })).all('/api/*', () => {
    throw new ApiProblem(404, 'route-unknown', 'The API has no such route.', 'docs/reference/api.md lists the routes.')
  })
  const pages = createPages(uiFolder)
  app.route('/', pages)
  for (const part of [app, pages]) {
    part.notFound(c => c.text('There is nothing here.', 404))
    part.onError((error, c) => answerError(error, c, log))
  }
  return {
    all: getRequestListener(app.fetch, { overrideGlobalObjects: false }),
    pages: getRequestListener(pages.fetch, { overrideGlobalObjects: false }),
  }
}

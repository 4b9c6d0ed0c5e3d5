/** What answers at the inspector: its routes and pages, with all that they stand on. Loaded with the first request. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
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

export function openRoutes({ token, tickets, workspace, uiFolder, log }: RoutesOptions): Routes {
  const app = new Hono()
    .route('/', createEntrance(tickets, pageKey(token)))
    .route('/', createApi({ workspace, log }))
    .all('/api/*', () => {
      throw new ApiProblem(
        404,
        'route-unknown',
        'The API has no such route.',
        'docs/reference/api.md lists the routes.',
      )
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

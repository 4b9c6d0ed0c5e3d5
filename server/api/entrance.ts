/** What lets in: a page's key, and tickets for files that the browser saves, and for links that are opened. */
import { Hono } from 'hono'
import { z } from 'zod'
import { downloadPath, enterPath, linksPath } from '../../core/api/page-key.ts'
import { isApi } from './credentials.ts'
import { ApiProblem } from './problem.ts'
import { schemas, valid } from './routes/schemas.ts'
import type { Tickets } from './tickets.ts'

const code = () => z.strictObject({ code: z.string().max(100) })
const file = () => z.strictObject({ target: z.string().max(16_000).refine(isApi, 'must be a path of the API') })

/** @param key what a page that was opened with a link may know */
export function createEntrance(tickets: Tickets, key: string) {
  return new Hono()
    .post(enterPath, valid('json', code), c => {
      if (tickets.redeem(c.req.valid('json').code, 'key') !== 'good')
        throw new ApiProblem(401, 'code-spent', 'This link is not valid any more.', 'Open the link again.')
      return c.json({ key })
    })
    .post(downloadPath, valid('json', file), c => {
      return c.json({ ticket: tickets.issue(`GET ${c.req.valid('json').target}`) })
    })
    .post(linksPath, valid('json', schemas.nothing), c => c.json({ ticket: tickets.issue('link') }))
}

/** Its routes, for the page's typed client. */
export type EntranceApi = ReturnType<typeof createEntrance>

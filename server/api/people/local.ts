/** What `listen --two-factor` puts before the API: who has the token gives a second factor before Hooks. */
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { ApiProblem } from '../problem.ts'
import { createAuth } from './auth.ts'
import type { LocalDoor, PeopleEnv } from './door.ts'
import { permit } from './permit.ts'

/** Of /auth, what one person without a password has a use for. */
const open = /^\/auth\/(?:me|step-up|second-factor\/(?:authenticator(?:\/confirm)?|recovery-codes|off))$/

/** @returns what comes before the API's routes, once the guard has let the request in */
export function asksSecondFactor(door: LocalDoor): Hono<PeopleEnv> {
  /** The browser has its own cookie; that of the session stays here. */
  const keeping = createMiddleware(async (c, next) => {
    await next()
    door.local.keep(c.res.headers.getSetCookie())
    c.res.headers.delete('Set-Cookie')
  })
  return new Hono<PeopleEnv>()
    .use('/auth/*', keeping, async (c, next) => {
      if (!open.test(c.req.path))
        throw new ApiProblem(404, 'route-unknown', 'There is no such route.', 'Nobody signs in here.')
      await next()
    })
    .route('/', createAuth(door))
    .use('/api/*', keeping, permit(door))
}

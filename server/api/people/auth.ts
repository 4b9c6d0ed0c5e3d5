/** /auth/*: coming in, one's own account, second factors, laptops. What needs no session is bounded and says nothing. */
import { type Context, Hono } from 'hono'
import { signedOut } from '../../people/problem.ts'
import { schemas, valid } from '../routes/schemas.ts'
import { deviceRoutes } from './device.ts'
import { callerOf, type PeopleDoor, type PeopleEnv, withCookies } from './door.ts'
import { peopleSchemas } from './schemas.ts'

/** Typed for hono/client. */
export function createAuth(door: PeopleDoor) {
  const { people } = door
  const { signIn, factors, passkeys, account, sessions, joining, laptops } = people
  const caller = (c: Context<PeopleEnv>) => callerOf(c, door)
  return new Hono<PeopleEnv>()
    .basePath('/auth')
    .route('/device', deviceRoutes(door))
    .get('/me', async c => {
      const person = withCookies(c, await people.identify(caller(c)))
      if (person === null) throw signedOut()
      return c.json(await people.me(person))
    })

    .post('/sign-in', valid('json', peopleSchemas.signIn), async c =>
      c.json(withCookies(c, await signIn.byPassword(caller(c), c.req.valid('json')))),
    )
    .post('/sign-in/code', valid('json', peopleSchemas.code), async c =>
      c.json(withCookies(c, await signIn.byCode(caller(c), c.req.valid('json').code))),
    )
    .post('/sign-in/passkey/options', valid('json', schemas.nothing), async c =>
      c.json(withCookies(c, await signIn.passkeyOptions(caller(c)))),
    )
    .post('/sign-in/passkey', valid('json', peopleSchemas.assertion), async c =>
      c.json(withCookies(c, await signIn.byPasskey(caller(c), c.req.valid('json').response))),
    )
    .post('/sign-out', valid('json', schemas.nothing), async c => c.json(withCookies(c, await signIn.out(caller(c)))))

    .post('/invitation', valid('json', peopleSchemas.link), async c =>
      c.json(await joining.look(caller(c), c.req.valid('json').secret)),
    )
    .post('/invitation/accept', valid('json', peopleSchemas.accept), async c =>
      c.json(withCookies(c, await joining.accept(caller(c), c.req.valid('json')))),
    )

    .post('/step-up', valid('json', peopleSchemas.code), async c =>
      c.json(await factors.stepUp(caller(c), c.req.valid('json').code)),
    )
    .post('/step-up/passkey/options', valid('json', schemas.nothing), async c =>
      c.json(withCookies(c, await factors.stepUpOptions(caller(c)))),
    )
    .post('/step-up/passkey', valid('json', peopleSchemas.assertion), async c =>
      c.json(await factors.stepUpByPasskey(caller(c), c.req.valid('json').response)),
    )

    .post('/second-factor/authenticator', valid('json', peopleSchemas.givenPassword), async c =>
      c.json(await factors.begin(caller(c), c.req.valid('json'))),
    )
    .post('/second-factor/authenticator/confirm', valid('json', peopleSchemas.code), async c =>
      c.json(withCookies(c, await factors.confirm(caller(c), c.req.valid('json').code))),
    )
    .post('/second-factor/recovery-codes', valid('json', peopleSchemas.givenPassword), async c =>
      c.json(await factors.renewRecoveryCodes(caller(c), c.req.valid('json'))),
    )
    .post('/second-factor/off', valid('json', peopleSchemas.givenPassword), async c =>
      c.json(withCookies(c, await factors.off(caller(c), c.req.valid('json')))),
    )
    .post('/passkeys/options', valid('json', schemas.nothing), async c =>
      c.json(withCookies(c, await passkeys.options(caller(c)))),
    )
    .post('/passkeys', valid('json', peopleSchemas.passkey), async c =>
      c.json(await passkeys.add(caller(c), c.req.valid('json')), 201),
    )
    .delete('/passkeys/:id', async c => {
      await passkeys.remove(caller(c), c.req.param('id'))
      return c.json({ removed: true })
    })

    .put('/password', valid('json', peopleSchemas.newPassword), async c =>
      c.json(withCookies(c, await account.changePassword(caller(c), c.req.valid('json')))),
    )
    .get('/sessions', async c => c.json({ sessions: await sessions.list(await sessions.person(caller(c))) }))
    .delete('/sessions', async c => {
      await account.endSession(caller(c), null)
      return c.json({ ended: true })
    })
    .delete('/sessions/:id', async c => {
      await account.endSession(caller(c), c.req.param('id'))
      return c.json({ ended: true })
    })

    .get('/laptop', valid('query', peopleSchemas.laptopCode), async c =>
      c.json(await laptops.look(caller(c), c.req.valid('query').code)),
    )
    .post('/laptop', valid('json', peopleSchemas.laptopAnswer), async c => {
      const { code, connect } = c.req.valid('json')
      return c.json(await laptops.answer(caller(c), code, connect))
    })
}

export type AuthApi = ReturnType<typeof createAuth>

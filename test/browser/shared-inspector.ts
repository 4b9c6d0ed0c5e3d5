/** A shared inspector for a real browser, which takes http://localhost for a secure origin: with people, hooks and deliveries. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Secret, TOTP } from 'otpauth'
import type { BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Role } from '../../core/people/person.ts'
import { startSharedInspector } from '../../server/api/people/server.ts'
import { defaults } from '../../server/config/settings.ts'
import { newHook, noSecrets } from '../../server/hooks/active.ts'
import { openAuth } from '../../server/people/auth.ts'
import { openPeopleDatabase } from '../../server/people/database.ts'
import { type People, peopleOn } from '../../server/people/people.ts'
import { planOfSettings } from '../../server/sender/routes.ts'
import { openSqlite } from '../../server/store/sqlite/sqlite.ts'
import { workspaceOn } from '../../server/workspace.ts'
import { emptyFolder } from '../helpers/command.ts'
import { arrival } from '../helpers/deliveries.ts'
import { portApart } from '../helpers/ports.ts'

export const password = 'correct horse battery'

export interface SharedInspector {
  readonly origin: string
  readonly people: People
  /** A link to join. */
  invite(email: string, role: Role): Promise<string>
  /** Gives a browser the cookies of somebody who has joined. @param factor what they have */
  join(context: BrowserContext, email: string, role: Role): Promise<void>
  /** Sets an authenticator up for whoever is signed in there. @returns its codes */
  setUp(context: BrowserContext): Promise<Codes>
  /** Makes the second factor of whoever is signed in there an old one. */
  age(context: BrowserContext): Promise<void>
  /** Has a delivery kept. @returns its id */
  deliver(): Promise<number>
  close(): Promise<void>
}

/** Passwords are slow to hash on purpose, and are not what these tests are about. */
const quick = {
  hash: async (text: string) => createHash('sha256').update(text).digest('hex'),
  verify: async (given: { hash: string; password: string }) => (await quick.hash(given.password)) === given.hash,
}

export async function startShared(): Promise<SharedInspector> {
  const folder = emptyFolder()
  const port = await portApart()
  const origin = `http://localhost:${port}`
  const store = await openSqlite({ path: join(folder, 'log.db') })
  await store.hooks.save({ ...newHook('main', 'Main', Date.UTC(2026, 10, 23, 12)), path: '/in/secret' })
  const settings = { ...defaults, db: store.path, label: null, retention: { count: null, days: null, bytes: null } }
  const plan = { ...defaults, forward: [] }
  const workspace = await workspaceOn(store, {
    settings: { ...settings, tunnelHost: null, publicUrl: null },
    secrets: noSecrets,
    log: () => {},
    listening: {
      ...{ plan: hooks => planOfSettings(plan, hooks), publicUrl: null, isOwnUrl: () => false, observe: false },
    },
  })
  const database = await openPeopleDatabase(store.path)
  const auth = openAuth({ database, origin, secrets: ['7b0e1c9a5f3d2846e0a1b2c3d4e5f607'], isLocal: false })
  Object.assign((await auth.$context).password, quick)
  const people = await peopleOn(database, auth, origin)
  const inspector = await startSharedInspector({
    ...{ port, people, workspace, addressOf: () => '203.0.113.7', log: () => {} },
    uiFolder: fileURLToPath(new URL('../../dist/ui', import.meta.url)),
  })

  const cookieOf = async (context: BrowserContext) =>
    (await context.cookies(origin)).map(({ name, value }) => `${name}=${value}`).join('; ')

  /** As the page would ask, with the browser's cookies, which it keeps. */
  async function ask(context: BrowserContext, path: string, body: object): Promise<Record<string, unknown>> {
    const answer = await context.request.post(`${origin}${path}`, { data: body, headers: { Origin: origin } })
    expect(answer.ok(), await answer.text()).toBe(true)
    return answer.json()
  }

  const invite = async (email: string, role: Role) => (await people.inviting.invite(null, { email, role })).link
  return {
    origin,
    people,
    invite,
    async join(context, email, role) {
      const secret = new URL(await invite(email, role)).hash.slice(1)
      const [name] = email.split('@')
      await ask(context, '/auth/invitation/accept', { secret, name, password })
    },
    async setUp(context) {
      const { secret, recoveryCodes } = await ask(context, '/auth/second-factor/authenticator', { password })
      const codes = codesOf(String(secret))
      await ask(context, '/auth/second-factor/authenticator/confirm', { code: codes.next() })
      return { ...codes, recovery: recoveryCodes as readonly string[] }
    },
    async age(context) {
      const headers = new Headers({ cookie: await cookieOf(context) })
      const { session } = await people.sessions.person({ headers, address: '' })
      await people.sessions.markSecondFactor(session, Date.now() - 16 * 60_000)
    },
    async deliver() {
      const id = await store.deliveries.append(arrival({ headers: [['X-Signature', 'ab'.repeat(32)]] }))
      await store.deliveries.settled()
      return id
    },
    async close() {
      await inspector.close()
      await people.close()
      await workspace.close()
    },
  }
}

export interface Codes {
  /** One that was not used yet: of now, of the half minute before, of the one after. */
  next(): string
  readonly recovery: readonly string[]
}

/** What an authenticator with this secret shows. */
export function codesOf(secret: string): Codes {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) })
  const used = new Set<string>()
  return {
    recovery: [],
    next() {
      const now = Date.now()
      const code = [now, now - 30_000, now + 30_000]
        .map(timestamp => totp.generate({ timestamp }))
        .find(one => !used.has(one))
      if (code === undefined) throw new Error('Three codes are all that there are within half a minute.')
      used.add(code)
      return code
    },
  }
}

/** The secret that the page shows, in its groups. */
export const shownSecret = async (page: Page): Promise<string> =>
  ((await page.locator('.factor-groups').textContent()) ?? '').replace(/\s/g, '')

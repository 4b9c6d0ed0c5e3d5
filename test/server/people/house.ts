/** A shared inspector for tests: real people on a real database, real HTTP, and browsers that keep cookies. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret, TOTP } from 'otpauth'
import { expect } from 'vitest'
import type { Role } from '../../../core/people/person.ts'
import { startSharedInspector } from '../../../server/api/people/server.ts'
import { defaults } from '../../../server/config/settings.ts'
import { newHook, noSecrets } from '../../../server/hooks/active.ts'
import { type Auth, openAuth } from '../../../server/people/auth.ts'
import { openPeopleDatabase } from '../../../server/people/database.ts'
import { type People, peopleOn } from '../../../server/people/people.ts'
import { planOfSettings } from '../../../server/sender/routes.ts'
import { clientAddresses } from '../../../server/serving/client-address.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { type Workspace, workspaceOn } from '../../../server/workspace.ts'
import { sharedPostgres } from '../../helpers/postgres.ts'
import { type Answer, knock } from '../api/door.ts'

export const origin = 'https://hooks.example.com'
export const secrets = ['7b0e1c9a5f3d2846e0a1b2c3d4e5f60718293a4b5c6d7e8f']
export const password = 'correct horse battery'
export type Engine = 'sqlite' | 'postgres'
export const engines: readonly Engine[] = ['sqlite', 'postgres']

export interface House {
  readonly engine: Engine
  readonly people: People
  readonly auth: Auth
  readonly workspace: Workspace
  readonly port: number
  /** What a second process would open. */
  readonly db: string
  readonly logged: readonly string[]
  /** A browser without cookies. @param address where a proxy says that it is */
  browser(address?: string): Browser
  /** Somebody who accepted an invitation, signed in, without a second factor. */
  join(email: string, role: Role): Promise<Browser>
  close(): Promise<void>
}

export interface Browser {
  readonly cookies: Map<string, string>
  call(method: string, path: string, body?: unknown, headers?: Record<string, string | undefined>): Promise<Answer>
  get(path: string): Promise<Answer>
  post(path: string, body?: unknown): Promise<Answer>
  /** Expects 2xx. */
  done(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>
  /** Sets an authenticator up and confirms it. */
  setUp(): Promise<Authenticator>
}

export interface Authenticator {
  code(): string
  readonly recoveryCodes: readonly string[]
}

export const authenticatorOf = (secret: string, recoveryCodes: readonly string[] = []): Authenticator => {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) })
  return { code: () => totp.generate(), recoveryCodes }
}

export const errorOf = ({ json }: Answer): string | undefined =>
  (json as { error?: { code?: string } } | undefined)?.error?.code

/** Passwords are slow to hash on purpose, which takes most of a test; those who look at just that take them `slow`. */
const quick = {
  hash: async (text: string) => createHash('sha256').update(text).digest('hex'),
  verify: async (given: { hash: string; password: string }) => (await quick.hash(given.password)) === given.hash,
}

/** One for each engine, in an empty database. */
export async function openHouse(engine: Engine, passwords: 'quick' | 'slow' = 'quick'): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'hookscope-people-'))
  const store = await openSqlite({ path: join(folder, 'log.db') })
  await store.hooks.save({ ...newHook('main', 'Main', Date.UTC(2026, 10, 23, 12)), path: '/in/secret' })
  const server = engine === 'postgres' ? await sharedPostgres() : null
  const db = server === null ? store.path : (await server.create()).url
  const logged: string[] = []
  const log = (line: string) => logged.push(line)
  const workspace = await workspaceOn(store, {
    settings: {
      ...{ ...defaults, db: store.path, label: null, retention: { count: null, days: null, bytes: null } },
      ...{ tunnelHost: null, publicUrl: null },
    },
    secrets: noSecrets,
    log,
    listening: {
      ...{
        plan: hooks => planOfSettings({ ...defaults, forward: [] }, hooks),
        publicUrl: null,
        isOwnUrl: () => false,
        observe: false,
      },
    },
  })
  const database = await openPeopleDatabase(db)
  const auth = openAuth({ database, origin, secrets, isLocal: false })
  if (passwords === 'quick') Object.assign((await auth.$context).password, quick)
  const people = await peopleOn(database, auth, origin)
  const inspector = await startSharedInspector({
    ...{ port: 0, people, workspace, uiFolder: join(folder, 'ui'), log },
    addressOf: clientAddresses(['127.0.0.1']),
  })
  const browser = (address = '203.0.113.7') => openBrowser(inspector.port, address)
  return {
    ...{ engine, people, auth, workspace, port: inspector.port, db, logged, browser },
    async join(email, role) {
      const made = await people.inviting.invite(null, { email, role })
      const joined = browser()
      const secret = made.link.split('#')[1]
      await joined.done('POST', '/auth/invitation/accept', { secret, name: email.split('@')[0], password })
      return joined
    },
    async close() {
      await inspector.close()
      await people.close()
      await workspace.close()
      await server?.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function openBrowser(port: number, address: string): Browser {
  const cookies = new Map<string, string>()
  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string | undefined> = {},
  ): Promise<Answer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await knock(port, path, {
      method,
      ...(body !== undefined && { body }),
      headers: {
        Host: 'hooks.example.com',
        Origin: method === 'GET' ? undefined : origin,
        'X-Forwarded-For': address,
        Cookie: cookie === '' ? undefined : cookie,
        ...headers,
      },
    })
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0\b/i.test(line) || value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
  async function done(method: string, path: string, body?: unknown) {
    const answer = await call(method, path, body)
    expect(answer.status, answer.text).toBeLessThan(300)
    return answer.json as Record<string, unknown>
  }
  return {
    cookies,
    call,
    get: path => call('GET', path),
    post: (path, body = {}) => call('POST', path, body),
    done,
    async setUp() {
      const made = await done('POST', '/auth/second-factor/authenticator', { password })
      const authenticator = authenticatorOf(String(made['secret']), made['recoveryCodes'] as string[])
      await done('POST', '/auth/second-factor/authenticator/confirm', { code: authenticator.code() })
      return authenticator
    },
  }
}

/** A team's server as a process: `hookscope serve` with two hooks, and people who have signed in; laptops connect by the real flow. */
import { join } from 'node:path'
import { Secret, TOTP } from 'otpauth'
import { expect } from 'vitest'
import type { Role } from '../../core/people/person.ts'
import { newHook } from '../../server/hooks/active.ts'
import { openPeople, type People } from '../../server/people/people.ts'
import { openStore } from '../../server/store/open-store.ts'
import { type Answer, knock } from '../server/api/door.ts'
import { emptyFolder, type RunningCommand, startCommand } from './command.ts'
import { type Gateway, openGateway } from './gateway.ts'
import { portApart } from './ports.ts'

const secret = '4f1d8a0b6c2e9735d1a8f04b7c63e925'
const password = 'correct horse battery'
export const teamKey = 'sk-live-0123456789abcdef'
const paths = { shop: '/aaaaaaaaaaaaaaaaaaaaaaaa', other: '/bbbbbbbbbbbbbbbbbbbbbbbb' } as const

export interface Person {
  /** Expects 2xx. */
  done(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>
  call(method: string, path: string, body?: unknown): Promise<Answer>
  /** Enters a laptop's code, with a second factor where it is asked for. */
  connect(code: string): Promise<void>
}

export interface Team {
  readonly url: string
  /** As `--db` takes it. */
  readonly db: string
  /** Of the inspector, where no TLS is spoken. */
  readonly inspectorPort: number
  readonly gateway: Gateway
  readonly otherGateway: Gateway
  /** Of the process that runs now. */
  readonly process: () => RunningCommand
  /** On the same database; closed with the team. */
  readonly people: People
  join(name: string, role: Role): Promise<Person>
  stop(): Promise<void>
  start(): Promise<void>
  close(signal?: NodeJS.Signals): Promise<void>
}

/** @param database the URL of one in PostgreSQL; null: a file @param publicUrl that something leads to it; default: the inspector's port */
export async function openTeam(
  database: string | null,
  publicUrl?: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Team> {
  const folder = emptyFolder()
  const db = database ?? join(folder, 'team.db')
  const [port, receiver] = [await portApart(), await portApart()]
  const url = publicUrl ?? `http://localhost:${port}`
  const store = await openStore({ db, log: () => {} })
  for (const [index, [id, path]] of Object.entries(paths).entries()) {
    const hook = newHook(id, id === 'shop' ? 'Jane’s shop' : 'Other', Date.UTC(2026, 10, 1) + index)
    await store.hooks.save({ ...hook, path, savedSecrets: { ...hook.savedSecrets, signatureKey: teamKey } })
  }
  await store.close()
  let command: RunningCommand
  async function start(): Promise<void> {
    command = startCommand(
      [
        ...['serve', '--public-url', url, '--db', db, '--port', String(receiver), '--inspector-port', String(port)],
        ...['--log', 'json', '--drain', '0'],
      ],
      { cwd: folder, env: { HOOKSCOPE_SECRET: secret, ...env } },
    )
    await command.waitForText(/"event":"started"/)
  }
  await start()
  const people = await openPeople({ db, origin: url, secrets: [secret] })
  const gatewayTo = (path: string) => openGateway({ url: `http://127.0.0.1:${receiver}${path}`, key: teamKey })
  const [gateway, otherGateway] = [gatewayTo(paths.shop), gatewayTo(paths.other)]

  async function join_(name: string, role: Role): Promise<Person> {
    const { link } = await people.inviting.invite(null, { email: `${name.toLowerCase()}@example.com`, role })
    const person = browser(port, url)
    await person.done('POST', '/auth/invitation/accept', { secret: link.split('#')[1], name, password })
    if (role === 'viewer') return { ...person, connect: async () => {} }
    const made = await person.done('POST', '/auth/second-factor/authenticator', { password })
    const totp = new TOTP({ secret: Secret.fromBase32(String(made['secret'])) })
    await person.done('POST', '/auth/second-factor/authenticator/confirm', { code: totp.generate() })
    return {
      ...person,
      connect: async code => void (await person.done('POST', '/auth/laptop', { code, connect: true })),
    }
  }

  return {
    ...{ url, db, inspectorPort: port, gateway, otherGateway, people, start, join: join_ },
    process: () => command,
    stop: async () => void (await command.stop('SIGTERM')),
    async close(signal = 'SIGKILL') {
      gateway.close()
      otherGateway.close()
      await people.close()
      await command.stop(signal)
    },
  }
}

function browser(port: number, origin: string): Omit<Person, 'connect'> {
  const cookies = new Map<string, string>()
  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await knock(port, path, {
      method,
      ...(body !== undefined && { body }),
      headers: {
        Host: new URL(origin).host,
        Origin: method === 'GET' ? undefined : origin,
        Cookie: cookie === '' ? undefined : cookie,
      },
    })
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
  return {
    call,
    async done(method, path, body) {
      const answer = await call(method, path, body)
      expect(answer.status, answer.text).toBeLessThan(300)
      return answer.json as Record<string, unknown>
    },
  }
}

export interface Laptop {
  readonly command: RunningCommand
  /** Its data folder, with its log and its token. */
  readonly data: string
}

/** Starts `hookscope listen --from`, by default on a data folder of its own. */
export function startLaptop(
  team: Pick<Team, 'url'>,
  args: readonly string[],
  given: { readonly data?: string; readonly json?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
): Laptop {
  const data = given.data ?? emptyFolder()
  const command = startCommand(
    [
      ...['listen', '--from', team.url, '--no-open', '--port', '0', '--inspector-port', '0', ...args],
      ...(given.json === false ? [] : ['--json']),
    ],
    { env: { XDG_DATA_HOME: data, ...given.env } },
  )
  return { command, data }
}

/** What a laptop keeps of a former sign-in. */
export const tokenPath = (data: string, team: Pick<Team, 'url'>): string =>
  join(data, 'hookscope', 'servers', `${new URL(team.url).host.replace(':', '_')}.json`)

/** How the inspector knows people: who they are, where they ask from, and how the two get into a route. */
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { Person } from '../../../core/people/person.ts'
import type { Caller, WithCookies } from '../../people/caller.ts'
import type { LocalPeople } from '../../people/local.ts'
import type { People } from '../../people/people.ts'

export interface PeopleDoor {
  readonly people: People
  /** The client's address: the socket's, or what a trusted proxy says. */
  addressOf(request: IncomingMessage): string
}

/** Of `listen --two-factor`: whoever the guard let in is one and the same. */
export interface LocalDoor extends PeopleDoor {
  readonly local: Pick<LocalPeople, 'caller' | 'keep'>
}

export interface PeopleEnv {
  Bindings: HttpBindings
  Variables: { person: Person; caller: Caller }
}

/** Names a browser's address where it comes from no socket: within a process. */
const nowhere = ''

export function callerOf(c: Context<PeopleEnv>, door: PeopleDoor | LocalDoor): Caller {
  if ('local' in door) return door.local.caller()
  const { addressOf } = door
  const { incoming } = (c.env as Partial<HttpBindings> | undefined) ?? {}
  return { headers: c.req.raw.headers, address: incoming === undefined ? nowhere : addressOf(incoming) }
}

/** The same for a request that asks for an upgrade. */
export function callerOfUpgrade(request: IncomingMessage, { addressOf }: PeopleDoor): Caller {
  const headers = new Headers()
  for (const name of ['cookie', 'authorization', 'user-agent'] as const) {
    const value = request.headers[name]
    if (value !== undefined) headers.set(name, value)
  }
  return { headers, address: addressOf(request) }
}

/** What a call gave, with the cookies that it sets put into the answer. */
export function withCookies<Value>(c: Context<PeopleEnv>, { value, cookies }: WithCookies<Value>): Value {
  for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true })
  return value
}

/** The typed client of what is about people. */
import { hc } from 'hono/client'
import type { AuthApi } from '../../server/api/people/auth.ts'
import type { PeopleApi } from '../../server/api/people/people.ts'
import { ask } from '../client/ask.ts'
import { keyHeaders } from '../client/page-key.ts'

const options = { headers: () => ({ Accept: 'application/json', ...keyHeaders() }), fetch: ask }

/** Signing in, and one's own account. */
export const auth = hc<AuthApi>('/', options).auth
/** What owners ask for. */
export const owners = hc<PeopleApi>('/', options).api

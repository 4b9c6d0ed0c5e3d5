/** The device flow of RFC 8628, for `hookscope listen --from`: its clients send forms, or JSON, and carry no cookie. */
import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { OAuthAnswer } from '../../people/laptops.ts'
import { callerOf, type PeopleDoor, type PeopleEnv } from './door.ts'

/** Which of the two a client may send forms to. */
export const takesForms = (target: string): boolean => /^\/auth\/device\/(?:code|token)$/.test(target)

const most = 4000

/** The fields of a form or of JSON; each once, as text. */
async function fieldsOf(c: Context<PeopleEnv>): Promise<ReadonlyMap<string, string> | null> {
  const text = await c.req.text()
  if (text.length > most) return null
  if (/^application\/json *(;|$)/i.test(c.req.header('content-type') ?? '')) {
    const body: unknown = jsonOf(text)
    if (typeof body !== 'object' || body === null) return null
    const fields = Object.entries(body)
    return fields.every(([, value]) => typeof value === 'string') ? new Map(fields) : null
  }
  const fields = [...new URLSearchParams(text)]
  return new Set(fields.map(([name]) => name)).size === fields.length ? new Map(fields) : null
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const invalid: OAuthAnswer = {
  status: 400,
  body: { error: 'invalid_request', error_description: 'Send each field once, as a form or as JSON.' },
}

export function deviceRoutes(door: PeopleDoor) {
  const { laptops } = door.people
  const answer = (c: Context<PeopleEnv>, { status, body }: OAuthAnswer) =>
    c.json(body, status as ContentfulStatusCode, { 'Cache-Control': 'no-store', Pragma: 'no-cache' })
  return new Hono<PeopleEnv>()
    .post('/code', async c => {
      const fields = await fieldsOf(c)
      const client = fields?.get('client_id')
      if (client === undefined) return answer(c, invalid)
      return answer(c, await laptops.code(callerOf(c, door), { client, name: fields?.get('device_name') ?? '' }))
    })
    .post('/token', async c => {
      const fields = await fieldsOf(c)
      const [client, grant, deviceCode] = ['client_id', 'grant_type', 'device_code'].map(name => fields?.get(name))
      if (client === undefined || grant === undefined || deviceCode === undefined) return answer(c, invalid)
      return answer(c, await laptops.token(callerOf(c, door), { client, grant, deviceCode }))
    })
}

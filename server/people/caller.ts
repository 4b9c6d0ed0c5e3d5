/** A request as better-auth gets it: of its headers only what is ours to pass on, of its cookies only what a call is about. */

/** Set here and nowhere else: what a client sends by this name is dropped. */
export const addressHeader = 'x-hookscope-address'

/** Who asks: the request's headers, and its address as the socket or a trusted proxy gives it. */
export interface Caller {
  readonly headers: Headers
  readonly address: string
}

/** What a call answers, with the cookies to set, as lines of Set-Cookie. */
export interface WithCookies<Value> {
  readonly value: Value
  readonly cookies: readonly string[]
}

type Carried = 'session' | 'two-factor' | 'passkey'

export interface CookieNames {
  readonly of: Readonly<Record<Carried, string>>
}

/** @param carries the cookies that the call is about; with the session's, a token in Authorization as well */
export function headersFor({ headers, address }: Caller, names: CookieNames, carries: readonly Carried[]): Headers {
  const made = new Headers({ [addressHeader]: address })
  const passed = carries.includes('session') ? ['user-agent', 'authorization'] : ['user-agent']
  for (const name of passed) {
    const value = headers.get(name)
    if (value !== null) made.set(name, value)
  }
  const wanted = carries.map(carried => `${names.of[carried]}=`)
  const cookies = (headers.get('cookie') ?? '')
    .split(';')
    .map(cookie => cookie.trim())
    .filter(cookie => wanted.some(start => cookie.startsWith(start)))
  if (cookies.length > 0) made.set('cookie', cookies.join('; '))
  return made
}

/** What a browser's `navigator.credentials` is called with. */

import type { Auth } from './auth.ts'
import type { WithCookies } from './caller.ts'

/** As JSON: `PublicKeyCredential.parseRequestOptionsFromJSON` or `parseCreationOptionsFromJSON` reads it. */
export type PasskeyOptions = Readonly<Record<string, unknown>>

/** @param response better-auth's, to which only a `preferred` check of the person is to be changed */
export async function readPasskeyOptions(response: Response): Promise<WithCookies<PasskeyOptions>> {
  if (!response.ok) throw new Error(`better-auth answered ${response.status}`)
  const options: Record<string, unknown> = await response.json()
  const value = 'userVerification' in options ? { ...options, userVerification: 'required' } : options
  return { value, cookies: response.headers.getSetCookie() }
}

/** What `navigator.credentials.get` gave, as JSON: better-auth verifies each part of it. */
export type PasskeyResponse = NonNullable<Parameters<Auth['api']['verifyPasskeyAuthentication']>[0]>['body']['response']

/** What every part of people stands on. */

import type { Audit } from './audit.ts'
import type { Auth } from './auth.ts'
import type { Bounds } from './bounds.ts'
import type { CookieNames } from './caller.ts'
import type { PeopleTables } from './database.ts'

export interface Ground {
  readonly auth: Auth
  readonly tables: PeopleTables
  readonly names: CookieNames
  readonly bounds: Bounds
  readonly audit: Audit
  /** As the browser knows the inspector. */
  readonly origin: string
}

/** Whether better-auth took what it was given; its words for what it did not take say too much for a stranger. */
export async function accepted(call: Promise<Response>): Promise<Response | null> {
  const response = await call
  if (response.ok) return response
  if (response.status < 500) return null
  // A passkey of another site is not a failure of the server.
  const { code }: { code?: string } = await response.json()
  if (code === 'FAILED_TO_VERIFY_REGISTRATION') return null
  throw new Error(`better-auth answered ${response.status}`)
}

export const who = ({ id, email }: { readonly id: string; readonly email: string }) => ({ id, email })

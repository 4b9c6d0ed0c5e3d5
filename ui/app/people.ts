/** Who uses this page, and what they are asked for, where people sign in; on a laptop of one's own there is nobody to know. */
import { signal } from '@preact/signals'
import type { MeView } from '../../core/people/views.ts'
import { type Attend, ask, type Wanted } from '../client/ask.ts'
import { keyHeaders } from '../client/page-key.ts'

/** null where nobody signs in, and until they have. */
export const me = signal<MeView | null>(null)
/** Somebody has to sign in: as the page was opened, or since their session ended. */
export const signInNeeded = signal<'before' | 'ended' | null>(null)

/** A request waits for a second factor, or for one to be set up. */
export interface AskedFactor {
  readonly wanted: Exclude<Wanted, 'signed-out'>
  /** Of the request. */
  readonly path: string
  /** Says whether it was given. */
  readonly done: (given: boolean) => void
}
export const askedFactor = signal<AskedFactor | null>(null)
let asked: Promise<boolean> | null = null

/** One question at a time: all requests that come meanwhile wait for the same answer. */
export const attendToPeople: Attend = async (wanted, path) => {
  if (wanted === 'signed-out') {
    signInNeeded.value ??= me.peek() === null ? 'before' : 'ended'
    return false
  }
  // Of the dialog that asks, or of what it stands over.
  if (asked !== null && path.includes('/auth/')) return false
  asked ??= new Promise<boolean>(done => {
    askedFactor.value = { wanted, path, done }
  }).finally(() => {
    asked = null
    askedFactor.value = null
  })
  return asked
}

/** Of a link to join, or to set a new password; '' where there was none. */
export const linkSecret = signal('')

/** Takes the secret of such a link off the address bar, where a screenshot or the history would keep it. */
export function takeLinkSecret(): void {
  if (!location.pathname.startsWith('/invitation') || location.hash === '') return
  linkSecret.value = location.hash.slice(1)
  history.replaceState(history.state, '', location.pathname)
}

/** Asks who this is. Where nobody signs in, the answer is a page. */
export async function learnWho(): Promise<void> {
  try {
    const response = await ask('/auth/me', { headers: { Accept: 'application/json', ...keyHeaders() } })
    if (!response.ok || !response.headers.get('Content-Type')?.includes('json')) return
    const view: MeView = await response.json()
    const { roleRefusal } = await import('./permissions.ts')
    refusal.value = route => roleRefusal(view, route)
    me.value = view
  } catch {
    // hookscope does not answer: the page says so when its stream cannot be opened.
  }
}

const refusal = signal<(route: string) => string | null>(() => null)

/**
 * Why the person may not use a route of the API, for the button that would.
 * @param route `POST /api/simulations`; `GET /api/deliveries/:id reveal` for its credentials
 * @returns null where they may
 */
export const whyNot = (route: string): string | null => refusal.value(route)

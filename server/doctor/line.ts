/** A line of the doctor: what was found, and what to do. */
import type { Status } from '../../core/api/messages.ts'
import type { DoctorLine } from '../../core/doctor/doctor.ts'
import { throughProxy } from '../../core/http/outcome.ts'
import type { Store } from '../store/store.ts'
import type { TunnelSettings } from '../tunnel/readiness.ts'

/** What is looked at: a workspace, as far as it matters here. */
export interface Examined {
  readonly store: Pick<Store, 'deliveries'>
  readonly isListening: boolean
  readonly tunnelSettings: TunnelSettings
  readonly listening: { addresses(): { readonly localUrl: string } }
  status(): Status
}

export type Found = Omit<DoctorLine, 'id' | 'title'>
export const line = (id: string, title: string, found: Found): DoctorLine => ({ id, title, ...found })
export const ok = (text: string): Found => ({ status: 'ok', text, fix: null })
export const warn = (text: string, fix: string): Found => ({ status: 'warn', text, fix })
export const fail = (text: string, fix: string): Found => ({ status: 'fail', text, fix })
export const untried = (text: string, fix: string | null = null): Found => ({ status: 'untried', text, fix })

export const restart = 'Start hookscope, and run hookscope doctor beside it.'

/** A message that names the proxy already stays as it is. */
export const alsoThrough = (found: Found, proxy: string | null): Found =>
  proxy === null || found.text.includes(proxy)
    ? found
    : { ...found, text: `${found.text} It goes ${throughProxy(proxy)}.` }

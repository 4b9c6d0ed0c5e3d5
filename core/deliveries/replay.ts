/** Replaying deliveries: what is asked for, and what would go out. */
import type { RequestView } from '../api/views.ts'

/** What to send differently from what came. Absent fields stay as they came. */
export interface ReplayChanges {
  readonly method?: string | undefined
  readonly headers?: readonly (readonly [string, string])[] | undefined
  /** UTF-8 text or base64 bytes. Text goes out as it is: a Content-Encoding that came is left out unless `headers` sets it. */
  readonly body?: { readonly text: string } | { readonly base64: string } | undefined
}

export interface ReplayRequest {
  /** http or https URL; default: where deliveries are forwarded. */
  readonly target?: string | undefined
  readonly changes?: ReplayChanges | undefined
  /** Sign the body that is sent with the hook's first key. Default: false, the signature that came goes out. */
  readonly resign?: boolean | undefined
}

/** The code of a replay that has nothing to send: the body was not kept. */
export const bodyNotKept = 'body-not-kept'

export interface ReplayPreview {
  readonly request: RequestView
  /** The X-Signature that came, and the one the hook's key gives for the body that would be sent; null where there is none. */
  readonly signatures: { readonly original: string | null; readonly resigned: string | null }
}

export interface ReplayJobRequest {
  readonly ids: readonly number[]
  readonly target?: string | undefined
  readonly order: 'triggered' | 'received'
  /** Deliveries a second; null for one after the other as fast as the target answers. */
  readonly rate: number | null
  readonly resign?: boolean | undefined
  /** Default: unless they would be signed again, which makes a forged event look genuine. */
  readonly includeRejected?: boolean | undefined
}

/** How several are sent, whichever they are. */
export type ReplayManner = Pick<ReplayJobRequest, 'order' | 'rate' | 'resign' | 'includeRejected'>

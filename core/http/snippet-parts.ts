/** What every kind of snippet is made from. */
import type { HeaderList } from './headers.ts'

export interface SnippetRequest {
  readonly method: string
  /** Where the snippet sends it; http or https. */
  readonly url: string
  /** As they came. Headers that belong to one connection, and those every client writes itself, are left out. */
  readonly headers: HeaderList
  readonly body: Uint8Array
  /** True puts a variable in the place of Authorization's value; its real value may then be masked in `headers`. */
  readonly hideAuthorization: boolean
  /** Whether it was rejected where it arrived: a test says then that the app refuses it. */
  readonly isRejected?: boolean
}

/** The environment variable that stands for the hidden Authorization value. */
export const authorizationVariable = 'WEBHOOK_AUTHORIZATION'

/** The body as text when a snippet can carry it as such: UTF-8 without control characters an editor or a terminal would change. */
export function plainText(body: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    return /[^\P{Cc}\n\t]|[\ufeff\u2028\u2029\p{Bidi_Control}]/u.test(text) ? null : text
  } catch {
    return null
  }
}

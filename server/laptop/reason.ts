/** Why a server is not reached, in words. */
import { errorLine } from '../lib/errors.ts'

export const asSentence = (words: string) => (/[.!?]$/.test(words) ? words : `${words}.`)

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The server takes no connections.',
  ENOTFOUND: 'The name of the server cannot be found.',
  EAI_AGAIN: 'The name of the server cannot be looked up now.',
  ECONNRESET: 'The connection was cut off.',
  EPROTO: 'TLS with it failed: it may speak none at this port.',
  ENETUNREACH: 'There is no network.',
}

/** @returns a sentence */
export function whyUnreached(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? asSentence(errorLine(error))
}

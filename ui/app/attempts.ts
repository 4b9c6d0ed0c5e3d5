/** Attempts with their bytes, each fetched when it is looked at. */
import type { AttemptView } from '../../server/api/types.ts'
import { api, call } from '../client/api.ts'

/** What was sent, and what came back. @param credentials whether `Authorization` is shown */
export async function loadAttempt(id: number, credentials = false): Promise<AttemptView> {
  const query = credentials ? { reveal: '1' as const } : {}
  return (await call(api.attempts[':id'].$get({ param: { id: String(id) }, query }))).attempt
}

/** Words for the state of a target. */
import type { Status, TargetStatus } from './messages.ts'

/** The code of the error of a target that is down because of what it answered. */
export const unavailableCode = 'UNAVAILABLE'

/** Every target that deliveries are forwarded to. */
export const targetsOf = ({ forward }: Pick<Status, 'forward'>): string[] =>
  (forward?.targets ?? []).map(({ target }) => target)

/**
 * Why a target is down, as a sentence without its full stop. What it answered has its time: it is as old as the delivery that it was for.
 * @param timeText the words for an instant in ISO 8601
 */
export function downReason(
  { error, answered }: Pick<TargetStatus, 'error' | 'answered'>,
  timeText: (at: string) => string,
): string {
  const said = (error?.message ?? 'Nothing answers there.').replace(/\.$/, '')
  return error?.code === unavailableCode && answered !== null ? `${said} at ${timeText(answered.at)}` : said
}

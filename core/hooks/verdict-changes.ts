/** What checking stored deliveries again has changed, in words. */
import { withCommas } from '../text/text.ts'
import type { VerificationJob } from './hook.ts'

type Changes = Pick<VerificationJob, 'changed'> & Partial<Pick<VerificationJob, 'nowVerified' | 'noLongerVerified'>>

/** `no verdict changed`, `25 verdicts changed: 1 now verified, 24 no longer`; history of older versions has the sum alone. */
export function verdictChangesText({ changed, nowVerified = 0, noLongerVerified = 0 }: Changes): string {
  if (changed === 0) return 'no verdict changed'
  const sum = changed === 1 ? '1 verdict changed' : `${withCommas(changed)} verdicts changed`
  return nowVerified + noLongerVerified === 0
    ? sum
    : `${sum}: ${withCommas(nowVerified)} now verified, ${withCommas(noLongerVerified)} no longer`
}

/** Why the store cannot do what it was asked, and what to do about it. */
import type { TroubleCode } from '../../core/api/store-trouble.ts'
import { UserError } from '../lib/errors.ts'
import { repairHint } from './repair-hint.ts'

/** What to do about `rebuilding`. */
export const againLater = 'Deliveries are kept meanwhile. Try again once that is done.'

/** Why the store cannot do what it was asked now; the receiver answers 503. */
export class StoreUnavailable extends Error {
  /** `rebuilding`: what was asked for is not there yet. */
  readonly code: TroubleCode | 'rebuilding'
  constructor(code: TroubleCode | 'rebuilding', message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreUnavailable'
    this.code = code
  }
}

/** Does what the store may not be able to do right now, which it tells of by itself. */
export async function whereStoreCan(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
  }
}

/** Of who asks for what is not in the list yet: waiting for it would take as long as all before it. */
export const notYet = (): StoreUnavailable =>
  new StoreUnavailable('rebuilding', 'The list is being rebuilt from the log')

function hintOf({ code }: StoreUnavailable): string {
  if (code === 'damaged') return repairHint('PATH')
  return code === 'rebuilding' ? againLater : 'Check the database and its disk, and try again.'
}

/** What to tell the person whose command the database fails under. */
export function storeProblem(error: StoreUnavailable): UserError {
  return new UserError(`${error.message}.`, hintOf(error), { cause: error })
}

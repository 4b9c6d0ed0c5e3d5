import { failureText } from '../client/api.ts'
import { showToast } from '../kit/toasts.ts'

/** Does what was clicked; what keeps it from being done is said in a toast. @returns whether it was done */
export async function orToast(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    showToast(failureText(error), { tone: 'bad' })
    return false
  }
}

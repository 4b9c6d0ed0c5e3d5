/** What is wrong with a target that was typed. Apart from those that are offered, which the first paint needs. */
import { readTarget } from '../../core/http/target.ts'

/** What is wrong with a target, in words; null when it can be sent to. */
export function targetProblem(text: string): string | null {
  if (text.trim() === '') return 'Enter the URL of your app, such as http://localhost:3000/webhooks.'
  const read = readTarget(text)
  return read.ok ? null : `${read.message} ${read.hint}`
}

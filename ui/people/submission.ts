import { useState } from 'preact/hooks'
import { failureText } from '../client/api.ts'

/** What is being sent, and what came of it. */
export interface Submission {
  readonly pending: boolean
  /** What went wrong and what to do, in words; null when nothing did. */
  readonly problem: string | null
  /** Does the work; a second press meanwhile does nothing. @returns whether it was done */
  run(work: () => Promise<unknown>): Promise<boolean>
}

/** Of a form that says itself what went wrong. */
export function useSubmission(): Submission {
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  return {
    pending,
    problem,
    async run(work) {
      if (pending) return false
      setPending(true)
      try {
        await work()
        setProblem(null)
        return true
      } catch (error) {
        setProblem(failureText(error))
        return false
      } finally {
        setPending(false)
      }
    },
  }
}

import { ApiFailure } from '../client/api.ts'
import { AlertIcon } from '../kit/badge.tsx'

/** A call that failed: what happened and what to do. */
export function Problem({ problem }: { problem: unknown }) {
  const message = problem instanceof Error ? problem.message : String(problem)
  return (
    <div class="notice tone-bad" role="alert">
      <AlertIcon />
      <div>
        <p>{message}</p>
        {problem instanceof ApiFailure && problem.hint ? <p class="muted">{problem.hint}</p> : null}
      </div>
    </div>
  )
}

import { Problem } from '../detail/problem.tsx'
import { useLoaded } from '../detail/use-loaded.ts'

/** The gateway simulated: what to send, and how it fares. Its samples and forms are a chunk of their own. */
export function SimulateView() {
  const { value, problem } = useLoaded(() => import('./workbench.tsx'), [])
  if (problem) return <Problem problem={problem} />
  return value ? <value.Workbench /> : <h1 class="hidden-text">Simulate</h1>
}

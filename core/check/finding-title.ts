/** A finding as a statement: “Acts twice on a repeated event”. */
import type { Finding } from './finding.ts'
import { findProbe } from './probes.ts'

/** What a probe is called where it has no finding: what ought to be true; its id when this version does not know it. */
export const nameOf = (id: string): string => findProbe(id)?.pass ?? id

/** What is true of the endpoint by this finding; without an answer, what ought to be. */
export function titleOf({ probe, outcome, title }: Pick<Finding, 'probe' | 'outcome' | 'title'>): string {
  if (title !== undefined) return title
  const entry = findProbe(probe)
  if (entry === undefined) return probe
  if (outcome === 'fail') return entry.fail
  return outcome === 'warn' ? (entry.warn ?? entry.fail) : entry.pass
}

/** What one mistake explains of a report: an endpoint that verifies nothing fails many questions, and has one thing to mend. */
import type { Finding } from './finding.ts'
import type { ProbeId } from './probes.ts'

interface SharedCause {
  /** What is true when all `proof` failed, as the rest of a sentence. */
  readonly what: string
  /** Each of these fails only when what is forged was taken; together nothing else explains them. */
  readonly proof: readonly ProbeId[]
  /** What fails for the same reason, beside these. */
  readonly others: readonly ProbeId[]
}

const causes: readonly SharedCause[] = [
  {
    what: 'it takes events whatever their X-Signature',
    proof: ['signature-missing', 'signature-other-key', 'signature-other-body', 'body-changed'],
    others: ['signature-empty', 'signature-malformed', 'body-respaced', 'credentials-alone', 'connection-reused'],
  },
  {
    what: 'it takes events whatever their user name and password',
    proof: ['credentials-missing', 'credentials-wrong', 'credentials-malformed'],
    others: [],
  },
]

/** @returns a sentence for each mistake that several failures have in common; most reports have none */
export function sharedCauses(findings: readonly Pick<Finding, 'probe' | 'outcome'>[]): string[] {
  const failed = new Set(findings.filter(({ outcome }) => outcome === 'fail').map(({ probe }) => probe))
  return causes
    .filter(({ proof }) => proof.every(probe => failed.has(probe)))
    .map(({ what, proof, others }) => {
      const count = [...proof, ...others].filter(probe => failed.has(probe)).length
      return `${count} of these have one cause: ${what}.`
    })
}

/** What one mistake explains of a report: root causes, each with the places where it shows; they come before single findings. */
import { clip } from '../text/text.ts'
import { type Finding, type RootCause, type Severity, severities } from './finding.ts'
import { findProbe, type ProbeId } from './probes.ts'

type Judged = Pick<Finding, 'probe' | 'outcome' | 'exchanges'>

interface Unchecked {
  /** What is taken, and what is not checked. */
  readonly forged: string
  readonly unchecked: string
  readonly fix: string
  /** Each of these fails only when what is forged was taken; together nothing else explains them. */
  readonly proof: readonly ProbeId[]
  /** What fails for the same reason, beside these. */
  readonly others: readonly ProbeId[]
}

const uncheckedCauses: readonly Unchecked[] = [
  {
    forged: 'forged events',
    unchecked: 'the signature is not checked',
    fix: 'Compute HMAC-SHA256 of the raw body with your key, compare it with X-Signature, and refuse with 401 what does not match.',
    proof: ['signature-missing', 'signature-other-key', 'signature-other-body', 'body-changed'],
    others: [
      'signature-empty',
      'signature-malformed',
      'signature-not-ascii',
      'body-respaced',
      'credentials-alone',
      'connection-reused',
    ],
  },
  {
    forged: 'events with wrong credentials',
    unchecked: 'the user name and the password are not checked',
    fix: 'Compare Authorization with the user name and the password of the webhook, and refuse with 401 what does not match.',
    proof: ['credentials-missing', 'credentials-wrong', 'credentials-malformed'],
    others: [],
  },
]

const worst = (probes: readonly ProbeId[]): Severity =>
  severities.find(severity => probes.some(id => findProbe(id)?.severity === severity)) ?? 'minor'

function causeOf(title: string, fix: string, probes: readonly ProbeId[]): RootCause[] {
  const [first, ...rest] = probes
  return first === undefined ? [] : [{ title, fix, severity: worst(probes), probes: [first, ...rest] }]
}

function unchecked(findings: readonly Judged[]): RootCause[] {
  const failed = new Set(findings.filter(({ outcome }) => outcome === 'fail').map(({ probe }) => probe))
  return uncheckedCauses
    .filter(({ proof }) => proof.every(probe => failed.has(probe)))
    .flatMap(({ forged, unchecked: what, fix, proof, others }) => {
      const asked = findings.filter(
        ({ probe, outcome }) =>
          [...proof, ...others].includes(probe) && (outcome === 'pass' || outcome === 'warn' || outcome === 'fail'),
      )
      const taken = asked.filter(({ outcome }) => outcome === 'fail').map(({ probe }) => probe)
      return causeOf(`Accepts ${taken.length} of ${asked.length} ${forged}: ${what}`, fix, taken)
    })
}

/** What every server says of an error, whatever it was. */
const saysNothing =
  /^(?:internal server error|server error|error|bad gateway|service unavailable|gateway time-?out)\.?$/i
/** Shown of an error, characters. */
const quoted = 120

/** The error that an endpoint met with what it ought to take or survive; null when it names none. */
function errorOf({ probe, outcome, exchanges }: Judged): string | null {
  if (outcome !== 'fail' && outcome !== 'warn') return null
  // Why a forged event is refused is another matter.
  if (findProbe(probe)?.group === 'refuses') return null
  const line = exchanges.find(({ answer }) => answer !== null && answer.status >= 500 && answer.line)?.answer?.line
  return line === undefined || saysNothing.test(line) ? null : line
}

/** The same error, whichever event, order or line it names. */
const kindOf = (error: string) => error.replace(/\b[\da-f]{12,}\b|\d+/gi, '#')

function sameErrors(findings: readonly Judged[]): RootCause[] {
  const groups = new Map<string, { error: string; probes: ProbeId[] }>()
  for (const finding of findings) {
    const error = errorOf(finding)
    if (error === null) continue
    const group = groups.get(kindOf(error)) ?? { error, probes: [] }
    group.probes.push(finding.probe)
    groups.set(kindOf(error), group)
  }
  return [...groups.values()]
    .filter(({ probes }) => probes.length > 1)
    .toSorted((one, other) => other.probes.length - one.probes.length)
    .flatMap(({ error, probes }) =>
      causeOf(
        `Breaks in ${probes.length} places with “${clip(error, quoted)}”`,
        'Find this error in your app’s log, and handle the missing value at the line that throws it.',
        probes,
      ),
    )
}

/** @returns each mistake that several findings have in common, the gravest first; most reports have none */
export const rootCauses = (findings: readonly Judged[]): RootCause[] => [
  ...unchecked(findings),
  ...sameErrors(findings),
]

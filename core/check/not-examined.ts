/** What a report leaves open, why, and how to have it examined: no pass may be taken for more than it is. */
import { isLoopback } from '../http/loopback.ts'
import type { CheckReport, Finding, ProbeGroup, Unexamined } from './finding.ts'
import { findProbe, type ProbeId } from './probes.ts'

/** Probes that are answered only by what an event did to the shop. */
const measured: readonly ProbeId[] = [
  'duplicate',
  'duplicate-at-once',
  'duplicate-twenty',
  'duplicate-later',
  'lost-answer',
  'ach-returned',
  'ach-settled-late',
]

/** What to do where nothing measures what events do. */
export const howToMeasure = 'Give --effect COMMAND or --effect-url URL (Effect URL in the Check view).'
/** What to do where the measure does not move. */
export const howToSee = 'Let the effect count what a sale changes, such as orders or stock.'

type Open = Pick<CheckReport, 'options' | 'findings'>

const probesOf = (findings: readonly Finding[]) => findings.map(({ probe }) => probe)
const skippedOf = ({ findings }: Open, group: ProbeGroup) =>
  findings.filter(({ probe, outcome }) => outcome === 'skipped' && findProbe(probe)?.group === group)

/** What the way this check was run left open. */
export function leftOpen(report: Open): readonly Unexamined[] {
  const { options, findings } = report
  const isOpen = options.signed === null && !options.basic
  // A secret that was not given cannot be looked for.
  const secrets = findings.filter(({ probe, outcome }) => isOpen && probe === 'no-secrets' && outcome === 'skipped')
  const forged = isOpen ? [...skippedOf(report, 'refuses'), ...secrets] : []
  const effects = findings.filter(({ probe, outcome }) => measured.includes(probe) && outcome === 'skipped')
  const local = isLoopback(new URL(options.target).hostname)
    ? skippedOf(report, 'wire').filter(finding => !secrets.includes(finding))
    : []
  const open: readonly Unexamined[] = [
    {
      what: 'refusal of forged events',
      why: 'Neither a key nor credentials were given.',
      how: 'Give --signature-key, --source-key or --basic-auth.',
      probes: probesOf(forged),
    },
    {
      what: 'effect of repeated events and returned check sales',
      why: options.effect
        ? 'The measured effect does not change with a sale.'
        : 'The effect of events was not measured.',
      how: options.effect ? howToSee : howToMeasure,
      probes: probesOf(effects),
    },
    {
      what: 'rate limit under a burst',
      why: 'No burst was sent.',
      how: 'Run the probe burst as well.',
      probes: probesOf(findings.filter(({ probe, outcome }) => probe === 'rate-limit' && outcome === 'skipped')),
    },
    {
      what: 'public address and certificate',
      why: 'The endpoint is on this machine.',
      how: 'Check its public https URL before it goes live.',
      probes: probesOf(local),
    },
  ]
  return open.filter(({ probes }) => probes.length > 0)
}

/** “1 probe”, “12 probes”. */
export const probesText = (count: number): string =>
  count === 1 ? '1 probe' : `${count.toLocaleString('en-US')} probes`

/** The probes without an answer, by their reason. */
export function untested(findings: readonly Finding[]): readonly Unexamined[] {
  const unknown = findings.filter(({ outcome }) => outcome === 'unknown')
  return [...new Set(unknown.map(({ sentence }) => sentence))].map(why => {
    const probes = probesOf(unknown.filter(({ sentence }) => sentence === why))
    return { what: probesText(probes.length), why, how: 'Fix what stands in the way, and check again.', probes }
  })
}

/** All that a report leaves open. */
export const notExamined = (report: Open): readonly Unexamined[] => [...leftOpen(report), ...untested(report.findings)]

/** How many probes that are. */
export const countUnexamined = (open: readonly Unexamined[]): number =>
  open.reduce((sum, { probes }) => sum + probes.length, 0)

/** As sentences. */
export const unexaminedText = ({ what, why, how }: Unexamined): string => `Not examined: ${what}. ${why} ${how}`

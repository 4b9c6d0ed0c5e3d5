/** What a report leaves open, why, and how to have it examined: no pass may be taken for more than it is. */
import { isLoopback } from '../http/loopback.ts'
import { capital, counted } from '../text/text.ts'
import type { CheckReport, Finding, FindingOutcome, ProbeGroup, Unexamined } from './finding.ts'
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

/** What to do about a probe that got no answer. */
export const howToTest = 'Fix what stands in the way, and check again.'

type Open = Pick<CheckReport, 'options' | 'findings'>

const probesOf = (findings: readonly Finding[]) => findings.map(({ probe }) => probe)
const skippedOf = ({ findings }: Open, group: ProbeGroup) =>
  findings.filter(({ probe, outcome }) => outcome === 'skipped' && findProbe(probe)?.group === group)

/** What the way this check was run left open. */
function leftByChoice(report: Open): readonly Unexamined[] {
  const { options, findings } = report
  const isOpen = options.signed === null && !options.basic
  // A secret that was not given cannot be looked for.
  const secrets = findings.filter(({ probe, outcome }) => isOpen && probe === 'no-secrets' && outcome === 'skipped')
  const forged = isOpen ? skippedOf(report, 'refuses') : []
  const effects = findings.filter(({ probe, outcome }) => measured.includes(probe) && outcome === 'skipped')
  const local = isLoopback(new URL(options.target).hostname)
    ? skippedOf(report, 'wire').filter(finding => !secrets.includes(finding))
    : []
  const open: readonly Unexamined[] = [
    {
      what: [
        ...(forged.length > 0 ? ['refusal of forged events'] : []),
        ...(secrets.length > 0 ? ['secrets in responses'] : []),
      ].join(' and '),
      why: 'Neither a key nor credentials were given.',
      how: 'Give --signature-key, --source-key or --basic-auth.',
      probes: probesOf([...forged, ...secrets]),
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
export const probesText = (count: number): string => counted(count, 'probe')

/** The probes without an answer, by their reason. */
function withoutAnswer(findings: readonly Finding[]): readonly Unexamined[] {
  const unknown = findings.filter(({ outcome }) => outcome === 'unknown')
  return [...new Set(unknown.map(({ sentence }) => sentence))].map(why => {
    const probes = probesOf(unknown.filter(({ sentence }) => sentence === why))
    return { what: probesText(probes.length), why, how: howToTest, probes }
  })
}

/** Works out all that findings leave open; who has a report reads it there, see `openOf`. */
export const notExamined = (report: Open): readonly Unexamined[] => [
  ...leftByChoice(report),
  ...withoutAnswer(report.findings),
]

type Reported = Pick<CheckReport, 'options' | 'findings' | 'notExamined'>

/** All that a report leaves open; those of earlier versions do not say it. */
export const openOf = (report: Reported): readonly Unexamined[] => report.notExamined ?? notExamined(report)

/** Whether its probes were tried, and got no answer. */
const isUntested = ({ findings }: Reported, { probes }: Unexamined): boolean =>
  findings.some(({ probe, outcome }) => outcome === 'unknown' && probes.includes(probe))

/** What the way the check was run left open. */
export const leftOpen = (report: Reported): readonly Unexamined[] =>
  openOf(report).filter(one => !isUntested(report, one))

/** What was tried and got no answer, by the reason. */
export const untested = (report: Reported): readonly Unexamined[] =>
  openOf(report).filter(one => isUntested(report, one))

/** The probes that the way the check was run left open. */
export const probesLeftOpen = (report: Reported): ReadonlySet<ProbeId> =>
  new Set(leftOpen(report).flatMap(({ probes }) => probes))

/** How a finding is counted: by its outcome, those that the way the check was run left open apart from what else was skipped. */
export type ProbeStanding = FindingOutcome | 'open'

/** @param open the probes that were left open, see `probesLeftOpen` */
export const probeStandingOf = ({ outcome, probe }: Finding, open: ReadonlySet<ProbeId>): ProbeStanding =>
  outcome === 'skipped' && open.has(probe) ? 'open' : outcome

/** The word for each, in sums, in filters and beside a finding; what matters most first. */
export const standingWords = {
  fail: 'failed',
  warn: 'warned',
  pass: 'passed',
  unknown: 'not tested',
  open: 'not examined',
  skipped: 'skipped',
  told: 'info',
} as const satisfies Record<ProbeStanding, string>

/** How many there are of each. */
export function countStandings(
  findings: readonly Finding[],
  open: ReadonlySet<ProbeId>,
): Readonly<Record<ProbeStanding, number>> {
  const counts = { fail: 0, warn: 0, pass: 0, unknown: 0, open: 0, skipped: 0, told: 0 }
  for (const finding of findings) counts[probeStandingOf(finding, open)] += 1
  return counts
}

/** How many probes that are. */
export const countUnexamined = (open: readonly Unexamined[]): number =>
  open.reduce((sum, { probes }) => sum + probes.length, 0)

/** “3 probes not tested, 5 not examined”, as they are counted in the sums; null when nothing is open. */
export function openCountsText(report: Reported): string | null {
  const parts = [
    { count: countUnexamined(untested(report)), what: 'not tested' },
    { count: countUnexamined(leftOpen(report)), what: 'not examined' },
  ].filter(({ count }) => count > 0)
  const texts = parts.map(({ count, what }, index) => `${index === 0 ? probesText(count) : count} ${what}`)
  return texts.length === 0 ? null : texts.join(', ')
}

/** One of them under the heading “Not examined”: “Public address and certificate”, “3 probes not tested”. */
export const openTitle = (report: Reported, one: Unexamined): string =>
  `${capital(one.what)}${isUntested(report, one) ? ' not tested' : ''}`

/** Each as sentences. */
export const openTexts = (report: Reported, open = openOf(report)): readonly string[] =>
  open.map(one => `${isUntested(report, one) ? 'Not tested' : 'Not examined'}: ${one.what}. ${one.why} ${one.how}`)

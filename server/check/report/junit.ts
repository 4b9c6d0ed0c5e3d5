/**
 * The report as JUnit XML, valid for the strict schema of Ant’s reports and for the readers of CI services: a group is a test
 * suite, a probe a test case. What counts against the endpoint is a `failure`, what could not be found out an `error`, what was
 * not measured or judged, or the baseline knows, is `skipped`; warnings that do not count are told in the suite’s output.
 */
import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { type CheckReport, type Finding, probeGroups } from '../../../core/check/finding.ts'
import { titleOf } from '../../../core/check/finding-title.ts'
import { howToTest, openTexts } from '../../../core/check/not-examined.ts'
import { type ProbeEntry, probes } from '../../../core/check/probes.ts'
import { printable, printableLines } from '../../../core/text/text.ts'
import { endOf, notAsked } from './parts.ts'

/** Escapes as XML wants it, too. A promise only when a value is one, and here none is. */
const xml = html as (strings: TemplateStringsArray, ...values: unknown[]) => HtmlEscapedString

/** XML has no place for these characters, not even escaped; control characters are gone already. */
const possible = (text: string) => text.replace(/[\p{Cs}\ufffe\uffff]/gu, '\ufffd')
const line = (text: string) => possible(printable(text))
const lines = (text: string) => possible(printableLines(text))
const seconds = (ms: number) => (ms / 1000).toFixed(3)

type Kind = 'passed' | 'failure' | 'error' | 'skipped'

interface Case {
  readonly probe: ProbeEntry
  readonly kind: Kind
  readonly ms: number
  readonly says: string
  /** Under a failure: what was sent, why it matters, what to do. */
  readonly details: string
}

function kindOf({ outcome, probe }: Finding, { options, known }: CheckReport): Kind {
  switch (outcome) {
    case 'pass':
      return 'passed'
    case 'told':
    case 'skipped':
      return 'skipped'
    case 'warn':
      if (options.failOn === 'fail') return 'passed'
      return known.includes(probe) ? 'skipped' : 'failure'
    case 'fail':
      return known.includes(probe) ? 'skipped' : 'failure'
    case 'unknown':
      return known.includes(probe) ? 'skipped' : 'error'
  }
}

/** Why a case is skipped: what was examined all the same, and how to have the rest examined. */
function skippedSays(probe: ProbeEntry, finding: Finding): string {
  const title = titleOf(finding)
  return [...(title === probe.pass ? [] : [`${title}.`]), finding.sentence, finding.advice ?? []].flat().join(' ')
}

function detailsOf(probe: ProbeEntry, finding: Finding): string {
  const exchanges = finding.exchanges.map(exchange => `${exchange.what}: ${endOf(exchange)}`)
  return [
    finding.sentence,
    ...exchanges,
    '',
    `Why it matters: ${probe.why}`,
    // What got no answer may be right: its fix would be a guess.
    `What to do: ${finding.advice ?? (finding.outcome === 'unknown' ? howToTest : probe.fix)}`,
  ].join('\n')
}

function casesOf(report: CheckReport, group: string): Case[] {
  const missed = notAsked(report)
  return probes
    .filter(probe => probe.group === group)
    .flatMap((probe): Case[] => {
      const finding = report.findings.find(one => one.probe === probe.id)
      if (finding === undefined) {
        const says = 'The check was stopped before this probe.'
        return missed.includes(probe.id) ? [{ probe, kind: 'error', ms: 0, says, details: says }] : []
      }
      const kind = kindOf(finding, report)
      const isKnown = kind === 'skipped' && report.known.includes(probe.id)
      const says = isKnown
        ? `Known from the baseline: ${finding.sentence}`
        : kind === 'skipped'
          ? skippedSays(probe, finding)
          : finding.sentence
      return [{ probe, kind, ms: finding.ms, says, details: detailsOf(probe, finding) }]
    })
}

function caseElement({ probe, kind, ms, says, details }: Case): HtmlEscapedString {
  const inside =
    kind === 'passed'
      ? ''
      : kind === 'skipped'
        ? xml`<skipped message="${line(says)}"/>`
        : kind === 'failure'
          ? xml`<failure message="${line(says)}" type="${probe.severity}">${lines(details)}</failure>`
          : xml`<error message="${line(says)}" type="unknown">${lines(details)}</error>`
  // Always what ought to be true: by its name a CI service knows a case again from run to run.
  return xml`
    <testcase name="${probe.id}: ${line(probe.pass)}" classname="hookscope.${probe.group}" time="${seconds(ms)}">${inside}</testcase>`
}

/** What did not go into a failure, and is worth reading. */
function outputOf(report: CheckReport, cases: readonly Case[]): string {
  const said = cases.flatMap(({ probe, kind }) => {
    const finding = report.findings.find(one => one.probe === probe.id)
    if (finding === undefined || kind !== 'passed' || finding.outcome === 'pass') return []
    return [`${finding.outcome} ${probe.id}: ${finding.sentence}`]
  })
  return said.join('\n')
}

/** The report as JUnit XML, UTF-8. */
export function junitReport(report: CheckReport): string {
  const host = line(new URL(report.options.target).host)
  const open = openTexts(report)
  const properties = {
    target: report.options.target,
    score: report.score,
    ready: report.ready,
    ...(open.length > 0 && { notExamined: open.join(' ') }),
    complete: report.complete,
    requests: report.requests,
    mark: report.mark,
    ...(report.seed !== undefined && { seed: report.seed }),
    hookscope: report.version,
  }
  const suites = Object.entries(probeGroups)
    .map(([group, title]) => ({ group, title, cases: casesOf(report, group) }))
    .filter(({ cases }) => cases.length > 0)
    .map(({ group, title, cases }, index) => {
      const count = (kind: Kind) => cases.filter(one => one.kind === kind).length
      const ms = cases.reduce((sum, one) => sum + one.ms, 0)
      return xml`
  <testsuite id="${index}" name="${title}" package="hookscope.${group}" hostname="${host}" timestamp="${report.startedAt.slice(0, 19)}" tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${seconds(ms)}">
    <properties>${Object.entries(properties).map(
      ([name, value]) => xml`
      <property name="${name}" value="${line(String(value))}"/>`,
    )}
    </properties>${cases.map(caseElement)}
    <system-out>${lines(outputOf(report, cases))}</system-out>
    <system-err></system-err>
  </testsuite>`
    })
  return String(xml`${raw('<?xml version="1.0" encoding="UTF-8"?>')}
<testsuites>${suites}
</testsuites>
`)
}

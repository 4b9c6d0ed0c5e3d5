/** The report as one HTML file to hand on; every text is escaped by the template. */
import { raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { isPartialReport, measureText, passedText, scoreText, sumsOf } from '../../../core/check/check-words.ts'
import {
  type CheckReport,
  type Exchange,
  type Finding,
  type FindingOutcome,
  probeGroups,
  scoreRule,
} from '../../../core/check/finding.ts'
import { titleOf } from '../../../core/check/finding-title.ts'
import { openCountsText, openOf, openTitle, probesLeftOpen } from '../../../core/check/not-examined.ts'
import { findProbe, type ProbeEntry, probes } from '../../../core/check/probes.ts'
import { type HeaderList, shownValue } from '../../../core/http/headers.ts'
import { printable, printableLines } from '../../../core/text/text.ts'
import { pageStart, shownTime } from '../../lib/html-page.ts'
import { markup } from '../../lib/markup.ts'
import { allCodes, codeElement } from './html-code.ts'
import { reportStyle } from './html-style.ts'
import { endOf, notAsked, reportVerdict, requestsText, toFix } from './parts.ts'

const outcomeWords: Readonly<Record<FindingOutcome, string>> = {
  pass: 'Passed',
  warn: 'Warning',
  fail: 'Failed',
  told: 'Info',
  skipped: 'Skipped',
  unknown: 'Not tested',
}
const marks: Readonly<Record<FindingOutcome, string>> = {
  pass: '✓',
  warn: '!',
  fail: '✗',
  told: 'i',
  skipped: '–',
  unknown: '?',
}

const chip = (outcome: FindingOutcome, words = outcomeWords[outcome]) =>
  markup`<span class="chip ${outcome}"><span aria-hidden="true">${marks[outcome]}</span> ${words}</span>`

const when = (instant: string) => shownTime(instant, 'minute')

const radius = 50
const circle = 2 * Math.PI * radius

function gauge(report: CheckReport): HtmlEscapedString {
  const { score } = report
  const arc = ((circle * score) / 100).toFixed(1)
  return markup`<svg class="gauge" viewBox="0 0 116 116" role="img" aria-label="${scoreText(report)}">
  <circle class="track" cx="58" cy="58" r="${radius}" fill="none" stroke-width="9"/>
  <circle class="arc" cx="58" cy="58" r="${radius}" fill="none" stroke-width="9" stroke-dasharray="${arc} ${circle.toFixed(1)}" transform="rotate(-90 58 58)"/>
  <text class="number" x="58" y="66" text-anchor="middle">${score}</text><text class="of" x="58" y="84" text-anchor="middle">of 100</text>
</svg>`
}

function head(report: CheckReport): HtmlEscapedString {
  const { kind, words } = reportVerdict(report)
  const open = openCountsText(report)
  const sums = sumsOf(report).filter(({ count }) => count > 0)
  return markup`<header class="head ${kind}">
${gauge(report)}
<div>
  <p class="eyebrow">Webhook readiness check · ${when(report.startedAt)}</p>
  <h1>${words}</h1>
  <p class="target"><code>${printable(report.options.target)}</code></p>
  ${isPartialReport(report) ? markup`<p class="examined">${[scoreText(report), ...(open === null ? [] : [open])].join('; ')}</p>` : ''}
  <p class="tally">${sums.map(({ outcome, count, words }) => chip(outcome, `${count} ${words}`))}</p>
</div>
</header>`
}

/** What none of this speaks of, before anything that does. */
function unexamined(report: CheckReport): HtmlEscapedString | '' {
  const open = openOf(report)
  if (open.length === 0) return ''
  return markup`<h2 id="not-examined">Not examined</h2>
<ul class="card open">${open.map(
    one => markup`
<li><strong>${openTitle(report, one)}</strong><p>${printable(one.why)} ${one.how}</p><p class="places">${one.probes.map((probe, index) => markup`${index === 0 ? '' : ' · '}<a href="#${probe}">${probe}</a>`)}</p></li>`,
  )}
</ul>`
}

/** An anchor of earlier versions, for links to their reports. */
const formerId = 'mend'

/** What has to be fixed: one mistake behind many findings before single ones, the worst first. */
function fixFirst({ findings, known }: CheckReport): HtmlEscapedString | '' {
  const { causes, alone } = toFix(findings)
  if (causes.length + alone.length === 0) return ''
  return markup`<h2 id="fix"><span id="${formerId}"></span>Fix first</h2>
<ol class="card fixes">${causes.map(
    ({ title, severity, fix, probes: places }) => markup`
<li>${chip('fail')}<div class="shared"><strong>${printable(title)}</strong> <span class="tag">${severity}</span><p>${fix}</p><p class="places">${places.map((probe, index) => markup`${index === 0 ? '' : ' · '}<a href="#${probe}">${probe}</a>`)}</p></div></li>`,
  )}${alone.map(finding => {
    const { probe, outcome, advice } = finding
    const entry = findProbe(probe)
    return markup`
<li>${chip(outcome)}<div><a href="#${probe}">${printable(titleOf(finding))}</a> <span class="tag">${entry?.severity}${known.includes(probe) ? ' · known from the baseline' : ''}</span><p>${advice ?? entry?.fix}</p></div></li>`
  })}
</ol>`
}

const headerLines = (headers: HeaderList) => headers.map(([name, value]) => `${name}: ${shownValue(value)}`).join('\n')

/** The beginning of a body as it is shown, with what was left out. */
function bodyText({ body, bytes }: { readonly body: string; readonly bytes: number }): string {
  if (bytes === 0) return '(no body)'
  const cut = body.endsWith('…') ? `\n(${bytes} bytes in all)` : ''
  return printableLines(body) + cut
}

function exchangeElement(exchange: Exchange): HtmlEscapedString {
  const { request, answer, what } = exchange
  const sent = `${request.method} ${request.url}\n${headerLines(request.headers)}`
  const came = answer === null ? endOf(exchange) : `${answer.status}\n${headerLines(answer.headers)}`
  return markup`<details class="exchange"><summary>${printable(what)} <span class="soft">→ ${endOf(exchange)}</span></summary>
<div class="sides"><div><h5>Request</h5><pre>${printableLines(sent)}

${bodyText(request)}</pre></div><div><h5>Response</h5><pre>${printableLines(came)}${answer === null ? '' : `\n\n${bodyText(answer)}`}</pre></div></div></details>`
}

function findingElement(report: CheckReport, finding: Finding, probe: ProbeEntry): HtmlEscapedString {
  const known = report.known.includes(finding.probe)
  const { outcome, sentence, advice, exchanges, measures } = finding
  const bad = outcome === 'fail' || outcome === 'warn'
  const measured = Object.entries(measures).map(([name, value]) => Object.values(measureText(name, value)).join(' '))
  return markup`
<details class="finding ${outcome}" id="${probe.id}"${bad ? raw(' open') : ''}><summary>${chip(outcome, probesLeftOpen(report).has(finding.probe) ? 'Not examined' : undefined)}<div><h3>${printable(titleOf(finding))}</h3> <p class="sentence">${printable(sentence)}</p></div></summary>
<div class="inside">
<p class="tag"><code>${probe.id}</code> · ${probe.severity}${measured.length === 0 ? '' : ` · ${measured.join(' · ')}`}${known ? ' · known from the baseline: it does not count' : ''}</p>
<div><h4>Why it matters</h4><p>${probe.why}</p></div>
${bad || advice ? markup`<div><h4>${bad ? 'Fix' : 'How to examine it'}</h4><p>${advice ?? probe.fix}</p></div>` : ''}
${bad && !advice ? codeElement(report, probe.remedy) : ''}
${exchanges.length === 0 ? '' : markup`<div><h4>Requests and responses</h4>${exchanges.map(exchangeElement)}</div>`}
</div></details>`
}

function groupElement(report: CheckReport, group: string, title: string): HtmlEscapedString | '' {
  const parts = probes.flatMap(probe => {
    const finding = probe.group === group ? report.findings.find(one => one.probe === probe.id) : undefined
    return finding === undefined ? [] : [{ probe, finding }]
  })
  if (parts.length === 0) return ''
  const left = probesLeftOpen(report)
  // What does not apply stands aside.
  const inOrder = parts.toSorted(
    (one, other) => Number(one.finding.outcome === 'skipped') - Number(other.finding.outcome === 'skipped'),
  )
  return markup`
<section aria-labelledby="group-${group}">
<h2 id="group-${group}">${title}<small>${passedText(
    parts.map(({ finding }) => finding),
    left,
  )}</small></h2>
${inOrder.map(({ probe, finding }) => findingElement(report, finding, probe))}
</section>`
}

function facts(report: CheckReport): HtmlEscapedString {
  const { options, startedAt, endedAt, requests, mark } = report
  const seconds = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 100) / 10
  const key = options.signed === null ? 'not signed' : `signed with the ${options.signed.replace('-', ' ')}`
  const missed = notAsked(report)
  const rows: [string, unknown][] = [
    ['When', markup`${when(startedAt)}, ${seconds} s`],
    ['Events', `${key}, ${options.basic ? 'with' : 'without'} Basic authentication`],
    ['Requests', `${requestsText(requests)} sent.`],
    ['Mark', markup`What they created is marked with <code>${mark}</code> in merchant key and order id.`],
    ...(report.seed === undefined
      ? []
      : [['Seed', `${report.seed}: the same seed sends the same events.`] as [string, unknown]]),
    ['Effect', options.effect ? 'The effect of events was measured.' : 'The effect of events was not measured.'],
    ...(options.only.length > 0 ? [['Only', options.only.map(printable).join(', ')] as [string, unknown]] : []),
    ...(options.skip.length > 0 ? [['Skipped', options.skip.map(printable).join(', ')] as [string, unknown]] : []),
    ...(missed.length > 0 ? [['Not run', missed.join(', ')] as [string, unknown]] : []),
    ['Counts', options.failOn === 'warn' ? 'Failures and warnings' : 'Failures; warnings do not'],
  ]
  return markup`<dl class="card facts">${rows.map(
    ([name, value]) => markup`
<dt>${name}</dt><dd>${value}</dd>`,
  )}
</dl>`
}

/** The report as one HTML document, UTF-8. */
export function htmlReport(report: CheckReport): string {
  const title = `${reportVerdict(report).words}: ${printable(report.options.target)}`
  return String(markup`${pageStart(title, reportStyle, report.version)}${head(report)}
<main>
${unexamined(report)}
${fixFirst(report)}
${Object.entries(probeGroups).map(([group, words]) => groupElement(report, group, words))}
${allCodes(report)}
<h2>The run</h2>
${facts(report)}
</main>
<footer><p>${scoreRule}</p><p>Made by hookscope ${report.version}, ${when(report.endedAt)}. This report contains no keys or passwords; responses are shown as text.</p></footer>
</body>
</html>
`)
}

/** The reports of real runs: JUnit against its schema, JSON against the published one, HTML as text and structure. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Window } from 'happy-dom'
import { beforeAll, describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { z } from 'zod'
import { reportLines } from '../../../cli/check/check-report.ts'
import { summaryLines } from '../../../cli/check/check-summary.ts'
import { paintFor } from '../../../cli/shared/style.ts'
import { scoreText } from '../../../core/check/check-words.ts'
import type { CheckReport, Finding } from '../../../core/check/finding.ts'
import { notExamined } from '../../../core/check/not-examined.ts'
import { chosenProbes, findProbe, type ProbeId, probes } from '../../../core/check/probes.ts'
import { frameworkName, frameworks, remedyFor } from '../../../core/check/remedies.ts'
import { htmlReport } from '../../../server/check/report/html.ts'
import { junitReport } from '../../../server/check/report/junit.ts'
import { checkReportSchema } from '../../../server/check/report/schema.ts'
import { credentials, key, openShop } from '../../merchants/shop.ts'
import { openWrongShop, reportOn, stoppedReport, withHostileText } from './some-reports.ts'

const xsd = readFileSync(new URL('junit.xsd', import.meta.url), 'utf8')
const published = fileURLToPath(new URL('../../../schema/check-report.json', import.meta.url))

type Name = 'right' | 'wrong' | 'stopped' | 'warned' | 'hostile'
const names: readonly Name[] = ['right', 'wrong', 'stopped', 'warned', 'hostile']
let reports: Readonly<Record<Name, CheckReport>>

/** A shop that answers other methods, which draws a warning. */
const anyMethod = () => ({ ...openShop(), serves: () => true, parse: () => ({ type: 'event' }) })

beforeAll(async () => {
  const [right, wrong, stopped, warned] = await Promise.all([
    reportOn(openShop()),
    reportOn(openWrongShop()),
    stoppedReport(15),
    reportOn(anyMethod(), { only: ['other-methods'], failOn: 'warn', effect: null }),
  ])
  reports = { right, wrong, stopped, warned, hostile: withHostileText(wrong) }
})

const failed = (report: CheckReport) =>
  report.findings.filter(({ outcome }) => outcome === 'fail').map(({ probe }) => probe)

/** How a test case of the XML ended, by probe. */
function cases(xml: string): Map<string, string> {
  const found = xml.matchAll(/<testcase name="([\w-]+):[^>]*>(?:<(\w+)|)/g)
  return new Map([...found].map(([, probe = '', kind = 'passed']) => [probe, kind]))
}

/** What each suite says of itself beside what it holds. */
function sums(xml: string): { said: number[]; held: number[] } {
  const suites = xml.split('<testsuite ').slice(1)
  const said = suites.flatMap(suite =>
    ['tests', 'failures', 'errors', 'skipped'].map(name => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1])),
  )
  const held = suites.flatMap(suite =>
    ['<testcase ', '<failure ', '<error ', '<skipped '].map(tag => suite.split(tag).length - 1),
  )
  return { said, held }
}

describe('the JUnit report', () => {
  it.each(names)('is valid for the schema: %s', async name => {
    const xml = [{ fileName: 'junit.xml', contents: junitReport(reports[name]) }]
    const { valid, errors } = await validateXML({ xml, schema: [xsd] })
    expect(errors.map(({ message }) => message)).toEqual([])
    expect(valid).toBe(true)
  })

  it.each(names)('counts what it holds: %s', name => {
    const { said, held } = sums(junitReport(reports[name]))
    expect(said).toEqual(held)
    expect(said.length).toBeGreaterThan(0)
  })

  it('fails what failed, and only that', () => {
    const found = cases(junitReport(reports.wrong))
    expect(found.size).toBe(probes.length)
    const failures = [...found].filter(([, kind]) => kind === 'failure').map(([probe]) => probe)
    expect(failures).toEqual(failed(reports.wrong))
    expect(failures).toContain('duplicate')
    expect([...cases(junitReport(reports.right)).values()]).not.toContain('failure')
  })

  it('fails a warning when warnings count, and tells it otherwise', () => {
    const strict = reports.warned
    expect(strict.findings.map(({ outcome }) => outcome)).toEqual(['warn'])
    expect(cases(junitReport(strict))).toEqual(new Map([['other-methods', 'failure']]))
    const xml = junitReport({ ...strict, options: { ...strict.options, failOn: 'fail' } })
    expect(cases(xml)).toEqual(new Map([['other-methods', 'passed']]))
    expect(xml).toMatch(/<system-out>warn other-methods: It answered 200 to GET/)
  })

  it('skips what the baseline knows', () => {
    const known: ProbeId[] = ['duplicate', 'duplicate-at-once']
    const found = cases(junitReport({ ...reports.wrong, known }))
    expect(known.map(probe => found.get(probe))).toEqual(['skipped', 'skipped'])
    expect(found.get('duplicate-twenty')).toBe('failure')
  })

  it('has an error for each question that was not answered, also when the check was stopped', () => {
    const found = cases(junitReport(reports.stopped))
    expect([...found.values()].filter(kind => kind === 'error')).toHaveLength(probes.length - 15)
    const [first, ...rest] = reports.right.findings
    if (first === undefined) throw new Error('nothing was found')
    const unknown: CheckReport = { ...reports.right, findings: [{ ...first, outcome: 'unknown' }, ...rest] }
    expect(cases(junitReport(unknown)).get(first.probe)).toBe('error')
  })
})

/** A shop that books every repeat, of which nobody tells; and one whose count stands still. */
describe.each([
  ['without an effect', null, /--effect-url URL/],
  ['with an effect that does not move', async () => ({ mails: 1 }), /such as orders or stock/],
] as const)('what repeats did, %s, is nowhere said to be right', (_, effect, how) => {
  const repeats: readonly ProbeId[] = [
    'duplicate',
    'duplicate-at-once',
    'duplicate-twenty',
    'duplicate-later',
    'lost-answer',
  ]
  let report: CheckReport
  beforeAll(async () => {
    report = await reportOn(openWrongShop(), { only: [...repeats, 'nulls'], effect })
  })

  it('neither by a count, the score nor JSON', () => {
    expect(report.findings.filter(({ outcome }) => outcome === 'pass').map(({ probe }) => probe)).toEqual(['nulls'])
    expect(report.notExamined?.flatMap(({ probes: places }) => places)).toEqual(repeats)
    expect(report.findings.find(({ probe }) => probe === 'duplicate')?.title).toBe(
      'Answers 2xx to an event that was sent twice; whether it acts once was not measured',
    )
  })

  it('nor by JUnit, which says at the top how to have it examined', () => {
    const xml = junitReport(report)
    const found = cases(xml)
    expect(repeats.map(probe => found.get(probe))).toEqual(repeats.map(() => 'skipped'))
    expect(xml.slice(0, xml.indexOf('<testcase'))).toMatch(how)
    expect(xml).toMatch(/<skipped message="Answers 2xx to an event that was sent twice; whether it acts once was not/)
  })

  it('nor by the page, where it stands before all else', () => {
    const window = new Window()
    window.document.write(htmlReport(report))
    const { document } = window
    for (const probe of repeats) expect(document.getElementById(probe)?.className, probe).toBe('finding skipped')
    expect(document.querySelector('main > *')?.id).toBe('not-examined')
    expect(document.querySelector('#not-examined + .open')?.textContent).toMatch(how)
    expect(document.querySelector('.head')?.className).toBe('head ready-in-part')
    expect(document.querySelector('.examined')?.textContent).toBe(
      'Score 100 of 100 for what was examined; 5 probes not examined',
    )
  })
})

it('a rate limit is not held to be none where no burst was sent', async () => {
  const report = await reportOn(openShop(), { only: ['rate-limit'], effect: null })
  expect(report.findings).toMatchObject([{ outcome: 'skipped', title: expect.stringContaining('was not examined') }])
  expect(report.notExamined).toMatchObject([{ probes: ['rate-limit'] }])
})

it('JUnit passes no case that was only told, and calls a case the same however it ended', () => {
  const { findings } = reports.right
  const told = { ...reports.right, findings: findings.map(one => ({ ...one, outcome: 'told' as const })) }
  expect(new Set(cases(junitReport(told)).values())).toEqual(new Set(['skipped']))
  const warned = { ...reports.warned, options: { ...reports.warned.options, failOn: 'fail' as const } }
  const named = (report: CheckReport) =>
    [...junitReport(report).matchAll(/<testcase name="([^"]+)"/g)].map(([, name]) => name)
  expect(named(warned)).toEqual([`other-methods: ${findProbe('other-methods')?.pass}`])
  expect(named(reports.wrong)).toEqual(named(reports.right))
})

describe('all reports agree', () => {
  const plain = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim()
  const paint = paintFor({ isTTY: false } as NodeJS.WriteStream, {})
  const inTerminal = (lines: typeof reportLines, report: CheckReport) =>
    lines(report, { paint, width: null }).join('\n')
  const gone = 'Nothing listens there: later probes are not tested.'
  const changed = (report: CheckReport, change: (finding: Finding) => Finding): CheckReport => {
    const findings = report.findings.map(change)
    return { ...report, findings, notExamined: notExamined({ options: report.options, findings }) }
  }

  it.each<[string, () => CheckReport]>([
    ['right', () => reports.right],
    ['wrong', () => reports.wrong],
    ['stopped', () => reports.stopped],
    ['that a baseline knows', () => ({ ...reports.wrong, ready: true, known: [...failed(reports.wrong)] })],
    [
      'gone, without an effect',
      () =>
        changed({ ...reports.wrong, options: { ...reports.wrong.options, effect: false } }, one =>
          one.probe === 'duplicate' || one.probe === 'lost-answer'
            ? { ...one, outcome: 'skipped' }
            : findProbe(one.probe)?.group === 'sturdy'
              ? { ...one, outcome: 'unknown', sentence: gone }
              : one,
        ),
    ],
  ])('on one that is %s', (_, made) => {
    const report = made()
    const window = new Window()
    window.document.write(htmlReport(report))
    const { document } = window
    const texts = (selector: string) =>
      [...document.querySelectorAll(selector)].map(({ textContent }) => plain(textContent))
    const junit = junitReport(report)
    const [summary, verbose] = [inTerminal(summaryLines, report), inTerminal(reportLines, report)]

    // The verdict, the score and what it is of, and the sums.
    const verdict = texts('h1')[0] ?? ''
    const score = scoreText(report)
    const chips = texts('.tally .chip').map(chip => chip.replace(/^\S /, ''))
    for (const text of [summary, verbose]) {
      expect(text).toContain(verdict)
      expect(text).toContain(`${score}: ${chips.join(', ')}.`)
    }
    expect(texts('.examined').map(text => text.split(';')[0])).toEqual(score.endsWith('examined') ? [score] : [])
    expect(junit).toContain(`<property name="score" value="${report.score}"/>`)

    // What was left open, reason by reason, and each of its probes on the page.
    const open = report.notExamined ?? []
    const why = open.map(one => `${one.what}. ${one.why} ${one.how}`)
    for (const text of why) {
      expect(verbose).toContain(text)
      expect(junit).toContain(text)
    }
    // Each by its name as well, with the reason.
    for (const { probe } of report.findings.filter(one => one.outcome === 'skipped')) expect(verbose).toContain(probe)
    expect(texts('#not-examined + .open li p:first-of-type')).toEqual(open.map(one => `${one.why} ${one.how}`))
    const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(chips.join(', '))?.[1] ?? 0)
    const numbers = count('not tested') + count('not examined')
    expect(open.reduce((sum, { probes: places }) => sum + places.length, 0)).toBe(numbers)

    // Group by group, and case by case.
    const groups = texts('section h2 small').join(', ')
    for (const word of ['not tested', 'not examined', 'skipped', 'info'])
      expect(
        [...groups.matchAll(new RegExp(`(\\d+) ${word}`, 'g'))].reduce((sum, [, n]) => sum + Number(n), 0),
        word,
      ).toBe(count(word))
    expect(texts('.finding .chip').filter(chip => chip === '– Not examined')).toHaveLength(count('not examined'))
    const kinds = [...cases(junit).values()]
    const unasked = chosenProbes(report.options).length - report.findings.length
    const of = (kind: string) => kinds.filter(one => one === kind).length
    expect(of('failure')).toBe(count('failed') - report.known.length)
    expect(of('error')).toBe(count('not tested') + unasked)
    expect(of('skipped')).toBe(count('not examined') + count('skipped') + count('info') + report.known.length)
    expect(junit.match(/What to do: Fix what stands in the way/g)?.length ?? 0).toBe(
      report.findings.filter(({ outcome, advice }) => outcome === 'unknown' && advice === undefined).length,
    )
  })

  it('that nothing new is wrong is never “ready”', () => {
    const report = { ...reports.wrong, ready: true, known: [...failed(reports.wrong)] }
    for (const text of [htmlReport(report), inTerminal(summaryLines, report), inTerminal(reportLines, report)]) {
      expect(text).toContain(`Nothing new to fix, ${report.known.length} probes known from the baseline`)
      expect(text).not.toContain('Ready to go live')
    }
  })
})

describe('the JSON report', () => {
  it('has a published schema, made from the one in the code (vitest -u writes it)', async () => {
    const schema = z.toJSONSchema(checkReportSchema, { io: 'input' })
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(published)
  })

  it.each(names)('is valid for it, and has no field that it does not name: %s', name => {
    const written = JSON.parse(JSON.stringify(reports[name]))
    expect(checkReportSchema.parse(written)).toEqual(written)
  })

  it.each([
    ['another kind', { kind: 'other' }],
    ['a score beyond 100', { score: 101 }],
    ['a finding of a probe that is not there', { findings: [{ probe: 'luck', outcome: 'pass' }] }],
  ])('refuses %s', (_, change) => {
    expect(checkReportSchema.safeParse({ ...reports.right, ...change }).success).toBe(false)
  })
})

describe('the HTML report', () => {
  function page(report: CheckReport) {
    const window = new Window()
    const html = htmlReport(report)
    window.document.write(html)
    return { html, document: window.document }
  }

  it('asks for nothing from anywhere, and runs nothing', () => {
    for (const name of names) {
      const { html, document } = page(reports[name])
      expect(document.querySelectorAll('script, link, img, iframe, object, embed, base, form, [style]')).toHaveLength(0)
      expect(
        [...document.querySelectorAll('*')].flatMap(({ attributes }) => [...attributes]).map(({ name: one }) => one),
      ).not.toEqual(expect.arrayContaining([expect.stringMatching(/^on|^src|^srcset|^action/)]))
      for (const link of document.querySelectorAll('a')) expect(link.getAttribute('href')).toMatch(/^#[\w-]+$/)
      expect(html).not.toMatch(/url\(|@import/)
      expect(html).toMatch(/Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-/)
    }
  })

  it('shows hostile text as text', () => {
    const { html, document } = page(reports.hostile)
    expect(html).not.toMatch(/<script|<img|<b>odd/)
    expect(html.replace(/[\t\n]/g, '')).not.toMatch(/[\p{Cc}\u202e]/u)
    expect(document.querySelector('pre')).not.toBeNull()
    expect(document.body.textContent).toContain('<script>alert(1)</script>')
  })

  it('says what to mend first, each with a link to its finding, and the code for it', () => {
    const { document } = page(reports.wrong)
    expect(document.querySelector('h1')?.textContent).toBe('Not ready to go live: 22 probes failed')
    // By its former id as well: links to earlier reports lead there.
    for (const id of ['fix', 'mend'])
      expect(document.getElementById(id)?.closest('h2')?.textContent, id).toBe('Fix first')
    expect(document.querySelector('.fixes .shared strong')?.textContent).toBe(
      'Accepts 9 of 9 forged events: the signature is not checked',
    )
    const links = [...document.querySelectorAll('.fixes a')].map(link => link.getAttribute('href')?.slice(1) ?? '')
    const failures: readonly string[] = failed(reports.wrong)
    const warned = reports.wrong.findings.filter(({ outcome }) => outcome === 'warn').map(({ probe }) => probe)
    expect(new Set(links)).toEqual(new Set([...failures, ...warned]))
    // Behind the places of what they have in common, the worst first.
    const alone = [...document.querySelectorAll('.fixes li > div:not(.shared) > a')]
      .map(link => link.getAttribute('href')?.slice(1) ?? '')
      .filter(id => failures.includes(id))
    const ranks = alone.map(id => ['critical', 'major', 'minor'].indexOf(findProbe(id)?.severity ?? ''))
    expect(ranks.length).toBeGreaterThan(3)
    expect(ranks).toEqual(ranks.toSorted())
    expect(reports.wrong.causes?.map(({ title }) => title)).toContain(
      'Accepts 9 of 9 forged events: the signature is not checked',
    )
    for (const id of links) expect(document.getElementById(id)?.hasAttribute('open'), id).toBe(true)
    const code = document.getElementById('duplicate')?.querySelector('.codes')
    expect(code?.querySelector('pre')?.textContent).toBe(remedyFor('once', 'express'))
    expect(code?.textContent).toContain('No answer shows what the endpoint runs on.')
    const others = code?.querySelector('a')?.getAttribute('href')?.slice(1) ?? ''
    const stacks = [...(document.getElementById(others)?.querySelectorAll('summary') ?? [])]
    expect(stacks.map(({ textContent }) => textContent)).toEqual(frameworks.map(frameworkName))
  })

  it('shows the code of the stack that the answers tell, or that was named', () => {
    const inCode = (report: CheckReport) => {
      const { document } = page(report)
      return document.getElementById('duplicate')?.querySelector('.codes')
    }
    const seen = inCode({ ...reports.wrong, framework: { name: 'nestjs', sign: 'X-Powered-By: <Nest>' } })
    expect(seen?.querySelector('pre')?.textContent).toBe(remedyFor('once', 'nestjs'))
    expect(seen?.textContent).toContain('The endpoint shows it: X-Powered-By: <Nest>.')
    const named = inCode({ ...reports.wrong, framework: { name: 'go', sign: null } })
    expect(named?.querySelector('pre')?.textContent).toBe(remedyFor('once', 'go'))
    expect(named?.textContent).not.toContain('shows')
  })

  it('says without reserve that it is ready when everything was examined', () => {
    const { right } = reports
    const whole: CheckReport = {
      ...right,
      options: { ...right.options, target: 'https://shop.example/webhooks' },
      findings: right.findings.map(finding => ({ ...finding, outcome: 'pass' })),
      notExamined: [],
    }
    const { document } = page(whole)
    expect(document.querySelector('h1')?.textContent).toBe('Ready to go live')
    expect(document.querySelector('#not-examined')).toBeNull()
    expect(document.querySelector('.head')?.className).toBe('head ready')
  })

  it('says that all is well, and what was left out of a stopped check', () => {
    const right = page(reports.right).document
    expect(right.querySelector('h1')?.textContent).toBe('Ready to go live, as far as examined')
    expect(right.querySelector('#not-examined + .open')?.textContent).toContain('Public address and certificate')
    expect(right.querySelector('.fixes')).toBeNull()
    expect(right.querySelectorAll('.finding')).toHaveLength(probes.length)
    const stopped = page(reports.stopped).document
    expect(stopped.querySelector('h1')?.textContent).toMatch(/^Stopped/)
    expect(stopped.querySelector('.facts')?.textContent).toMatch(/Not run.*body-cut/s)
  })
})

it('no report holds the key or the password', () => {
  for (const name of names) {
    const report = reports[name]
    const texts = [htmlReport(report), junitReport(report), JSON.stringify(report)]
    const encoded = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
    for (const secret of [key, credentials.password, encoded])
      for (const text of texts) expect(text.includes(secret), `${name}: ${secret}`).toBe(false)
  }
})

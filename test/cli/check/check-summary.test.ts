/** The report of a check in ten lines: the verdict, what to fix first, and where the rest is. */
import { expect, it } from 'vitest'
import { summaryLines } from '../../../cli/check/check-summary.ts'
import { paintFor } from '../../../cli/shared/style.ts'
import type { CheckReport, FindingOutcome } from '../../../core/check/finding.ts'
import { probes } from '../../../core/check/probes.ts'

const paint = paintFor({ isTTY: false } as NodeJS.WriteStream, {})

const report = (outcome: FindingOutcome, changes: Partial<CheckReport> = {}): CheckReport => ({
  kind: 'hookscope-check',
  format: 1,
  version: '0.0.0',
  mark: 'hookscope-check-abc123',
  seed: 7,
  options: {
    target: 'https://shop.example/webhooks',
    signed: 'signature-key',
    basic: true,
    only: [],
    skip: [],
    failOn: 'fail',
    effect: true,
  },
  startedAt: '2026-11-30T00:00:00.000Z',
  endedAt: '2026-11-30T00:00:01.000Z',
  complete: true,
  requests: 1,
  findings: probes.map(({ id }) => ({ probe: id, outcome, sentence: 'So it is.', exchanges: [], measures: {}, ms: 1 })),
  score: 0,
  ready: outcome === 'pass',
  known: [],
  ...changes,
})

it('has ten lines however much is wrong, and none is wider than the terminal', () => {
  const lines = summaryLines(report('fail'), { paint, width: 80 })
  expect(lines).toHaveLength(10)
  expect(lines.filter(line => line.length >= 80)).toEqual([])
  expect(lines[0]).toBe(`Not ready to go live: ${probes.length} probes failed.`)
  expect(lines[1]).toBe(`Score 0 of 100: ${probes.length} failed.`)
  expect(lines[2]).toBe('✗ Accepts 10 of 10 forged events: the signature is not checked')
  expect(lines[3]).toMatch(/^ {4}Fix: Compute HMAC-SHA256 .*…$/)
  expect(lines[9]).toMatch(/^\d+ more lines and every finding: --verbose, --html FILE\. /)
})

it('has what was not tested once for each reason', () => {
  const lines = summaryLines(report('unknown'), { paint, width: null })
  expect(lines.slice(1, 3)).toEqual([
    `Score 0 of 100 for what was examined: ${probes.length} not tested.`,
    `? ${probes.length} not tested: So it is.`,
  ])
})

it('of a ready endpoint is short, and names the mark and the seed', () => {
  expect(summaryLines(report('pass', { score: 100 }), { paint, width: null })).toEqual([
    'Ready to go live.',
    `Score 100 of 100: ${probes.length} passed.`,
    'Every finding: --verbose, --html FILE. Whatever it created is marked hookscope-check-abc123, seed 7.',
  ])
})

it('of one that is ready as far as examined says what was not, in the verdict, the score and with what to do', () => {
  const { findings, options } = report('pass')
  const repeats = findings.map(one =>
    one.probe.startsWith('duplicate') ? { ...one, outcome: 'skipped' as const } : one,
  )
  const made = report('pass', { score: 100, findings: repeats, options: { ...options, effect: false } })
  expect(summaryLines(made, { paint, width: null }).slice(0, 3)).toEqual([
    'Ready to go live, as far as examined. Not examined: effect of repeated events and returned check sales.',
    `Score 100 of 100 for what was examined: ${probes.length - 4} passed, 4 not examined.`,
    expect.stringMatching(/^ {2}Not examined: effect of repeated events .* Give --effect COMMAND or --effect-url URL/),
  ])
})

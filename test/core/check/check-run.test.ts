/** What a good report leaves open. */
import { describe, expect, it } from 'vitest'
import { isPartial, scoreText, sumsText } from '../../../core/check/check-words.ts'
import type { CheckReport, FindingOutcome } from '../../../core/check/finding.ts'
import { notExamined, openCountsText, openTexts } from '../../../core/check/not-examined.ts'
import { type ProbeId, probes } from '../../../core/check/probes.ts'
import { reportVerdict } from '../../../server/check/report/parts.ts'

const everything = Object.fromEntries(probes.map(({ id }) => [id, 'pass'])) as Record<ProbeId, FindingOutcome>

function report(
  options: Partial<CheckReport['options']> = {},
  outcomes: Partial<Record<ProbeId, FindingOutcome>> = everything,
): CheckReport {
  return {
    kind: 'hookscope-check',
    format: 1,
    version: '0.0.0',
    mark: 'hookscope-check-abcdef',
    options: {
      target: 'https://shop.example/webhooks',
      signed: 'signature-key',
      basic: false,
      only: [],
      skip: [],
      failOn: 'fail',
      effect: true,
      ...options,
    },
    startedAt: '2026-11-02T08:00:00.000Z',
    endedAt: '2026-11-02T08:00:09.000Z',
    complete: true,
    requests: 700,
    findings: Object.entries(outcomes).map(([probe, outcome]) => ({
      probe: probe as ProbeId,
      outcome,
      sentence: '',
      exchanges: [],
      measures: {},
      ms: 1,
    })),
    score: 100,
    ready: true,
    known: [],
  }
}

describe('a report leaves open', () => {
  it('nothing when all was asked', () => expect(notExamined(report())).toEqual([]))

  it.each<[string, RegExp, CheckReport]>([
    [
      'strangers, without a secret',
      /forged events/,
      report({ signed: null }, { ...everything, 'signature-missing': 'skipped' }),
    ],
    [
      'secrets in answers, where none was given, on this machine, too',
      /^Not examined: secrets in responses\. Neither/,
      report({ target: 'http://localhost:3000/', signed: null }, { ...everything, 'no-secrets': 'skipped' }),
    ],
    [
      'secrets in answers, where none was given, elsewhere',
      /^Not examined: secrets in responses\..*--signature-key/,
      report({ signed: null }, { ...everything, 'no-secrets': 'skipped' }),
    ],
    [
      'both, for the same reason',
      /^Not examined: refusal of forged events and secrets in responses\. Neither/,
      report({ signed: null }, { ...everything, 'signature-missing': 'skipped', 'no-secrets': 'skipped' }),
    ],
    [
      'repeats, without an effect',
      /repeated events.*--effect-url/,
      report({ effect: false }, { ...everything, duplicate: 'skipped' }),
    ],
    [
      'repeats, where the effect stands still',
      /repeated events.*does not change/,
      report({}, { ...everything, duplicate: 'skipped' }),
    ],
    ['a rate limit, without a burst', /rate limit/, report({}, { 'rate-limit': 'skipped' })],
    ['what has no answer', /^Not tested: 1 probe\./, report({}, { nulls: 'unknown' })],
    [
      'the certificate, on this machine',
      /certificate/,
      report({ target: 'http://localhost:3000/' }, { ...everything, https: 'skipped' }),
    ],
  ])('%s', (_, says, made) => expect(openTexts(made)).toEqual([expect.stringMatching(says)]))

  it.each<[string, CheckReport]>([
    ['strangers, when credentials keep them out', report({ signed: null, basic: true })],
    ['what was not asked for', report({ signed: null, effect: false }, { nulls: 'pass' })],
    ['repeats that failed anyway', report({ effect: false }, { duplicate: 'fail' })],
  ])('not %s', (_, made) => expect(notExamined(made)).toEqual([]))

  it('what it says that it does, each probe counted once, by the words of the sums', () => {
    const made = report({ effect: false }, { duplicate: 'skipped', 'lost-answer': 'skipped', nulls: 'unknown' })
    expect(openCountsText(made)).toBe('1 probe not tested, 2 not examined')
    expect(sumsText(made)).toBe('1 not tested, 2 not examined')
    expect(openCountsText({ ...made, notExamined: [] })).toBeNull()
    expect(openCountsText(report())).toBeNull()
  })
})

describe('a good report is “as far as examined”', () => {
  const words = (made: CheckReport) => reportVerdict(made).words
  it('not when all was asked', () => {
    expect(isPartial(report().options)).toBe(false)
    expect(words(report())).toBe('Ready to go live')
    expect(scoreText(report())).toBe('Score 100 of 100')
    expect(words(report({ signed: null, basic: true }))).toBe('Ready to go live')
  })

  it('not when it was stopped: it is no whole one', () => {
    expect(scoreText({ ...report(), complete: false })).toBe('Score 100 of 100 for what was examined')
  })

  it.each<[string, Partial<CheckReport['options']>]>([
    ['only some were asked', { only: ['fast'] }],
    ['some were left out', { skip: ['fast'] }],
    ['nothing kept strangers out', { signed: null }],
    ['the effect of events was not measured', { effect: false }],
    ['it is on this machine', { target: 'http://localhost:3000/' }],
  ])('when %s, on screen, too', (_, options) => {
    expect(isPartial(report(options).options)).toBe(true)
    expect(words(report(options))).toBe('Ready to go live, as far as examined')
    expect(scoreText(report(options))).toBe('Score 100 of 100 for what was examined')
  })
})

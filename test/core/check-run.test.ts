/** What a good report leaves open. */
import { describe, expect, it } from 'vitest'
import { notExamined } from '../../core/check-run.ts'
import type { CheckReport, FindingOutcome } from '../../core/finding.ts'
import { type ProbeId, probes } from '../../core/probes.ts'

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
    ['strangers, without a secret', /strangers/, report({ signed: null })],
    ['repeats, without an effect', /counts once/, report({ effect: false })],
    [
      'the certificate, on this machine',
      /certificate/,
      report({ target: 'http://localhost:3000/' }, { ...everything, https: 'skipped' }),
    ],
  ])('%s', (_, says, made) => expect(notExamined(made)).toEqual([expect.stringMatching(says)]))

  it.each<[string, CheckReport]>([
    ['strangers, when credentials keep them out', report({ signed: null, basic: true })],
    ['what was not asked for', report({ signed: null, effect: false }, { nulls: 'pass' })],
    ['repeats that failed anyway', report({ effect: false }, { duplicate: 'fail' })],
  ])('not %s', (_, made) => expect(notExamined(made)).toEqual([]))
})

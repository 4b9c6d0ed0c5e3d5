import { beforeEach, describe, expect, it } from 'vitest'
import type { Status } from '../../../core/api/messages.ts'
import { type CheckRun, countOutcomes } from '../../../core/check/check-run.ts'
import { measureText } from '../../../core/check/check-words.ts'
import { type CheckReport, type FindingOutcome, outcomes, probeGroups } from '../../../core/check/finding.ts'
import { type ProbeId, probes } from '../../../core/check/probes.ts'
import { status } from '../../../ui/app/listener.ts'
import {
  type CheckDraft,
  changeCheck,
  checkInput,
  checkOfDraft,
  checkProblems,
  checkTarget,
  chooseForCheck,
  freshCheck,
  isHere,
  onlyOf,
  probesOf,
  withoutOf,
} from '../../../ui/check/form/draft.ts'
import {
  changesSince,
  changesText,
  countsText,
  judgedText,
  linesOf,
  linesToFix,
  outlineText,
  standingOfLine,
  verdictShown,
} from '../../../ui/check/words.ts'
import { forwardStatus } from '../../helpers/summaries.ts'

const found = (answers: Readonly<Partial<Record<ProbeId, FindingOutcome>>>): CheckReport['findings'] =>
  probes.flatMap(({ id }) => {
    const outcome = answers[id]
    return outcome === undefined
      ? []
      : [{ probe: id, outcome, sentence: `It was ${outcome}.`, exchanges: [], measures: {}, ms: 1 }]
  })

const report = (answers: Parameters<typeof found>[0], only: readonly string[] = []) =>
  ({
    findings: found(answers),
    options: { target: 'https://shop.example/webhooks', signed: 'source-key', only, skip: [], effect: false },
    known: [],
  }) as unknown as CheckReport

const run = (fields: Partial<CheckRun>, counts: Partial<CheckRun['counts']> = {}): CheckRun => ({
  id: 1,
  target: 'https://shop.example/webhooks',
  choices: { target: '', only: [], skip: [], failOn: 'fail', rate: null, effectUrl: null },
  hook: null,
  startedAt: '2026-11-23T12:00:00.000Z',
  endedAt: '2026-11-23T12:00:03.000Z',
  state: 'done',
  asked: probes.length,
  of: probes.length,
  current: null,
  score: 100,
  ready: true,
  partial: false,
  problem: null,
  ...fields,
  counts: { ...countOutcomes([]), ...counts },
})

const session = (more: Partial<Status> = {}) =>
  ({ hooks: [{ id: 'shop' }, { id: 'books' }], forward: null, ...more }) as unknown as Status

beforeEach(() => {
  checkInput.value = freshCheck()
  status.value = session()
})

describe('the form of the check', () => {
  it('takes the forward target until another is entered, and the oldest hook', () => {
    const target = 'http://localhost:3000/in'
    status.value = session({
      forward: forwardStatus(target),
    })
    expect(checkTarget.value).toBe('http://localhost:3000/in')
    expect(checkProblems.value).toEqual({})
    expect(checkOfDraft()).toEqual({
      target: 'http://localhost:3000/in',
      secrets: { kind: 'hook', hook: 'shop' },
      only: [],
      skip: [],
      failOn: 'fail',
      rate: null,
      effectUrl: null,
      confirmed: false,
    })
    changeCheck({ hook: 'books' })
    expect(checkOfDraft()?.secrets).toEqual({ kind: 'hook', hook: 'books' })
    changeCheck({ target: '' })
    expect(checkTarget.value).toBe('')
  })

  it.each<[string, Partial<CheckDraft>, string]>([
    ['a target that is no URL', { target: 'shop' }, 'target'],
    ['another scheme', { target: 'ftp://shop.example/' }, 'target'],
    ['a key that is missing', { keys: 'given' }, 'key'],
    ['a user name that is missing', { keys: 'given', authentication: 'basic', key: 'k', password: 'p' }, 'username'],
    ['a colon in it', { keys: 'given', authentication: 'basic', username: 'a:b', key: 'k', password: 'p' }, 'username'],
    ['a password that is missing', { keys: 'given', authentication: 'basic', username: 'a', key: 'k' }, 'password'],
    ['no question', { without: new Set(probes.map(({ id }) => id)) }, 'probes'],
    ['an effect URL that is none', { effectUrl: 'orders' }, 'effectUrl'],
    ['a rate of nothing', { rate: '0' }, 'rate'],
    ['a rate that is no number', { rate: 'fast' }, 'rate'],
  ])('says at the field: %s', (_, part, field) => {
    changeCheck({ target: 'http://localhost:3000/in', ...part })
    expect(Object.keys(checkProblems.value)).toEqual([field])
  })

  it('says first what is missing first, from the top of the form down', () => {
    changeCheck({ target: '', keys: 'given', authentication: 'basic', rate: '0' })
    expect(Object.keys(checkProblems.value)).toEqual(['target', 'username', 'password', 'key', 'rate'])
  })

  it('needs a hook or keys, and asks without either when it is told to', () => {
    status.value = session({ hooks: [] })
    changeCheck({ target: 'http://localhost:3000/in' })
    expect(checkProblems.value.hook).toMatch('Enter keys instead')
    changeCheck({ keys: 'given', signature: 'none' })
    expect(checkProblems.value).toEqual({})
    expect(checkOfDraft()?.secrets).toEqual({ kind: 'given', authentication: { kind: 'none' }, key: null })
  })

  it('names whole groups as groups, and finds the same choice in a check again', () => {
    chooseForCheck(
      probesOf('wire').map(({ id }) => id),
      false,
    )
    chooseForCheck(['burst'], false)
    const only = onlyOf(checkInput.value.without)
    expect(only).toEqual([
      'takes',
      'refuses',
      'survives',
      'connect-time',
      'answer-alone',
      'answer-at-twenty',
      'keep-alive',
      'work-before-answer',
      'rate-limit',
      'sturdy',
    ])
    expect(withoutOf(only, [])).toEqual(checkInput.value.without)
    expect(withoutOf([], ['wire', 'burst'])).toEqual(checkInput.value.without)
    chooseForCheck(
      probes.map(({ id }) => id),
      true,
    )
    expect(onlyOf(checkInput.value.without)).toEqual([])
  })

  it.each([
    ['http://localhost:3000/', true],
    ['https://[::1]/', true],
    ['https://shop.example/', false],
    ['http://192.168.0.4/', false],
    ['nothing', false],
  ])('knows whether %s is on this machine', (url, here) => {
    expect(isHere(url)).toBe(here)
  })
})

describe('what a check comes to', () => {
  it.each<[string, CheckRun]>([
    ['Checking…', run({ state: 'running', ready: null })],
    ['Ready to go live', run({}, { pass: 1 })],
    ['Ready to go live, with a warning', run({}, { warn: 1 })],
    ['Ready to go live, as far as examined', run({ partial: true }, { pass: 1 })],
    ['Nothing was tested', run({ ready: false }, { unknown: 1, told: 2 })],
    ['Not ready to go live: 1 probe failed', run({ ready: false }, { fail: 1, warn: 3 })],
    ['Not ready to go live: 2 warnings', run({ ready: false }, { warn: 2 })],
    ['Not ready to go live: 4 not tested', run({ ready: false }, { pass: 1, unknown: 4 })],
    ['Stopped after 12 of 54 probes', run({ state: 'stopped', asked: 12, of: 54, ready: null })],
    ['The check failed', run({ state: 'failed', ready: null })],
  ])('%s', (text, made) => {
    expect(verdictShown(made).text).toBe(text)
  })

  it('counts what matters', () => {
    expect(countsText({ ...countOutcomes([]), fail: 2, pass: 40, told: 1 })).toBe('2 failed, 40 passed')
    expect(countsText(countOutcomes([]))).toBe('nothing run')
  })

  it('shows what is still to be asked while it runs, and what was asked afterwards', () => {
    const half = report({ dns: 'pass', duplicate: 'fail' }, ['wire', 'duplicate'])
    const running = linesOf(half, { current: 'https' }, new Map())
    expect(running.map(({ group }) => group)).toEqual(['wire', 'survives'])
    expect(running[0]?.lines).toHaveLength(probesOf('wire').length)
    expect(running[0]?.lines.find(({ current }) => current)?.probe.id).toBe('https')
    expect(judgedText(running[0]?.lines ?? [])).toBe('1 of 1 passed')
    const unmeasured = linesOf(report({ duplicate: 'skipped', 'retry-after-error': 'skipped' }), null, new Map())
    expect(judgedText(unmeasured[0]?.lines ?? [])).toBe('nothing tested, 1 not examined, 1 skipped')
    // The screen's filter counts as the sums in the terminal and in the reports do.
    expect(unmeasured.flatMap(({ lines }) => lines.map(standingOfLine)).toSorted()).toEqual(['open', 'skipped'])
    const over = linesOf(half, null, new Map())
    expect(over.flatMap(({ lines }) => lines.map(({ probe }) => probe.id))).toEqual(['dns', 'duplicate'])
    expect(linesOf(report({}), { current: null }, new Map()).map(({ title }) => title)).toEqual(
      Object.values(probeGroups),
    )
  })

  it('puts first what costs most: failures before warnings, critical before minor', () => {
    const mixed = report({
      'tls-old': 'fail',
      redirect: 'warn',
      'every-event': 'fail',
      nulls: 'fail',
      'keep-alive': 'warn',
      burst: 'unknown',
    })
    expect(linesToFix(mixed).map(({ probe }) => probe.id)).toEqual([
      'every-event',
      'nulls',
      'tls-old',
      'redirect',
      'keep-alive',
    ])
  })
})

describe('two checks', () => {
  it.each<[FindingOutcome, FindingOutcome, string]>([
    ['fail', 'pass', 'better'],
    ['fail', 'warn', 'better'],
    ['unknown', 'warn', 'better'],
    ['pass', 'fail', 'worse'],
    ['pass', 'unknown', 'worse'],
    ['warn', 'fail', 'worse'],
    ['skipped', 'fail', 'same'],
    ['pass', 'skipped', 'same'],
    ['told', 'told', 'same'],
  ])('from %s to %s is %s', (was, is, kind) => {
    expect(changesSince(report({ dns: was }), report({ dns: is })).get('dns')).toEqual({ kind, was })
  })

  it('that say the same differ in nothing', () => {
    for (const outcome of outcomes) {
      const one = report({ dns: outcome, https: outcome })
      expect(changesText(changesSince(one, one))).toBe('nothing changed')
    }
  })

  it('are told in a line', () => {
    const changes = changesSince(
      report({ dns: 'fail', https: 'pass', nulls: 'fail' }),
      report({ dns: 'pass', https: 'fail', nulls: 'pass', burst: 'pass' }),
    )
    expect(changesText(changes)).toBe('2 better, 1 worse, 1 new')
  })
})

it('says before the start what will be sent', () => {
  const outline = {
    target: '',
    host: '',
    local: true,
    probes: probes.map(({ id }) => id),
    requests: 812,
    connections: 20,
    rate: null,
    remarks: [],
  }
  expect(outlineText(outline)).toBe(`${probes.length} probes, at most 812 requests on up to 20 connections.`)
  expect(outlineText({ ...outline, probes: ['dns'], requests: 3, rate: 20 })).toBe(
    '1 probe, at most 3 requests on up to 20 connections, 20 per second: takes up to 1 s.',
  )
  expect(outlineText({ ...outline, requests: 4000, rate: 20 })).toMatch(/takes up to 3.3 min\.$/)
})

it('tells what was measured with its unit', () => {
  expect(measureText('p95Ms', 12.4)).toEqual({ name: 'p95', value: '12 ms' })
  expect(measureText('worstMs', 4200)).toEqual({ name: 'worst', value: '4.2 s' })
  expect(measureText('actedTimes', 2)).toEqual({ name: 'acted times', value: '2' })
})

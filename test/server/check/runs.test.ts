/** What is kept of the check's runs, whatever happens meanwhile. */
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import type { CheckStart } from '../../../core/check/check-run.ts'
import type { CheckReport, Finding } from '../../../core/check/finding.ts'
import { type CheckRuns, openCheckRuns } from '../../../server/check/runs.ts'
import { StoreUnavailable } from '../../../server/store/problem.ts'
import { type Manner, manners, startMerchant } from '../../helpers/merchants.ts'
import { useStore } from '../store/fixture.ts'

const place = useStore()
const logged: string[] = []

async function open(): Promise<CheckRuns> {
  const runs = await openCheckRuns({
    store: place.store,
    hooks: () => [],
    isOwnUrl: () => false,
    log: line => logged.push(line),
  })
  onTestFinished(() => runs.close())
  return runs
}

async function app(manner: Manner = manners.answers()) {
  const merchant = await startMerchant(manner)
  onTestFinished(() => merchant.close())
  return merchant
}

const start = (target: string, only: readonly string[]): CheckStart => ({
  target,
  secrets: { kind: 'given', authentication: { kind: 'none' }, key: null },
  only,
  skip: [],
  failOn: 'fail',
  rate: null,
  effectUrl: null,
  confirmed: false,
})

/** Waits until none runs. */
const ended = (runs: CheckRuns) =>
  new Promise<void>(resolve => {
    const stop = runs.onChange(() => {
      if (runs.status() !== null) return
      stop()
      resolve()
    })
  })

const report: CheckReport = {
  kind: 'hookscope-check',
  format: 1,
  version: '0.0.0',
  mark: 'hookscope-check-abc123',
  options: {
    target: 'http://localhost:3000/',
    signed: null,
    basic: false,
    only: [],
    skip: [],
    failOn: 'fail',
    effect: false,
  },
  startedAt: new Date(place.now()).toISOString(),
  endedAt: new Date(place.now()).toISOString(),
  complete: false,
  requests: 0,
  findings: [],
  score: 0,
  ready: false,
  known: [],
}
const { secrets: _, confirmed: __, ...choices } = start('http://localhost:3000/', [])
const begin = () =>
  place.store.checks.begin(
    { target: choices.target, hook: null, choices, startedAt: place.now(), probes: 3, report },
    50,
  )
const finding = (probe: Finding['probe'], outcome: Finding['outcome']): Finding => ({
  probe,
  outcome,
  sentence: `It ${outcome}ed.`,
  exchanges: [],
  measures: {},
  ms: 1,
})

it('a run that a crash ended has failed, with what it had found', async () => {
  const id = await begin()
  await place.store.checks.addFindings(id, [
    { finding: finding('nulls', 'pass'), at: place.now() + 1000, sent: 2 },
    { finding: finding('dns', 'warn'), at: place.now() + 2000, sent: 3 },
  ])
  await place.reopen()
  const runs = await open()
  const [run] = await runs.runs()
  expect(run).toMatchObject({ id, state: 'failed', asked: 2, of: 3, score: 68, ready: null })
  expect(run?.counts).toMatchObject({ pass: 1, warn: 1, fail: 0 })
  expect(run?.endedAt).toBe(new Date(place.now() + 2000).toISOString())
  expect(run?.problem?.message).toBe('hookscope ended while this check ran.')
  const kept = await runs.report(id)
  expect(kept).toMatchObject({ complete: false, ready: false, requests: 3, endedAt: run?.endedAt, score: 68 })
  expect(kept?.findings.map(({ probe }) => probe)).toEqual(['dns', 'nulls'])
})

it('a run that the end of hookscope stops is kept as far as it came', async () => {
  const merchant = await app((socket, received) => {
    if (merchant.received.length <= 2) manners.answers()(socket, received)
  })
  const first = await open()
  const { id } = await first.start(start(merchant.url, ['minimal-body', 'nulls']))
  await merchant.arrived(3)
  await first.close()
  await expect(first.start(start(merchant.url, []))).rejects.toThrow('hookscope is ending')
  await place.reopen()
  const second = await open()
  expect(await second.run(id)).toMatchObject({ state: 'stopped', asked: 1, of: 2, problem: null })
  expect((await second.report(id))?.findings.map(({ probe }) => probe)).toEqual(['minimal-body'])
})

it('keeps the newest 50', async () => {
  const ids: number[] = []
  while (ids.length < 52) ids.push(await begin())
  const runs = await place.store.checks.list()
  expect(runs.map(({ id }) => id)).toEqual(ids.slice(2).reverse())
  expect(place.rows('SELECT count(*) AS n FROM check_run')).toEqual([{ n: 50 }])
})

it('findings go with their run', async () => {
  const [one, other] = [await begin(), await begin()]
  for (const id of [one, other])
    await place.store.checks.addFindings(id, [{ finding: finding('nulls', 'fail'), at: place.now(), sent: 1 }])
  expect([await place.store.checks.remove(one), await place.store.checks.remove(one)]).toEqual([true, false])
  expect(place.rows('SELECT run FROM check_finding')).toEqual([{ run: other }])
})

it('while the disk takes nothing it goes on, and is kept as soon as it can be', async () => {
  const another = new Database(place.path)
  onTestFinished(() => void another.close())
  const merchant = await app((socket, received) => {
    if (merchant.received.length === 2) another.exec('BEGIN IMMEDIATE')
    manners.answers()(socket, received)
  })
  const runs = await open()
  const only = ['minimal-body', 'nulls']
  const over = ended(runs)
  const { id } = await runs.start(start(merchant.url, only))
  await over
  expect(await runs.run(id)).toMatchObject({ state: 'done', asked: 2, score: 100 })
  expect(await runs.runs()).toMatchObject([{ id, state: 'done', asked: 2 }])
  expect((await runs.report(id))?.findings).toHaveLength(2)
  expect(logged.join()).toContain('The report of a check could not be stored')
  await expect(runs.start(start(merchant.url, only))).rejects.toThrow(StoreUnavailable)

  another.exec('ROLLBACK')
  const again = ended(runs)
  await runs.start(start(merchant.url, only))
  await again
  await place.reopen()
  expect(await place.store.checks.list()).toMatchObject([
    { state: 'done', asked: 2 },
    { id, state: 'done', asked: 2, score: 100 },
  ])
})

it('a run that a crash ended has failed, also while the disk takes nothing', async () => {
  const id = await begin()
  await place.store.checks.addFindings(id, [{ finding: finding('nulls', 'pass'), at: place.now(), sent: 2 }])
  const merchant = await app()
  const another = new Database(place.path)
  onTestFinished(() => void another.close())
  another.exec('BEGIN IMMEDIATE')
  const runs = await open()
  const failed = { id, state: 'failed', asked: 1, problem: { message: 'hookscope ended while this check ran.' } }
  expect(await runs.runs()).toMatchObject([failed])
  expect(await runs.run(id)).toMatchObject(failed)
  another.exec('ROLLBACK')
  const over = ended(runs)
  await runs.start(start(merchant.url, ['nulls']))
  await over
  expect(await place.store.checks.list()).toMatchObject([{ state: 'done' }, { ...failed, score: 100 }])
})

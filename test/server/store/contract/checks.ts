/** Runs of the check: each finding is kept as it comes. */
import { expect, it } from 'vitest'
import type { CheckReport, Finding } from '../../../../core/check/finding.ts'
import type { ContractPlace } from './place.ts'

const target = 'http://localhost:3000/'
const choices = { target, only: [], skip: [], failOn: 'fail', rate: null, effectUrl: null } as const

export function checkContract(place: ContractPlace): void {
  const report = (): CheckReport => {
    const at = new Date(place.now()).toISOString()
    return {
      ...{ kind: 'hookscope-check', format: 1, version: '0.0.0', mark: 'hookscope-check-abc123' },
      options: { target, signed: null, basic: false, only: [], skip: [], failOn: 'fail', effect: false },
      ...{ startedAt: at, endedAt: at, complete: false, requests: 0, findings: [], score: 0, ready: false, known: [] },
    }
  }
  const begin = (most = 50) =>
    place.store.checks.begin({ target, hook: null, choices, startedAt: place.now(), probes: 2, report: report() }, most)
  const finding = (probe: Finding['probe'], outcome: Finding['outcome']): Finding => ({
    ...{ probe, outcome, sentence: `It ${outcome}ed.`, exchanges: [], measures: {}, ms: 1 },
  })

  it('a run without an end is known as far as it came, also after a restart', async () => {
    const run = await begin()
    place.pass(1000)
    await place.store.checks.addFindings(run, [{ finding: finding('nulls', 'pass'), at: place.now(), sent: 2 }])
    const { checks } = await place.reopen()
    expect(await checks.unfinished()).toMatchObject([
      { id: run, lastAt: place.now(), report: { complete: false, requests: 2, findings: [{ probe: 'nulls' }] } },
    ])
    expect(await checks.get(run)).toMatchObject({ state: 'running', asked: 1, of: 2, endedAt: null, score: null })
  })

  it('a run that is done has its report, and is unfinished no more', async () => {
    const { checks } = place.store
    const run = await begin()
    const findings = [finding('nulls', 'pass'), finding('dns', 'fail')]
    await checks.addFindings(
      run,
      findings.map(one => ({ finding: one, at: place.now(), sent: 1 })),
    )
    place.pass(5000)
    const done = { ...report(), complete: true, ready: true, score: 77, findings }
    await checks.end(run, { state: 'done', endedAt: place.now(), problem: null, report: done })
    expect(await checks.unfinished()).toEqual([])
    expect(await checks.get(run)).toMatchObject({
      ...{ id: run, state: 'done', asked: 2, score: 77, ready: true },
      endedAt: new Date(place.now()).toISOString(),
      counts: { pass: 1, fail: 1 },
    })
    expect(await checks.report(run)).toMatchObject({ complete: true, ready: true, score: 77 })
  })

  it('the newest are kept, as many as may be; one that is removed is gone with its findings', async () => {
    const { checks } = place.store
    const runs = [await begin(2), await begin(2), await begin(2)]
    expect((await checks.list()).map(({ id }) => id)).toEqual(runs.slice(1).reverse())
    const [, run = 0] = runs
    expect([await checks.remove(run), await checks.remove(run)]).toEqual([true, false])
    expect(await Promise.all([checks.get(run), checks.report(run)])).toEqual([undefined, undefined])
  })
}

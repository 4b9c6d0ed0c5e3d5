/** The go-live check, as an agent starts and reads it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { CheckRun } from '../../core/check/check-run.ts'
import { type CheckReport, isJudged } from '../../core/check/finding.ts'
import { titleOf } from '../../core/check/finding-title.ts'
import { findProbe } from '../../core/check/probes.ts'
import { UserError } from '../../server/lib/errors.ts'
import { answerOf } from '../client.ts'
import { allowed } from './allowed.ts'
import { rowOf, rows } from './rows.ts'
import { input, longestWaitSeconds, looking, type Tool, tool } from './tool.ts'

const noReport = (which: number) => new UserError(`There is no check ${which}.`, 'check starts one.')
const lookMs = 250
const needsListener = 'so nothing can be examined'

const check = tool({
  name: 'check',
  title: 'Examine the app',
  description:
    'Starts the go-live check: some hundred requests, genuine and forged, to the app’s endpoint. It may take longer than this call waits: check_report has the result.',
  takes: {
    url: input.to.describe(
      'On this machine, or where deliveries are forwarded; default: where deliveries are forwarded',
    ),
    hook: input.hook.describe('Whose key signs, its label or id; needed when there are several'),
    only: z.array(z.string().max(200)).max(100).optional().describe('Probes or groups'),
    timeoutSeconds: z
      .int()
      .min(1)
      .max(longestWaitSeconds)
      .optional()
      .describe('How long to wait for the end; default: 30'),
  },
  gives: { run: rows.checkRun },
  does: 'sends',
  async run({ url, hook: named, only = [], timeoutSeconds = 30 }, means) {
    const chosen = await allowed(url, means)
    return looking(means, needsListener, async ({ api }) => {
      const { hooks, forward } = await answerOf(api.status.$get())
      const target = chosen ?? forward?.target
      if (target === undefined) throw new UserError('There is no target to examine.', 'Name its URL.')
      const fitting = hooks.filter(one => named === undefined || one.id === named || one.label === named)
      const [signer, ...others] = fitting
      if (signer === undefined || others.length > 0)
        throw new UserError(
          signer === undefined ? 'There is no such hook.' : 'There are several hooks.',
          `Name one: ${hooks.map(({ label }) => label).join(', ')}`,
        )
      const json = { target, only, skip: [], failOn: 'fail', rate: null, effectUrl: null, confirmed: true } as const
      const started = await answerOf(
        api.checks.$post({ json: { ...json, secrets: { kind: 'hook', hook: signer.id } } }),
      )
      const until = Date.now() + timeoutSeconds * 1000
      let run: CheckRun = started.run
      while (run.state === 'running' && Date.now() < until && !means.signal.aborted) {
        await sleep(lookMs)
        run = (await answerOf(api.checks[':id'].$get({ param: { id: `${run.id}` } }))).run
      }
      return { run: rowOf(rows.checkRun, run) }
    })
  },
})

/** What is to be read of a finding. */
function findingOf({ probe, outcome, title, sentence, advice }: CheckReport['findings'][number]) {
  const entry = findProbe(probe)
  const isFault = outcome === 'fail' || outcome === 'warn'
  const fix = isFault ? (advice ?? entry?.fix ?? null) : null
  return {
    probe,
    outcome,
    severity: entry?.severity ?? 'minor',
    title: titleOf({ probe, outcome, ...(title !== undefined && { title }) }),
    sentence,
    fix,
  }
}

const checkReport = tool({
  name: 'check_report',
  title: 'What a check found',
  description:
    'Of a check that was started here or in the inspector; by default the newest. `ready` and `score` say nothing of what stands under notExamined.',
  takes: { run: z.int().min(1).optional() },
  gives: {
    run: rows.checkRun,
    judged: z.boolean().describe('Whether anything was answered that counts'),
    causes: z.array(rows.cause),
    findings: z.array(rows.finding),
    notExamined: z.array(rows.unexamined),
  },
  does: 'looks',
  run: ({ run: which }, means) =>
    looking(means, null, async ({ api }) => {
      const newest = which ?? Math.max(0, ...(await answerOf(api.checks.$get())).runs.map(({ id }) => id))
      if (newest === 0) throw new UserError('No check has run yet.', 'check starts one.')
      const { run, report } = await answerOf(api.checks[':id'].$get({ param: { id: `${newest}` } }), noReport(newest))
      return {
        run: rowOf(rows.checkRun, run),
        judged: isJudged(report.findings),
        causes: (report.causes ?? []).map(cause => rowOf(rows.cause, cause)),
        findings: report.findings.map(finding => rowOf(rows.finding, findingOf(finding))),
        notExamined: (report.notExamined ?? []).map(one => rowOf(rows.unexamined, one)),
      }
    }),
})

export const checkTools: readonly Tool[] = [check, checkReport]

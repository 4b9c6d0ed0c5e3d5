/** The API's routes about the readiness check: its runs, their reports, and these as files. */
import { Hono } from 'hono'
import type { CheckReport } from '../../../core/check/finding.ts'
import type { Workspace } from '../../workspace.ts'
import { unknownId } from '../problem.ts'
import { checkSchemas } from './check-schemas.ts'
import { valid } from './schemas.ts'

function idOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw unknownId('check')
  return Number(text)
}

/** The report as a file: how it is written (loaded when somebody wants one), its type, and the end of its name. */
const formats = {
  html: {
    write: async (report: CheckReport) => (await import('../../check/report/html.ts')).htmlReport(report),
    type: 'text/html; charset=utf-8',
    extension: 'html',
  },
  json: {
    write: async (report: CheckReport) => `${JSON.stringify(report, null, 2)}\n`,
    type: 'application/json',
    extension: 'json',
  },
  junit: {
    write: async (report: CheckReport) => (await import('../../check/report/junit.ts')).junitReport(report),
    type: 'application/xml; charset=utf-8',
    extension: 'xml',
  },
} as const

/** At `/api/checks`. */
export function checkRoutes({ checks: loaded }: Pick<Workspace, 'checks'>) {
  return new Hono()
    .get('/', async c => c.json({ runs: await (await loaded()).runs() }))
    .post('/', valid('json', checkSchemas.start), async c =>
      c.json({ run: await (await loaded()).start(c.req.valid('json')) }, 202),
    )
    .post('/plan', valid('json', checkSchemas.start), async c =>
      c.json({ plan: (await loaded()).plan(c.req.valid('json')) }),
    )
    .get('/:id', async c => {
      const id = idOf(c.req.param('id'))
      const checks = await loaded()
      // The report last: it may hold more than the run says, never less.
      const run = await checks.run(id)
      const report = await checks.report(id)
      if (!run || !report) throw unknownId('check')
      return c.json({ run, report })
    })
    .delete('/:id', async c => {
      const id = idOf(c.req.param('id'))
      const checks = await loaded()
      if (await checks.stop(id)) return c.json({ stopped: true, removed: false })
      if (!(await checks.remove(id))) throw unknownId('check')
      return c.json({ stopped: false, removed: true })
    })
    .get('/:id/report', valid('query', checkSchemas.report), async c => {
      const id = idOf(c.req.param('id'))
      const report = await (await loaded()).report(id)
      if (!report) throw unknownId('check')
      const { write, type, extension } = formats[c.req.valid('query').format]
      return c.body(await write(report), 200, {
        'Content-Type': type,
        'Content-Disposition': `attachment; filename="hookscope-check-${id}.${extension}"`,
      })
    })
}

/** The API's routes about the simulated gateway: what it sends, what waits, and the samples it sends from. */
import { Hono } from 'hono'
import { maskHeaders } from '../../../core/http/credential-headers.ts'
import type { SimulationPreview } from '../../../core/simulate/simulation.ts'
import type { Workspace } from '../../workspace.ts'
import { unknownId } from '../problem.ts'
import { schemas, valid } from './schemas.ts'
import { simulationSchemas } from './simulation-schemas.ts'

function idOf(text: string, kind: 'simulation' | 'try'): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw unknownId(kind)
  return Number(text)
}

/** At `/api/simulations`. */
export function simulationRoutes({ simulator }: Pick<Workspace, 'simulator'>) {
  return new Hono()
    .get('/', async c => c.json({ simulations: await simulator.simulations() }))
    .post('/', valid('json', simulationSchemas.request), async c =>
      c.json({ simulation: await simulator.start(c.req.valid('json')) }, 202),
    )
    .post('/preview', valid('query', schemas.reveal), valid('json', simulationSchemas.request), async c => {
      const preview = await simulator.preview(c.req.valid('json'))
      return c.json(c.req.valid('query').reveal ? preview : masked(preview))
    })
    .get('/pending', async c => c.json({ events: await simulator.pending() }))
    .post('/pending/hurry', valid('json', simulationSchemas.events), async c =>
      c.json({ events: await simulator.hurry(c.req.valid('json').events) }),
    )
    .post('/pending/cancel', valid('json', simulationSchemas.events), async c =>
      c.json({ events: await simulator.cancel(c.req.valid('json').events) }),
    )
    .get('/tries/:id', async c => {
      const view = await simulator.try(idOf(c.req.param('id'), 'try'))
      if (!view) throw unknownId('try')
      return c.json({ try: view })
    })
    .get('/:id', async c => {
      const simulation = await simulator.simulation(idOf(c.req.param('id'), 'simulation'))
      if (!simulation) throw unknownId('simulation')
      return c.json({ simulation })
    })
    .get('/:id/events', valid('query', simulationSchemas.page), async c =>
      c.json({
        events: await simulator.events(idOf(c.req.param('id'), 'simulation'), c.req.valid('query').after ?? null),
      }),
    )
    .delete('/:id', async c =>
      c.json({ cancelled: await simulator.cancelSimulation(idOf(c.req.param('id'), 'simulation')) }),
    )
}

/** At `/api/samples`. */
export function sampleRoutes({ samples }: Pick<Workspace, 'samples'>) {
  return new Hono()
    .get('/', async c => c.json({ samples: await samples.list() }))
    .post('/', valid('json', simulationSchemas.sample), async c => {
      const { delivery, name } = c.req.valid('json')
      return c.json({ sample: await samples.save(delivery, name) }, 201)
    })
    .delete('/:name', async c => {
      if (!(await samples.remove(c.req.param('name')))) throw unknownId('sample')
      return c.json({ removed: true })
    })
}

/** Without the credentials; signatures stay. */
function masked(preview: SimulationPreview): SimulationPreview {
  return {
    ...preview,
    requests: preview.requests.map(request => ({ ...request, headers: maskHeaders(request.headers) })),
  }
}

/** One running hookscope sends to its own hooks, as the gateway would. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import { defaults, type Settings } from '../../../server/config/settings.ts'
import { type Listener, startListener } from '../../../server/listener.ts'
import { simulationRequest } from '../simulate/simulated.ts'

let folder = ''
let session: Listener
const came: DeliverySummary[] = []
let onCame = () => {}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-session-'))
  const settings: Settings = {
    ...defaults,
    port: 0,
    inspectorPort: 0,
    forward: [],
    tunnel: 'none',
    tunnelHost: null,
    subdomain: null,
    publicUrl: null,
    open: false,
    db: join(folder, 'hookscope.db'),
    label: null,
  }
  session = await startListener({
    settings,
    secrets: {
      signatureKey: 'the-signature-key',
      sourceKey: null,
      basicAuth: { username: 'shop', password: 'open sesame' },
    },
    token: 'a-token-of-this-launch',
    uiFolder: join(folder, 'ui'),
    log: () => {},
    onDelivery(delivery) {
      came.push(delivery)
      onCame()
    },
    onDiagnosis: () => {},
    onAttempt: () => {},
  })
  session.announce()
})
afterEach(async () => {
  await session.close()
  came.length = 0
  rmSync(folder, { recursive: true, force: true })
})

function arrived(count: number): Promise<void> {
  return new Promise(resolve => {
    onCame = () => came.length >= count && resolve()
    onCame()
  })
}

it('what is simulated arrives at the hook’s own path, and is verified', async () => {
  const { simulator } = session.workspace
  const { id } = await simulator.start(simulationRequest({ items: [{ kind: 'journey', name: 'card-sale' }] }))
  await arrived(3)
  expect(came.map(({ verdict }) => verdict)).toEqual(['verified', 'verified', 'verified'])
  expect(came.flatMap(({ notes }) => notes)).toEqual([])
  expect(await simulator.simulation(id)).toMatchObject({ events: 3, asked: { recipients: { kind: 'subscribed' } } })
})

it('a rehearsed failure makes it try again', async () => {
  const { simulator, hooks } = session.workspace
  await hooks.rehearse('main', {
    status: 200,
    headers: [],
    body: '',
    delayMs: 0,
    failures: { kind: 'next', left: 2 },
    failWith: { kind: 'status', status: 503 },
  })
  const { id } = await simulator.start(simulationRequest({ retries: 'schedule' }))
  await arrived(3)
  expect(came.map(({ status }) => status)).toEqual([503, 503, 200])
  expect(new Set(came.map(({ eventId }) => eventId)).size).toBe(1)
  const [event] = await simulator.events(id, null)
  expect(event?.tries.map(({ status, instantMs }) => [status, instantMs]).slice(0, 2)).toEqual([
    [503, 0],
    [503, 300_000],
  ])
})

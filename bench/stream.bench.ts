/**
 * The way from POST to the inspector's WebSocket frame, in the built command, beside its limit in the same run: a bare
 * node:http process that hands the body to its ws viewer before it answers, and checks, parses and keeps nothing.
 * hookscope gathers what comes in quick succession: after a frame it rests three times as long as that took to make, from 8 to
 * 50 ms.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { StreamFrame } from '../core/api/messages.ts'
import { sampleEvent } from '../core/events/generator/samples.ts'
import { startListening } from '../test/helpers/command.ts'
import { eventBytes, type Gateway, openGateway } from '../test/helpers/gateway.ts'

const seconds = Number(process.env['HOOKSCOPE_BENCH_SECONDS'] ?? 4)
const key = 'signature-key'
const token = 'bench-token-of-24-letters'

/** Something that is posted to and that pushes to a viewer. */
interface Door {
  readonly name: string
  readonly gateway: Gateway
  readonly viewer: WebSocket
  /** The event ids that a frame carries. */
  idsIn(frame: string): readonly string[]
}

interface Times {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

const doors: Door[] = []
const closings: (() => unknown)[] = []

beforeAll(async () => {
  const bare = spawn(process.execPath, [fileURLToPath(new URL('./bare/stream.mjs', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  closings.push(() => bare.kill())
  const [line]: Buffer[] = await once(bare.stdout, 'data')
  const port = Number(line)
  const bareViewer = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false })
  closings.push(() => bareViewer.terminate())
  await once(bareViewer, 'open')
  doors.push({
    name: 'bare node:http and ws',
    gateway: openGateway({ url: `http://127.0.0.1:${port}/hook`, key }),
    viewer: bareViewer,
    idsIn: frame => [JSON.parse(frame).event_id],
  })

  const command = startListening([], { env: { HOOKSCOPE_SIGNATURE_KEY: key, HOOKSCOPE_TOKEN: token } })
  closings.push(() => command.stop())
  const { hooks, inspectorUrl } = await command.waitForLine('ready')
  const viewer = new WebSocket(`${inspectorUrl.replace('http', 'ws')}/api/stream`, {
    perMessageDeflate: false,
    headers: { Authorization: `Bearer ${token}` },
  })
  closings.push(() => viewer.terminate())
  await once(viewer, 'open')
  doors.push({
    name: 'hookscope',
    gateway: openGateway({ url: hooks[0]?.localUrl.replace('localhost', '127.0.0.1') ?? '', key }),
    viewer,
    idsIn(text) {
      const frame: StreamFrame = JSON.parse(text)
      if (frame.kind !== 'batch') return []
      return frame.changes.flatMap(change =>
        change.kind === 'delivery' && change.delivery.verdict === 'verified' ? [change.delivery.eventId ?? ''] : [],
      )
    },
  })
})

afterAll(async () => {
  for (const { gateway } of doors) gateway.close()
  for (const close of closings) await close()
})

let seed = 0

/**
 * Posts at a rate and waits until every event has come back to the viewer.
 * @returns milliseconds from before the request is written until the frame with its event is there
 */
async function measure(door: Door, perSecond: number, count: number): Promise<Times> {
  const sentAt = new Map<string, number>()
  const tookMs = new Map<string, number>()
  let tell = () => {}
  const all = new Promise<void>(resolve => {
    tell = resolve
  })
  const onFrame = (frame: Buffer) => {
    const now = performance.now()
    for (const id of door.idsIn(frame.toString())) {
      const sent = sentAt.get(id)
      // A delivery comes again when its state changes: the first frame counts.
      if (sent !== undefined && !tookMs.has(id)) tookMs.set(id, now - sent)
    }
    if (tookMs.size === count) tell()
  }
  door.viewer.on('message', onFrame)
  const events = Array.from({ length: count }, () => {
    seed += 1
    const event = { ...sampleEvent('transaction.sale.success', seed), event_id: seed.toString(16).padStart(64, '0') }
    return { id: event.event_id, body: eventBytes(event) }
  })
  const from = performance.now()
  const answers: Promise<number>[] = []
  for (const [index, { id, body }] of events.entries()) {
    // The first, too, comes a pause after what went before.
    const early = from + ((index + 1) * 1000) / perSecond - performance.now()
    if (early > 1) await wait(early)
    sentAt.set(id, performance.now())
    answers.push(door.gateway.post(body).then(({ status }) => status))
  }
  const statuses = await Promise.all(answers)
  expect(statuses.filter(status => status !== 200)).toEqual([])
  await all
  door.viewer.off('message', onFrame)
  const sorted = [...tookMs.values()].sort((one, two) => one - two)
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

it.each([
  ['a calm rate', 10],
  ['a storm', 200],
] as const)('POST to frame at %s, %i deliveries a second', async (rate, perSecond) => {
  let limit: Times | undefined
  for (const door of doors) {
    await measure(door, perSecond, Math.ceil(perSecond / 2))
    const times = await measure(door, perSecond, perSecond * seconds)
    limit ??= times
    const said = (['p50', 'p95', 'p99'] as const).map(part => `${part} ${times[part].toFixed(1)} ms`).join(', ')
    const beside = door === doors[0] ? 'the limit' : `${(times.p50 / limit.p50).toFixed(1)} times the limit at p50`
    console.log(`stream: at ${rate} of ${perSecond}/s, ${door.name} takes ${said} from POST to frame (${beside}).`)
  }
})

/** A simulated try as lines of a terminal: what each station said, whole where a program reads it, and never wider than there is room. */
import pc from 'picocolors'
import { describe, expect, it } from 'vitest'
import { simulatedAttemptLines } from '../../../cli/shared/simulated-line.ts'
import type { SimulatedAttempt, SimulatedEvent } from '../../../core/simulate/simulation.ts'
import { type AppResult, decidingApp, type HookStation, type NotAsked } from '../../../core/simulate/stations.ts'

const app = (parts: Partial<AppResult> = {}): AppResult => ({
  id: 1,
  target: 'http://localhost:3000/webhooks',
  outcome: 'answered',
  status: 200,
  ms: 35,
  line: null,
  location: null,
  error: null,
  sloppy: [],
  ...parts,
})
const crashed = app({ status: 500, line: "TypeError: Cannot read properties of undefined (reading 'id')" })
const refused = app({
  outcome: 'refused',
  status: null,
  error: { code: 'ECONNREFUSED', message: 'Nothing listens at localhost:3000.', hint: 'Start your app.' },
})
const arrival = (parts: Partial<HookStation> = {}): HookStation => ({
  delivery: 7,
  verdict: 'verified',
  reasons: [],
  answeredBy: 'hookscope',
  ...parts,
})

function lines(
  { width = null, ...parts }: Partial<SimulatedAttempt> & { readonly width?: number | null },
  apps: readonly AppResult[] = [],
  notAsked: NotAsked | null = null,
): string[] {
  const one: SimulatedAttempt = {
    id: 1,
    event: 1,
    number: 1,
    instantMs: 0,
    startedAt: '2026-11-30T17:02:11.000Z',
    outcome: 'answered',
    status: 200,
    ms: 4,
    weather: [],
    line: null,
    location: null,
    error: null,
    sloppy: [],
    arrival: null,
    ...parts,
    app: decidingApp(apps),
    apps,
    notAsked,
  }
  const event: SimulatedEvent = {
    id: 1,
    simulation: 1,
    hook: 'main',
    target: 'http://localhost:4780/a',
    eventId: 'e',
    eventType: 'transaction.sale.success',
    summary: '$500.00 approved · 98454685',
    createdAt: one.startedAt,
    state: 'failed',
    tries: [one],
    next: null,
  }
  return simulatedAttemptLines(event, one, null, [], 0, { paint: pc.createColors(false), width })
}
const behindSummary = (text: string) => text.replace(/^.*98454685 +/, '')

describe('the stations of a try', () => {
  const ours = { arrival: arrival() }
  it.each<[Parameters<typeof lines>, string, ...string[]]>([
    [[{}], '→ 200 in 4 ms'],
    [[{ status: 500, line: 'boom' }], '→ 500 in 4 ms: boom'],
    [[ours, [app()]], 'hook ✓ verified 200 → app ✓ 200 in 35 ms'],
    [[ours, [crashed]], `hook ✓ verified 200 → app ✗ 500 in 35 ms: ${crashed.line}`],
    [
      [ours, [refused]],
      'hook ✓ verified 200 → app ✗ no connection in 35 ms',
      '          Nothing listens at localhost:3000. Start your app.',
    ],
    [
      [ours, [app(), app({ ...crashed, target: 'http://localhost:3001/' })]],
      'hook ✓ verified 200 → app localhost:3000/webhooks ✓ 200 in 35 ms → app localhost:3001 ✗ 500 in 35 ms',
      '          localhost:3001',
      `          ${crashed.line}`,
    ],
    [[{ arrival: arrival({ verdict: 'unchecked' }) }, [], 'no-target'], 'hook · unchecked 200'],
    [
      [
        { arrival: arrival({ verdict: 'rejected', reasons: ['signature-wrong'] }), status: 401, line: 'x' },
        [],
        'rejected',
      ],
      'hook ✗ rejected (signature-wrong) 401',
    ],
    [
      [{ arrival: arrival({ answeredBy: 'app' }), status: 500 }, [crashed]],
      `hook ✓ verified → app ✗ 500 in 35 ms: ${crashed.line}`,
    ],
    [
      [{ arrival: arrival({ answeredBy: 'mock-response' }), status: 503 }, [app()]],
      'hook ✓ verified 503 (mock response) → app ✓ 200 in 35 ms',
    ],
    [[{ sloppy: ['It had a body after 204.'] }], '→ 200 in 4 ms (sloppy HTTP)'],
    [[ours, [app({ sloppy: ['x'] })]], 'hook ✓ verified 200 → app ✓ 200 in 35 ms (sloppy HTTP)'],
    [[ours, [], 'paused'], 'hook ✓ verified 200 → app not called: forwarding is paused'],
    [[ours, [], 'dropped'], 'hook ✓ verified 200 → app not called: the delivery or the target was removed first'],
    [[ours, [], 'interrupted'], 'hook ✓ verified 200 → app unknown: hookscope ended first'],
  ])('%#', (made, first, ...below) => {
    const [line = '', ...others] = lines(...made)
    expect([behindSummary(line), ...others]).toEqual([first, ...below])
  })
})

describe.each([80, 120])('in %i columns', width => {
  it('nothing is wider, and the app’s words are all there', () => {
    const shown = lines({ arrival: arrival(), width }, [crashed])
    expect(shown.map(line => Math.max(0, line.length - width))).toEqual(shown.map(() => 0))
    expect(shown.join(' ').replace(/\s+/g, ' ')).toContain(`app ✗ 500 in 35 ms ${crashed.line}`)
  })
})

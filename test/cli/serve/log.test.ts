/** The log of `hookscope serve`: one line an event, which programs and people read. */
import { expect, it } from 'vitest'
import { openServeLog, type ServeEvent } from '../../../cli/serve/log.ts'

const at = Date.UTC(2026, 11, 1, 9, 30)
const events: readonly ServeEvent[] = [
  { event: 'started', version: '1.2.3', publicUrl: 'https://a.example', receiver: 4780, inspector: 4781, db: 'x.db' },
  { event: 'delivery', delivery: 7, hook: 'main', verdict: 'verified', status: 200, ms: 3.146 },
  { event: 'delivery', delivery: 8, hook: 'main', verdict: 'rejected', status: 401, ms: 1 },
  { event: 'delivery', delivery: 9, hook: 'main', verdict: 'verified', status: 502, ms: 1 },
  { event: 'delivery', delivery: null, hook: 'main', verdict: 'verified', status: 503, ms: 1 },
  { event: 'delivery', delivery: null, hook: 'main', verdict: null, status: null, ms: 1 },
  {
    event: 'attempt',
    id: 1,
    delivery: 7,
    source: 'forward',
    outcome: 'answered',
    status: 204,
    ms: 12,
    origin: 'http://app:3000',
  },
  {
    event: 'attempt',
    id: 2,
    delivery: 7,
    source: 'forward',
    outcome: 'refused',
    status: null,
    ms: 2,
    origin: 'http://app:3000',
  },
  {
    event: 'database',
    trouble: { code: 'full', message: 'The disk is full.', hint: 'Free some.', keeps: false, rebuilding: null },
  },
  { event: 'database', trouble: null },
  { event: 'public-url', reachable: false, reason: 'connection refused' },
  { event: 'public-url', reachable: true, reason: null },
  { event: 'draining', waiting: 2 },
  { event: 'ended', deliveries: 12 },
  { event: 'note', message: 'a\nb \u001b[31mred' },
]
function linesOf(format: 'text' | 'json'): string[] {
  const lines: string[] = []
  const log = openServeLog(
    format,
    line => lines.push(line),
    () => at,
  )
  for (const event of events) log(event)
  expect(lines.every(line => /^[^\n]+\n$/.test(line))).toBe(true)
  return lines.map(line => line.trimEnd())
}

it('is JSON with time, level and event on each line', () => {
  const read = linesOf('json').map(line => JSON.parse(line))
  for (const [index, line] of read.entries()) {
    expect(line.time).toBe('2026-12-01T09:30:00.000Z')
    expect(line.event).toBe(events[index]?.event)
  }
  expect(read.map(({ level }) => level).join(' ')).toBe(
    'info info info warn error error info warn error info warn info info info info',
  )
  expect(read[1]).toEqual({
    ...{ time: '2026-12-01T09:30:00.000Z', level: 'info', event: 'delivery' },
    ...{ delivery: 7, hook: 'main', verdict: 'verified', status: 200, ms: 3.1 },
  })
  expect(read[14]).toEqual({
    time: '2026-12-01T09:30:00.000Z',
    level: 'info',
    event: 'note',
    message: events[14] && 'a\nb \u001b[31mred',
  })
})

it('is a sentence for people, which steers no terminal', () => {
  const lines = linesOf('text')
  expect(lines[1]).toBe('2026-12-01T09:30:00.000Z info  #7 at hook main: verified, answered 200 in 3 ms')
  expect(lines[4]).toContain('error a delivery that was not kept at hook main')
  expect(lines[7]).toContain('warn  #7 forward to http://app:3000: refused in 2 ms')
  expect(lines.join('')).not.toMatch(/\p{Cc}/u)
})

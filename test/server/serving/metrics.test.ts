/** The figures of serve, read back by the rules of Prometheus' text format. */
import { expect, it } from 'vitest'
import type { Status } from '../../../core/api/messages.ts'
import { type MetricSources, openMetrics } from '../../../server/serving/metrics.ts'
import { metricsText } from '../../../server/serving/metrics-text.ts'

interface Read {
  readonly type: string
  readonly help: string
  readonly samples: Map<string, number>
}

const escapes: Readonly<Record<string, string>> = { '\\\\': '\\', '\\n': '\n', '\\"': '"' }
const unescaped = (text: string) => text.replace(/\\[\\n"]/g, found => escapes[found] ?? found)

/** Reads every line, or throws: HELP, then TYPE, then the samples of that family, each once. */
function parse(text: string): Map<string, Read> {
  expect(text.endsWith('\n')).toBe(true)
  const families = new Map<string, Read>()
  let help: [name: string, text: string] | null = null
  let current: [name: string, read: Read] | null = null
  for (const line of text.split('\n').filter(line => line !== '')) {
    const [, about, name, rest] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.*)$/.exec(line) ?? []
    if (about === 'HELP' && name !== undefined && rest !== undefined) {
      if (families.has(name)) throw new Error(`${name} comes twice`)
      help = [name, unescaped(rest)]
    } else if (about === 'TYPE' && name !== undefined && rest !== undefined) {
      if (help?.[0] !== name || !['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(`wrong: ${line}`)
      current = [name, { type: rest, help: help[1], samples: new Map() }]
      families.set(...current)
    } else {
      const [, full = '', labels = '', value = ''] =
        /^([a-zA-Z_:][\w:]*)(\{(?:[a-z]\w*="(?:[^"\\\n]|\\[\\n"])*",?)+\})? (\S+)$/.exec(line) ?? []
      if (current === null || !full.startsWith(current[0])) throw new Error(`stray: ${line}`)
      const suffix = full.slice(current[0].length)
      if (!(current[1].type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']).includes(suffix))
        throw new Error(`wrong name: ${line}`)
      const key = `${suffix}${labels}`
      if (current[1].samples.has(key)) throw new Error(`twice: ${line}`)
      const number = value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value)
      if (Number.isNaN(number) && value !== 'NaN') throw new Error(`no number: ${line}`)
      current[1].samples.set(key, number)
    }
  }
  return families
}

const status: ReturnType<MetricSources['status']> = {
  version: '1.2.3',
  trouble: null,
  preparing: 7,
  forward: null,
  leftovers: [],
  tunnel: { state: 'off' },
}
const sources: MetricSources = {
  status: () => status,
  requests: () => 2,
  isDraining: () => false,
  connections: () => null,
}

it('escapes what would end a line or a label', () => {
  const hostile = 'a\\b"c\nd'
  const read = parse(
    metricsText([
      { name: 'one', help: hostile, type: 'gauge', samples: [{ labels: { label: hostile, other: '' }, value: 1 }] },
      {
        name: 'two',
        help: 'ends',
        type: 'gauge',
        samples: [{ value: Number.POSITIVE_INFINITY }, { labels: { a: 'b' }, value: Number.NaN }],
      },
    ]),
  )
  expect(read.get('one')?.help).toBe(hostile)
  const [key = ''] = read.get('one')?.samples.keys() ?? []
  expect(unescaped(key)).toBe(`{label="${hostile}",other=""}`)
  expect([...(read.get('two')?.samples.values() ?? [])]).toEqual([Number.POSITIVE_INFINITY, Number.NaN])
})

it('counts deliveries by verdict, answers by class, and how long they took', () => {
  const metrics = openMetrics(1_764_547_200_000)
  metrics.answered({ delivery: 1, verdict: 'verified', status: 200, ms: 4 })
  metrics.answered({ delivery: 2, verdict: 'verified', status: 502, ms: 30_000 })
  metrics.answered({ delivery: 3, verdict: 'rejected', status: 401, ms: 100_000 })
  metrics.answered({ delivery: 4, verdict: 'unchecked', status: null, ms: 9 })
  metrics.answered({ delivery: null, verdict: null, status: 503, ms: 10 })
  const read = parse(metrics.text(sources))
  const figures = (name: string) => Object.fromEntries(read.get(name)?.samples ?? [])
  expect(figures('hookscope_deliveries_total')).toEqual({
    '{verdict="verified"}': 2,
    '{verdict="unchecked"}': 1,
    '{verdict="rejected"}': 1,
  })
  expect(figures('hookscope_not_kept_total')).toEqual({ '': 1 })
  expect(figures('hookscope_answers_total')).toEqual({
    '{class="2xx"}': 1,
    '{class="3xx"}': 0,
    '{class="4xx"}': 1,
    '{class="5xx"}': 2,
    '{class="none"}': 1,
  })
  const seconds = figures('hookscope_answer_seconds')
  const buckets = Object.entries(seconds).filter(([key]) => key.startsWith('_bucket'))
  expect(buckets.map(([, count]) => count)).toEqual([1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 4])
  expect(seconds).toMatchObject({ '_bucket{le="0.005"}': 1, '_bucket{le="+Inf"}': 4, _count: 4 })
  expect(seconds['_sum']).toBeCloseTo(130.014)
  expect(figures('process_start_time_seconds')).toEqual({ '': 1_764_547_200 })
})

it('says how the database, forwarding, and the connections are, and names nobody', () => {
  const target = {
    ...{ isFull: false, error: null, seenAt: null, watched: true, answered: null, retryUntil: null, missed: 0 },
    target: 'http://payroll.internal/jane.doe',
  }
  const busy: Pick<Status, 'forward' | 'trouble' | 'tunnel'> = {
    forward: {
      ...{ routes: [], all: false, only: null, unsubscribed: false, given: [] },
      ...{ target: target.target, paused: true, waiting: 3, oldestWaiting: 1, oldestPassedOver: null, mostWaiting: 9 },
      targets: [
        { ...target, waiting: 3, state: 'down' },
        { ...target, waiting: 2, state: 'up' },
      ],
    },
    trouble: { code: 'full', message: 'The disk of jane.doe is full.', hint: '', keeps: false, rebuilding: null },
    tunnel: { state: 'up', url: 'https://jane.doe.example', roundTripMs: 12, changedFrom: null },
  }
  const text = openMetrics().text({
    ...sources,
    status: () => ({ ...status, ...busy }),
    connections: () => ({ used: 3, idle: 7, waiting: 2, most: 10 }),
  })
  const read = parse(text)
  const figure = (name: string) => Object.fromEntries(read.get(`hookscope_${name}`)?.samples ?? [])
  expect(figure('info')).toEqual({ '{version="1.2.3"}': 1 })
  expect(figure('backlog')).toEqual({ '': 7 })
  expect(figure('requests_in_flight')).toEqual({ '': 2 })
  expect([figure('database_up'), figure('database_trouble')]).toEqual([{ '': 0 }, { '': 1 }])
  expect(figure('public_url_up')).toEqual({ '': 1 })
  expect(figure('forward_targets')).toEqual({ '{state="up"}': 1, '{state="down"}': 1, '{state="unknown"}': 0 })
  expect([figure('forward_waiting'), figure('forward_paused')]).toEqual([{ '': 5 }, { '': 1 }])
  expect(figure('database_connections')).toEqual({ '{state="used"}': 3, '{state="idle"}': 7 })
  expect(figure('database_waiting')).toEqual({ '': 2 })
  expect(figure('database_connections_max')).toEqual({ '': 10 })
  expect(text).not.toMatch(/jane|payroll|doe/)
})

it('has no connections to tell of where there is no database server', () => {
  expect(openMetrics().text(sources)).not.toContain('hookscope_database_connections')
})

/**
 * What one process of `hookscope serve` counts for its operators. No label holds what a person or a payload named: neither
 * hooks nor targets, addresses nor amounts.
 */
import type { ForwardStatus, Status } from '../../core/api/messages.ts'
import type { VerdictKind } from '../../core/deliveries/delivery.ts'
import type { AnsweredDelivery } from '../receiver/intake.ts'
import type { DatabaseConnections } from '../store/store.ts'
import { type MetricFamily, metricsText, openHistogram } from './metrics-text.ts'

/** What is looked at when somebody asks. */
export interface MetricSources {
  status(): Pick<Status, 'version' | 'trouble' | 'preparing' | 'forward' | 'leftovers' | 'tunnel'>
  /** Requests at the receiver that are not answered. */
  requests(): number
  isDraining(): boolean
  /** Connections to a database server; null where there is none. */
  connections(): DatabaseConnections | null
}

export interface Metrics {
  answered(answer: Pick<AnsweredDelivery, 'delivery' | 'verdict' | 'status' | 'ms'>): void
  /** In the text format of Prometheus. */
  text(sources: MetricSources): string
}

/** Seconds: most are answered at once, and the gateway waits a minute at the most. */
const answerBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const

const verdicts = ['verified', 'unchecked', 'rejected'] as const satisfies readonly VerdictKind[]
const statusClasses = ['2xx', '3xx', '4xx', '5xx', 'none'] as const
type StatusClass = (typeof statusClasses)[number]

const classOf = (status: number | null): StatusClass =>
  statusClasses.find(name => status !== null && name.startsWith(String(status).charAt(0))) ?? 'none'

export function openMetrics(startedAt: number = Date.now()): Metrics {
  const byVerdict = new Map<VerdictKind, number>(verdicts.map(verdict => [verdict, 0]))
  const byClass = new Map<StatusClass, number>(statusClasses.map(name => [name, 0]))
  const seconds = openHistogram(answerBounds)
  let refused = 0
  const one = <Key>(counts: Map<Key, number>, key: Key) => counts.set(key, (counts.get(key) ?? 0) + 1)

  return {
    answered({ delivery, verdict, status, ms }) {
      if (delivery === null) refused += 1
      else if (verdict !== null) one(byVerdict, verdict)
      one(byClass, classOf(status))
      if (status !== null) seconds.observe(ms / 1000)
    },
    text(sources) {
      const { version, trouble, preparing, forward, leftovers, tunnel } = sources.status()
      const connections = sources.connections()
      const labelled = <Key extends string>(label: string, counts: ReadonlyMap<Key, number>) =>
        [...counts].map(([value, count]) => ({ labels: { [label]: value }, value: count }))
      return metricsText([
        gauge('hookscope_info', 'Always 1; the version is its label.', [{ labels: { version }, value: 1 }]),
        counter('hookscope_deliveries_total', 'Deliveries that this process kept.', labelled('verdict', byVerdict)),
        counter('hookscope_not_kept_total', 'Deliveries that this process refused, since the database took none.', [
          { value: refused },
        ]),
        counter('hookscope_answers_total', 'What the gateway was answered.', labelled('class', byClass)),
        {
          name: 'hookscope_answer_seconds',
          help: 'From the end of a request’s header to the end of its answer.',
          type: 'histogram',
          samples: seconds.samples(),
        },
        value('hookscope_requests_in_flight', 'Requests that are not answered yet.', sources.requests()),
        value('hookscope_backlog', 'Deliveries that are kept, and neither listed nor sent on yet.', preparing),
        value('hookscope_database_up', '1 while the database keeps deliveries.', trouble?.keeps === false ? 0 : 1),
        value('hookscope_database_trouble', '1 while anything is wrong with the database.', trouble === null ? 0 : 1),
        value('hookscope_draining', '1 once this process is ending.', sources.isDraining() ? 1 : 0),
        value(
          'hookscope_public_url_up',
          '1 when the public URL led here at the last look.',
          tunnel.state === 'up' && tunnel.roundTripMs !== null ? 1 : 0,
        ),
        ...forwardFamilies(forward),
        value(
          'hookscope_leftovers',
          'Offers to send what was left unsent, which a person decides on.',
          leftovers.length,
        ),
        ...(connections === null
          ? []
          : [
              gauge('hookscope_database_connections', 'Connections of this process to the database.', [
                { labels: { state: 'used' }, value: connections.used },
                { labels: { state: 'idle' }, value: connections.idle },
              ]),
              value('hookscope_database_connections_max', 'The most there can be.', connections.most),
              value('hookscope_database_waiting', 'Statements that wait for a connection.', connections.waiting),
            ]),
        value('process_start_time_seconds', 'When this process started, since 1970.', startedAt / 1000),
        value('process_resident_memory_bytes', 'Memory of this process.', process.memoryUsage.rss()),
        counter('process_cpu_seconds_total', 'Time of processors that this process took.', [
          { value: cpuSeconds(process.cpuUsage()) },
        ]),
      ])
    },
  }
}

const states = ['up', 'down', 'unknown'] as const

function forwardFamilies(forward: ForwardStatus | null): MetricFamily[] {
  const targets = forward?.targets ?? []
  return [
    gauge(
      'hookscope_forward_targets',
      'Targets by what is known of them.',
      states.map(state => ({ labels: { state }, value: targets.filter(target => target.state === state).length })),
    ),
    value(
      'hookscope_forward_waiting',
      'Deliveries that wait to be forwarded, over all targets.',
      targets.reduce((sum, { waiting }) => sum + waiting, 0),
    ),
    value('hookscope_forward_paused', '1 while forwarding is paused.', forward?.paused === true ? 1 : 0),
  ]
}

const gauge = (name: string, help: string, samples: MetricFamily['samples']): MetricFamily => ({
  ...{ name, help, samples },
  type: 'gauge',
})
const counter = (name: string, help: string, samples: MetricFamily['samples']): MetricFamily => ({
  ...{ name, help, samples },
  type: 'counter',
})
const value = (name: string, help: string, now: number) => gauge(name, help, [{ value: now }])

const cpuSeconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6

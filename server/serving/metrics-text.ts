/** Figures as Prometheus reads them: its text format, version 0.0.4. */

interface Sample {
  /** Behind the family's name: of a histogram alone. */
  readonly suffix?: '_bucket' | '_sum' | '_count'
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** One figure, or one for each value of its labels. */
export interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly samples: readonly Sample[]
}

export const metricsType = 'text/plain; version=0.0.4; charset=utf-8'

export const metricsText = (families: readonly MetricFamily[]): string =>
  families
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(sample => `${name}${sample.suffix ?? ''}${labelText(sample.labels)} ${numberText(sample.value)}`),
      '',
    ])
    .join('\n')

function labelText(labels: Sample['labels'] = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => {
    const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    return `${name}="${escaped}"`
  })
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const numberText = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'

export interface Histogram {
  observe(value: number): void
  samples(): Sample[]
}

/** @param bounds of its buckets, ascending, without infinity */
export function openHistogram(bounds: readonly number[]): Histogram {
  const counts = new Array<number>(bounds.length + 1).fill(0)
  let sum = 0
  return {
    observe(value) {
      const at = bounds.findIndex(bound => value <= bound)
      const bucket = at < 0 ? bounds.length : at
      counts[bucket] = (counts[bucket] ?? 0) + 1
      sum += value
    },
    samples() {
      let upTo = 0
      const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, at): Sample => {
        upTo += counts[at] ?? 0
        return { suffix: '_bucket', labels: { le: numberText(bound) }, value: upTo }
      })
      return [...buckets, { suffix: '_sum', value: sum }, { suffix: '_count', value: upTo }]
    },
  }
}

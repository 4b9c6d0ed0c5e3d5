/** The strip's drawing; with its chart library a chunk of its own, loaded behind the list. */
import 'uplot/dist/uPlot.min.css'
import uPlot from 'uplot'
import type { Timeline } from '../../api.ts'

export interface Chart {
  show(timeline: Timeline | null): void
  /** Takes the theme's colours anew. */
  recolour(): void
  close(): void
}

/** A few seconds drawn as wide as the screen would look like a day; milliseconds. */
const shortestSpan = 60_000

/** From the top of a bar down: each series covers what is below it, so the largest is drawn first. */
const series = [
  { name: 'app errors', colour: '--app-fill' },
  { name: 'rejected', colour: '--bad-fill' },
  { name: 'unchecked', colour: '--neutral-fill' },
  { name: 'verified', colour: '--ok-fill' },
] as const

type Bucket = Timeline['buckets'][number]
type Verdict = keyof Bucket['failed']

/** Deliveries of these verdicts, without what the app did not take: that has a colour of its own. */
const taken = (bucket: Bucket, ...verdicts: Verdict[]) =>
  verdicts.reduce((sum, verdict) => sum + bucket[verdict] - bucket.failed[verdict], 0)

/** What the app did not take, whatever the verdict. */
const appErrors = ({ failed }: Pick<Bucket, 'failed'>) => failed.verified + failed.unchecked + failed.rejected

/** A colour of the theme as the canvas wants it: resolved. */
function colourOf(element: HTMLElement, property: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${property})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Times along the axis, as fine as the stretch needs. */
function axisFormat(span: number): Intl.DateTimeFormat {
  if (span < 10 * 60_000)
    return new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
  if (span < 36 * 3_600_000)
    return new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hour12: false })
  return new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
}

/**
 * @param element what it fills
 * @param onBrush a stretch of time was dragged across; milliseconds since 1970
 */
export function createChart(element: HTMLElement, onBrush: (from: number, to: number) => void): Chart {
  let shown: Timeline | null = null
  let colours = new Map<string, string>()
  const colour = (property: string) => colours.get(property) ?? colourOf(element, property)
  const bars = uPlot.paths.bars?.({ size: [0.86, 24], align: 1, radius: 0.15 })

  const plot = new uPlot(
    {
      width: element.clientWidth,
      height: element.clientHeight,
      ms: 1,
      padding: [4, 8, 0, 8],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 4 } },
      scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(4, max)] } },
      axes: [
        {
          stroke: () => colour('--text-muted'),
          values: (chart, splits) => {
            const { min = 0, max = 0 } = chart.scales['x'] ?? {}
            const format = axisFormat(max - min)
            return shown?.buckets.length ? splits.map(at => format.format(at)) : splits.map(() => '')
          },
          grid: { show: false },
          ticks: { show: false },
          font: '11px system-ui, sans-serif',
          size: 18,
          gap: 2,
          space: 90,
        },
        { show: false },
      ],
      series: [
        {},
        ...series.map(({ name, colour: property }) => ({
          label: name,
          fill: () => colour(property),
          width: 0,
          points: { show: false },
          ...(bars && { paths: bars }),
        })),
      ],
      hooks: {
        setSelect: [
          chart => {
            const { left, width } = chart.select
            if (width < 4) return
            onBrush(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'))
            chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          },
        ],
      },
    },
    [[], [], [], [], []],
    element,
  )

  const show = (timeline: Timeline | null) => {
    shown = timeline
    const buckets = timeline?.buckets ?? []
    plot.setData(
      [
        buckets.map(bucket => bucket.start),
        buckets.map(bucket => taken(bucket, 'verified', 'unchecked', 'rejected') + appErrors(bucket)),
        buckets.map(bucket => taken(bucket, 'verified', 'unchecked', 'rejected')),
        buckets.map(bucket => taken(bucket, 'verified', 'unchecked')),
        buckets.map(bucket => taken(bucket, 'verified')),
      ],
      false,
    )
    const first = buckets[0]?.start ?? 0
    const end = (buckets.at(-1)?.start ?? 0) + (timeline?.bucketMs ?? 1)
    plot.batch(() => {
      plot.setScale('x', { min: Math.min(first, end - shortestSpan), max: end })
      // A single delivery should not look like a flood.
      const highest = Math.max(4, ...buckets.map(bucket => bucket.verified + bucket.unchecked + bucket.rejected))
      plot.setScale('y', { min: 0, max: highest })
    })
  }
  const recolour = () => {
    colours = new Map(
      ['--text-muted', ...series.map(entry => entry.colour)].map(name => [name, colourOf(element, name)]),
    )
    plot.redraw(false, true)
  }
  const system = matchMedia('(prefers-color-scheme: dark)')
  system.addEventListener('change', recolour)
  const observer = new ResizeObserver(() => {
    plot.setSize({ width: element.clientWidth, height: element.clientHeight })
    show(shown)
  })
  observer.observe(element)
  return {
    show,
    recolour,
    close() {
      observer.disconnect()
      system.removeEventListener('change', recolour)
      plot.destroy()
    },
  }
}

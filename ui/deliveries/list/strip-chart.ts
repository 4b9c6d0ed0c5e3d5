/** The strip's drawing; with its chart library a chunk of its own, loaded behind the list. */
import 'uplot/dist/uPlot.min.css'
import uPlot from 'uplot'
import type { TimelineView } from '../../client/api.ts'
import { axisLabels, barParts, barTops, bucketLines, series } from './strip-bars.ts'
import { type Bucket, countOf } from './timeline.ts'

export interface Chart {
  show(timeline: TimelineView | null): void
  /** Takes the theme's colours anew. */
  recolour(): void
  close(): void
}

/** Fewer pixels are a click. */
const smallestDrag = 4

/** A few seconds drawn as wide as the screen would look like a day; milliseconds. */
const shortestSpan = 60_000

const isTime = (at: number | null): at is number => at !== null

function lineOf(text: string): HTMLElement {
  const line = document.createElement('div')
  line.textContent = text
  return line
}

/** A colour of the theme as the canvas wants it: resolved. */
function colourOf(element: HTMLElement, property: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${property})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Further from the edge than half a label is wide, in pixels. */
const edge = 44

/**
 * @param element what it fills
 * @param onBrush a stretch of time was dragged across, or its bar clicked; milliseconds since 1970
 */
export function createChart(element: HTMLElement, onBrush: (from: number, to: number) => void): Chart {
  let shown: TimelineView | null = null
  let colours = new Map<string, string>()
  const colour = (property: string) => colours.get(property) ?? colourOf(element, property)
  const bars = uPlot.paths.bars?.({ size: [0.86, 24], align: 1, radius: 0.15 })

  const tip = document.createElement('div')
  tip.className = 'strip-tip'
  tip.hidden = true
  element.append(tip)
  /** What stands at a place, in pixels from the left. */
  const bucketAt = (x: number): Bucket | undefined => {
    const [first] = shown?.buckets ?? []
    if (x < 0 || first === undefined || shown === null) return undefined
    return shown.buckets[Math.floor((plot.posToVal(x, 'x') - first.start) / shown.bucketMs)]
  }

  const plot = new uPlot(
    {
      width: element.clientWidth,
      height: element.clientHeight,
      ms: 1,
      padding: [4, 8, 0, 8],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: smallestDrag } },
      scales: { x: { time: true }, y: { range: () => [0, 1.04] } },
      axes: [
        {
          stroke: () => colour('--text-muted'),
          // Without those that would be cut off.
          filter: (chart, splits) =>
            splits.map(at => {
              const x = chart.valToPos(at, 'x')
              return x < edge || x > chart.over.clientWidth - edge ? null : at
            }),
          values: (_, splits, __, ___, step) => {
            const labels = axisLabels(splits.filter(isTime), step)
            return splits.map(at => (isTime(at) && shown?.buckets.length ? (labels.shift() ?? '') : ''))
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
        setCursor: [
          chart => {
            const bucket = bucketAt(chart.cursor.left ?? -1)
            tip.hidden = bucket === undefined || countOf(bucket) === 0
            if (bucket === undefined || shown === null) return
            tip.replaceChildren(...bucketLines(bucket, shown.bucketMs).map(lineOf))
            const most = element.clientWidth - tip.offsetWidth - 4
            tip.style.left = `${Math.max(4, Math.min(most, (chart.cursor.left ?? 0) + 12))}px`
          },
        ],
        setSelect: [
          chart => {
            const { left, width } = chart.select
            if (width < smallestDrag) return
            onBrush(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'))
            chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          },
        ],
      },
    },
    [[], [], [], [], []],
    element,
  )

  let pressed: number | null = null
  plot.over.addEventListener('pointerdown', event => {
    pressed = event.clientX
  })
  // A click is a drag across the one bar.
  plot.over.addEventListener('click', event => {
    const bucket = bucketAt(event.offsetX)
    const isDrag = pressed === null || Math.abs(event.clientX - pressed) >= smallestDrag
    if (isDrag || shown === null || bucket === undefined || countOf(bucket) === 0) return
    onBrush(bucket.start, bucket.start + shown.bucketMs)
  })

  const show = (timeline: TimelineView | null) => {
    shown = timeline
    const buckets = timeline?.buckets ?? []
    // A single delivery should not look like a flood.
    const highest = Math.max(4, ...buckets.map(countOf))
    const tops = buckets.map(bucket => barTops(barParts(bucket), highest))
    plot.setData(
      [buckets.map(bucket => bucket.start), ...[3, 2, 1, 0].map(part => tops.map(top => top[part] ?? 0))],
      false,
    )
    const first = buckets[0]?.start ?? 0
    const end = (buckets.at(-1)?.start ?? 0) + (timeline?.bucketMs ?? 1)
    plot.batch(() => {
      plot.setScale('x', { min: Math.min(first, end - shortestSpan), max: end })
      plot.setScale('y', { min: 0, max: 1 })
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
      tip.remove()
    },
  }
}

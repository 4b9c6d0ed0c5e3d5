import './strip.css'
import { useEffect, useRef } from 'preact/hooks'
import { replaceFields, timeFields, timeTerm } from '../../models/filters.ts'
import { queryText, setParams } from '../../models/route.ts'
import { theme } from '../../models/theme.ts'
import { countText, exactTime } from '../../models/time.ts'
import { startTimeline, timeline } from '../../models/timeline.ts'
import type { Chart } from './strip-chart.ts'

/** Deliveries over time, stacked by verdict and by what the app did not take. Drag across it to see that time alone; the menu of times does it by keyboard. */
export function Strip() {
  const box = useRef<HTMLDivElement>(null)
  useEffect(startTimeline, [])
  useEffect(() => {
    const element = box.current
    if (!element) return
    let chart: Chart | null = null
    let closed = false
    const stops: (() => void)[] = []
    void import('./strip-chart.ts').then(({ createChart }) => {
      if (closed) return
      chart = createChart(element, (from, to) =>
        setParams({ q: replaceFields(queryText.peek(), timeFields, timeTerm(from, to)) }, false),
      )
      stops.push(
        timeline.subscribe(next => chart?.show(next)),
        theme.subscribe(() => chart?.recolour()),
      )
    })
    return () => {
      closed = true
      for (const stop of stops) stop()
      chart?.close()
    }
  }, [])
  return (
    <div class="strip">
      <div ref={box} class="strip-chart" role="img" aria-label={stripText()} />
    </div>
  )
}

function stripText(): string {
  const shown = timeline.value
  if (!shown || shown.buckets.length === 0) return 'Deliveries over time: none'
  const sum = { verified: 0, unchecked: 0, rejected: 0, failed: 0 }
  for (const bucket of shown.buckets) {
    sum.verified += bucket.verified
    sum.unchecked += bucket.unchecked
    sum.rejected += bucket.rejected
    sum.failed += bucket.failed.verified + bucket.failed.unchecked + bucket.failed.rejected
  }
  const [from, to] = [shown.from, shown.to].map(at => exactTime(new Date(at).toISOString()))
  return `Deliveries from ${from} to ${to}: ${countText(sum.verified)} verified, ${countText(sum.unchecked)} unchecked, ${countText(sum.rejected)} rejected; ${countText(sum.failed)} ${sum.failed === 1 ? 'app error' : 'app errors'}`
}

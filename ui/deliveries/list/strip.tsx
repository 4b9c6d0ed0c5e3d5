import { useEffect, useRef } from 'preact/hooks'
import { spanText } from '../../../core/text/duration.ts'
import { queryText, setParams } from '../../app/route.ts'
import { Button } from '../../kit/button.tsx'
import { countText } from '../../kit/count.ts'
import { theme } from '../../kit/theme.ts'
import { exactTime } from '../../kit/time.ts'
import { replaceFields, timeFields, timeTerm, valuesOf } from './filters.ts'
import type { Chart } from './strip-chart.ts'
import { appErrors, countOf, startTimeline, timeline } from './timeline.ts'

/**
 * Deliveries over time, stacked by verdict and by what the app did not take. Click a bar or drag across some to see that time
 * alone, drawn as wide as the strip; the menu of times does it by keyboard.
 */
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
      <StripNotes />
    </div>
  )
}

/** How high the highest bar is, which the others are measured by, and the way back to all time. */
function StripNotes() {
  const shown = timeline.value
  const zoomed = valuesOf(queryText.value, timeFields).length > 0
  const highest = Math.max(0, ...(shown?.buckets ?? []).map(countOf))
  return (
    <div class="line strip-notes">
      {shown && highest > 0 ? (
        <span
          class="strip-peak"
          title="A bar grows with the square root of its count, so that small ones are seen beside large ones"
        >
          highest: {countText(highest)} in {spanText(shown.bucketMs)}
        </span>
      ) : null}
      {shown?.estimated ? (
        <span class="strip-peak" role="status" title="The bars are an estimate until every delivery is counted">
          estimate, counting…
        </span>
      ) : null}
      {zoomed ? (
        <Button small onClick={() => setParams({ q: replaceFields(queryText.peek(), timeFields, null) }, false)}>
          Show all time
        </Button>
      ) : null}
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
    sum.failed += appErrors(bucket)
  }
  const [from, to] = [shown.from, shown.to].map(at => exactTime(new Date(at).toISOString()))
  return `Deliveries from ${from} to ${to}: ${countText(sum.verified)} verified, ${countText(sum.unchecked)} unchecked, ${countText(sum.rejected)} rejected; ${countText(sum.failed)} ${sum.failed === 1 ? 'app error' : 'app errors'}`
}

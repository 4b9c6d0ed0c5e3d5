import type { HookView } from '../../core/hooks/hook.ts'
import { linkTo } from '../app/route.ts'
import { exactTime, now, relativeTime } from '../kit/time.ts'
import { type HookHealth, health, shareText, totalsOf } from './health.ts'

/** The last delivery of a hook, and how the last 24 hours went. Nothing until it has come. */
export function HookHealthLine({ hook }: { hook: HookView }) {
  const known = health.value.get(hook.id)
  if (!known) return <p class="hook-health muted">&nbsp;</p>
  const { last } = known
  if (last === null) return <p class="hook-health muted">No delivery yet</p>
  return (
    <p class="hook-health">
      <span>
        <span class="muted">Last delivery </span>
        <a href={linkTo({ view: 'deliveries', delivery: last.id })} title={exactTime(last.receivedAt)}>
          {relativeTime(last.receivedAt, now.value)}
        </a>
        <span class={`hook-verdict-${last.verdict}`}>, {last.verdict}</span>
      </span>
      <Sparkline of={known} />
      <span>
        {shareText(known)}
        <span class="muted"> in 24 h</span>
      </span>
    </p>
  )
}

const [width, height] = [5, 22]

/** A bar an hour, stacked by verdict. */
function Sparkline({ of }: { of: HookHealth }) {
  const { all, rejected } = totalsOf(of)
  const most = Math.max(1, ...of.hours.map(counts => counts.verified + counts.rejected + counts.unchecked))
  // A single one beside thousands still shows.
  const tall = (count: number) => (count === 0 ? 0 : Math.max(2, (count / most) * height))
  return (
    <svg
      class="hook-sparkline"
      role="img"
      aria-label={`${all} in the last 24 hours, ${rejected} of them rejected`}
      viewBox={`0 0 ${of.hours.length * width} ${height}`}
    >
      {of.hours.map((counts, place) => (
        <g key={`${place}`} transform={`translate(${place * width} 0)`}>
          <rect class="hook-bar-none" y={height - 1} width={width - 1} height={1} />
          {stacked(counts, tall).map(({ kind, y, size }) => (
            <rect key={kind} class={`hook-bar-${kind}`} y={y} width={width - 1} height={size} />
          ))}
        </g>
      ))}
    </svg>
  )
}

const kinds = ['verified', 'unchecked', 'rejected'] as const

/** From the bottom up. */
function stacked(counts: HookHealth['hours'][number], tall: (count: number) => number) {
  let top = height
  return kinds.map(kind => {
    const size = Math.min(top, tall(counts[kind]))
    top -= size
    return { kind, y: top, size }
  })
}

/** Which ways can be taken while hookscope runs. */
import type { TunnelChoiceWay } from '../../core/api/tunnel.ts'
import type { PlainTunnel } from './choose.ts'
import type { Readiness, TunnelSettings } from './readiness.ts'

/** Where a listener stands. */
export interface Standing {
  /** What hookscope was started with: its name means it with the options that were given for it. */
  readonly started: PlainTunnel
  readonly settings: TunnelSettings
  readonly current: PlainTunnel
}

/** Those that need their name alone, and the one that hookscope was started with; in the order of preference. */
export function choiceOf(
  readiness: readonly Readiness[],
  { started, settings, current }: Standing,
): readonly TunnelChoiceWay[] {
  const { tunnelHost, tunnelNamed, publicUrl } = settings
  const named = readiness.flatMap(({ way, ready, note }): TunnelChoiceWay[] => {
    const { name, stable, limits } = way
    const isStarted = name === started
    // ssh always needs options, cloudflared for a tunnel of one's own account.
    const needsOptions = isStarted && (name === 'ssh' || tunnelNamed !== null)
    if ((way.command === `--tunnel ${name}`) === needsOptions) return []
    const isOwnServer = isStarted && name === 'localtunnel' && tunnelHost !== null && URL.canParse(tunnelHost)
    const seenBy = isOwnServer ? new URL(tunnelHost).host : way.seenBy
    return [{ name, seenBy, stable, limits, ready, note, current: name === current }]
  })
  if (started !== 'none' || publicUrl === null) return named
  const own: TunnelChoiceWay = {
    ...{ name: 'none', seenBy: 'whoever runs that address', stable: 'yes', limits: 'none of hookscope' },
    ...{ ready: true, note: publicUrl, current: current === 'none' },
  }
  return [own, ...named]
}

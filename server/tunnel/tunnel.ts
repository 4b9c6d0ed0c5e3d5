/** The way from the public internet to the receiver: opened, watched and mended while hookscope runs. */
import { cloudflared } from './cloudflared.ts'
import { localtunnel } from './localtunnel.ts'
import { ownUrl } from './own-url.ts'
import type { IssuedProbe } from './probe.ts'
import type { Provider } from './provider.ts'
import type { Tunnel } from './supervisor.ts'
import { supervise } from './supervisor.ts'

export type { Tunnel } from './supervisor.ts'

/** Who provides the public URL. */
export type TunnelProvider = 'localtunnel' | 'cloudflared' | 'none'

/** How patient the supervision is; all in milliseconds. */
interface Pace {
  /** Time-out of asking the tunnel server for a name; cloudflared gets three times as long to start. */
  readonly askMs: number
  /** Between two probes of a tunnel that is up; each wait differs by up to a third. */
  readonly probeEveryMs: number
  readonly probeTimeoutMs: number
  /** Before a fresh cloudflared URL is first asked for: its name has to get around. */
  readonly settleMs: number
  /** Waits after the first, second, … failure, each up to a quarter longer; the last one repeats. */
  readonly backoffMs: readonly number[]
}

/** What a tunnel is opened with. */
export interface TunnelOptions {
  readonly provider: TunnelProvider
  /** The localtunnel server's base URL; null takes the public one. */
  readonly host: string | null
  /** The name asked for; localtunnel only. */
  readonly subdomain: string | null
  /** The name that was given in the last session; asked for when no other is, and given up when it cannot be had. */
  readonly keptSubdomain?: string | null
  /** Hosts beside the tunnel server's own that its URLs and relays may lie at. Default: none. */
  readonly domains?: readonly string[]
  /** The user's own URL, which needs no provider. */
  readonly publicUrl: string | null
  /** The receiver's port. */
  readonly port: number
  /** A path at the receiver that answers once: how the tunnel proves itself. */
  issueProbe(): IssuedProbe
  /** The public base URL of the last session, which the merchant console may still have. */
  readonly previousUrl: string | null
  /** Takes lines for people that the status does not say. */
  log(line: string): void
  readonly pace?: Partial<Pace>
  /** Hears the name that the tunnel server gave, to be kept for the next session. */
  onSubdomain?(name: string): void
  /** The environment of the programs that are started, PATH included; hookscope's own when absent. */
  readonly environment?: NodeJS.ProcessEnv
}

const publicHost = 'https://localtunnel.me'

const usualPace: Pace = {
  askMs: 10_000,
  probeEveryMs: 45_000,
  probeTimeoutMs: 10_000,
  settleMs: 3000,
  backoffMs: [1500, 3000, 6000, 12_000, 25_000],
}

/** Returns at once; what becomes of it is told by the status, and nothing that goes wrong is thrown. */
export function openTunnel(options: TunnelOptions): Tunnel {
  const pace: Pace = { ...usualPace, ...options.pace }
  const provider = providerOf(options, pace)
  if (provider === null) return noTunnel
  const { trusted, settleMs, patience } = provider
  const { probeEveryMs, backoffMs } = pace
  const tunnel = supervise(provider, {
    manner: { trusted, settleMs, patience, probeEveryMs, backoffMs },
    probeTimeoutMs: pace.probeTimeoutMs,
    previousUrl: options.previousUrl?.replace(/\/+$/, '') ?? null,
    issueProbe: options.issueProbe,
  })
  if (options.publicUrl === null) adviseOnce(tunnel, options)
  return tunnel
}

const noTunnel: Tunnel = {
  status: () => ({ state: 'off' }),
  onChange: () => () => {},
  close: async () => {},
}

function providerOf(options: TunnelOptions, { askMs, settleMs, backoffMs }: Pace): Provider | null {
  if (options.publicUrl !== null) return ownUrl(options.publicUrl)
  switch (options.provider) {
    case 'none':
      return null
    case 'cloudflared':
      // A program has to start and to connect first: it gets more time than a server that only answers.
      return cloudflared({
        port: options.port,
        askMs: askMs * 3,
        settleMs,
        environment: options.environment ?? process.env,
      })
    case 'localtunnel':
      return localtunnel({
        host: (options.host ?? publicHost).replace(/\/+$/, ''),
        subdomain: options.subdomain ?? options.keptSubdomain ?? null,
        isChosen: options.subdomain !== null,
        allowed: options.domains ?? [],
        port: options.port,
        askMs,
        askAgainMs: backoffMs[0] ?? 0,
        onSubdomain: name => options.onSubdomain?.(name),
      })
  }
}

/** The first time that it cannot be had, says what works meanwhile. */
function adviseOnce(tunnel: Tunnel, options: TunnelOptions): void {
  const other = options.provider === 'cloudflared' ? '--tunnel localtunnel' : '--tunnel cloudflared'
  const unsubscribe = tunnel.onChange(status => {
    if (status.state !== 'retrying') return
    unsubscribe()
    options.log(
      `Meanwhile the receiver works on this machine, and hookscope retries the tunnel. ` +
        `Alternatives: ${other}, or --public-url with a URL of your own.`,
    )
  })
}

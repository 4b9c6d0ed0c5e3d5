/** The way from the public internet to the receiver: opened, watched and mended while hookscope runs. */
import type { TunnelOffer } from '../../core/api/tunnel.ts'
import { type SshPlace, sshPlaceOf } from '../../core/tunnels/ssh-place.ts'
import type { TunnelWay } from '../../core/tunnels/ways.ts'
import type { ChildNotes } from '../lib/children.ts'
import type { PlainTunnel } from './choose.ts'
import { cloudflared, type NamedTunnel } from './cloudflared.ts'
import { localhostRun } from './localhost-run.ts'
import { localtunnel } from './localtunnel.ts'
import { ngrok } from './ngrok.ts'
import { noTunnel } from './no-tunnel.ts'
import { withOffers } from './offers.ts'
import { ownUrl } from './own-url.ts'
import { pinggy } from './pinggy.ts'
import type { IssuedProbe } from './probe.ts'
import type { Opening, Provider } from './provider.ts'
import { srvUs } from './srv-us.ts'
import { ssh } from './ssh.ts'
import { type SshService, sshService } from './ssh-service.ts'
import type { Tunnel } from './supervisor.ts'
import { supervise } from './supervisor.ts'
import { tailscale } from './tailscale.ts'

export type { Tunnel } from './supervisor.ts'

/** How patient the supervision is; all in milliseconds. */
interface Pace {
  /** Time-out of asking the tunnel server for a name; a program gets three times as long to start. */
  readonly askMs: number
  /** Between two probes of a tunnel that is up; each wait differs by up to a third. */
  readonly probeEveryMs: number
  readonly probeTimeoutMs: number
  /** Before a fresh cloudflared URL is first asked for: its name has to get around. */
  readonly settleMs: number
  /** Before a fresh forward of an SSH server is first asked for. */
  readonly forwardMs: number
  /** Between two signs of life that ssh asks its server for; two that stay out end the session. Whole seconds. */
  readonly aliveMs: number
  /** Waits after the first, second, … failure, each up to a quarter longer; the last one repeats. */
  readonly backoffMs: readonly number[]
}

/** What a tunnel is opened with. */
export interface TunnelOptions {
  /** Who provides the public URL. */
  readonly provider: PlainTunnel
  /** The localtunnel server's base URL, or the SSH server as `user@host:port`; null takes the public one. */
  readonly host: string | null
  /** Address and port that an SSH server of the user's own listens at, as `127.0.0.1:4780`. */
  readonly remote?: string
  /** A tunnel of the user's Cloudflare account; null or absent: a quick one. */
  readonly named?: NamedTunnel['by'] | null
  /** The name asked for; localtunnel only. */
  readonly subdomain: string | null
  /** The name that was given in the last run; asked for when no other is, and given up when it cannot be had. */
  readonly keptSubdomain?: string | null
  /** Hosts beside the tunnel server's own that its URLs and relays may lie at. Default: none. */
  readonly domains?: readonly string[]
  /** The user's own URL, which needs no provider or leads to what the provider opens. */
  readonly publicUrl: string | null
  /** The receiver's port. */
  readonly port: number
  /** A path at the receiver that answers once: how the tunnel proves itself. */
  issueProbe(): IssuedProbe
  /** The public base URL of the last run, which the merchant console may still have. */
  readonly previousUrl: string | null
  /** Takes lines for people that the status does not say. */
  log(line: string): void
  readonly pace?: Partial<Pace>
  /** Hears the name that the tunnel server gave, to be kept for the next run. */
  onSubdomain?(name: string): void
  /** The environment of the programs that are started, PATH included; hookscope's own when absent. */
  readonly environment?: NodeJS.ProcessEnv
  /** hookscope's data folder, which has its SSH key. */
  readonly folder?: string
  /** Tells the tunnels of several databases with one SSH key apart, from 1. Default: 1. */
  readonly number?: number
  /** Where programs that run are noted; those that an earlier run left are ended first. */
  readonly children?: ChildNotes & { endLeftOver(): Promise<unknown> }
  /** Another way that is ready here, to be offered when this one fails repeatedly; null: none. */
  nextWay?(): Promise<TunnelOffer | null>
  /** Where a service that is reached by ssh is, instead of its public address. */
  readonly serviceAt?: { readonly place: SshPlace; readonly remote: string }
}

const publicHost = 'https://localtunnel.me'

const usualPace: Pace = {
  askMs: 10_000,
  probeEveryMs: 45_000,
  probeTimeoutMs: 10_000,
  settleMs: 3000,
  forwardMs: 300,
  aliveMs: 10_000,
  backoffMs: [1500, 3000, 6000, 12_000, 25_000],
}

/** Returns at once; what becomes of it is told by the status, and nothing that goes wrong is thrown. */
export function openTunnel(options: TunnelOptions): Tunnel {
  const pace: Pace = { ...usualPace, ...options.pace }
  const provider = providerOf(options, pace)
  if (provider === null) return noTunnel
  const { trusted, settleMs, patience } = provider
  const { probeEveryMs, backoffMs } = pace
  const tunnel = supervise(afterLeftOver(provider, options), {
    manner: { trusted, settleMs, patience, probeEveryMs, backoffMs },
    probeTimeoutMs: pace.probeTimeoutMs,
    previousUrl: options.previousUrl?.replace(/\/+$/, '') ?? null,
    issueProbe: options.issueProbe,
  })
  // What leads to a URL of one's own is not hookscope's to replace.
  if (options.publicUrl !== null && !isCarried(options)) return tunnel
  adviseOnce(tunnel, options)
  return options.nextWay === undefined ? tunnel : withOffers(tunnel, options.nextWay)
}

/** A program that an earlier run left may hold the port or the name that is asked for. */
function afterLeftOver(provider: Provider, { children }: TunnelOptions): Provider {
  const ended = children?.endLeftOver() ?? Promise.resolve()
  return {
    ...provider,
    async open(signal, events) {
      await ended
      return provider.open(signal, events)
    },
  }
}

const services: Partial<Record<TunnelWay, SshService>> = { 'srv.us': srvUs, 'localhost.run': localhostRun, pinggy }
const noNotes: ChildNotes = { started: () => {}, ended: () => {} }

function providerOf(options: TunnelOptions, pace: Pace): Provider | null {
  const { port, publicUrl, provider } = options
  if (publicUrl !== null && !isCarried(options)) return ownUrl(publicUrl)
  const { askMs, settleMs, backoffMs } = pace
  const known = { port, environment: options.environment ?? process.env, children: options.children ?? noNotes }
  // A program has to start and to connect first: it gets more time than a server that only answers.
  const startMs = askMs * 3
  switch (provider) {
    case 'none':
      return null
    case 'cloudflared': {
      const by = options.named ?? null
      const named = by === null || publicUrl === null ? null : { by, publicUrl }
      return cloudflared({ ...known, askMs: startMs, settleMs, named })
    }
    case 'ngrok':
      return ngrok({ ...known, askMs: startMs, publicUrl })
    case 'tailscale':
      return tailscale({ ...known, askMs: startMs })
    case 'ssh':
      return ownServer(options, pace, known)
    case 'srv.us':
    case 'localhost.run':
    case 'pinggy': {
      const service = services[provider]
      if (service === undefined) return null
      const { number = 1, folder = '', serviceAt } = options
      const at = serviceAt === undefined ? {} : { at: serviceAt }
      return sshService(service, { ...known, ...at, number, folder, pace: { ...sshPace(pace), settleMs: 0 } })
    }
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

const sshPace = ({ askMs, forwardMs, aliveMs }: Pace) => ({
  askMs,
  settleMs: forwardMs,
  aliveSeconds: Math.max(1, Math.round(aliveMs / 1000)),
})

/** Whether the public URL leads to what the provider opens; else it leads here by itself. */
const isCarried = ({ provider, named = null }: Pick<TunnelOptions, 'provider' | 'named'>) =>
  provider === 'ssh' || provider === 'ngrok' || (provider === 'cloudflared' && named !== null)

type Known = Pick<Parameters<typeof ssh>[0], 'port' | 'environment' | 'children'>

/** A server of the user's own, whose proxy leads from the public URL to the forward. */
function ownServer({ host, publicUrl, remote, folder = '' }: TunnelOptions, pace: Pace, known: Known): Provider {
  const place = sshPlaceOf(host ?? '')
  if (place === null || publicUrl === null)
    return hopeless(
      'A tunnel through an SSH server of your own needs the server and the URL that leads to it.',
      'Give both: --tunnel ssh --tunnel-host user@host --public-url https://HOST',
    )
  const at = remote ?? '127.0.0.1:4780'
  const [, address = '127.0.0.1', port = ''] = /^(?:(.+):)?(\d+)$/.exec(at) ?? []
  const permitted = `restrict,port-forwarding,permitlisten="${address}:${port}"`
  return ssh({
    ...known,
    place,
    remote: `${address}:${port}`,
    fixedPort: true,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    command: [],
    read: () => null,
    keyHint: key =>
      `Add this line to ~/.ssh/authorized_keys of that user on ${place.host}, and start hookscope again: ${permitted} ${key} hookscope`,
    folder,
    pace: sshPace(pace),
  })
}

function hopeless(reason: string, hint: string): Provider {
  const opening: Opening = { kind: 'hopeless', reason, hint }
  return { trusted: false, settleMs: 0, patience: 1, open: async () => opening }
}

/** The first time that it cannot be had, says what works meanwhile. */
function adviseOnce(tunnel: Tunnel, { log }: TunnelOptions): void {
  const unsubscribe = tunnel.onChange(status => {
    if (status.state !== 'retrying' && status.state !== 'down') return
    unsubscribe()
    const tries = status.state === 'retrying' ? ', and hookscope retries the tunnel' : ''
    log(
      `Meanwhile the receiver works on this machine${tries}. Other ways: hookscope tunnels, or a URL of your own with --public-url.`,
    )
  })
}

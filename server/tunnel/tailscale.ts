/** Tailscale's Funnel: this machine's name in the user's tailnet, open to the internet while the program runs. */
import type { ChildNotes } from '../lib/children.ts'
import { openProgram, type ProgramLine } from './program.ts'
import type { Opening, Provider } from './provider.ts'
import { quoted } from './wire.ts'

/** What tailscale is started with. */
export interface TailscaleOptions {
  /** The receiver's port on 127.0.0.1. */
  readonly port: number
  readonly askMs: number
  readonly environment: NodeJS.ProcessEnv
  readonly children: ChildNotes
}

const whereFrom = 'Get it from https://tailscale.com/download and sign in, or choose another way: hookscope tunnels'

/** Starts `tailscale funnel PORT`, and again when it ended. */
export function tailscale({ port, askMs, environment, children }: TailscaleOptions): Provider {
  return {
    trusted: false,
    settleMs: 0,
    patience: 4,
    open: (signal, events) =>
      openProgram(
        {
          name: 'tailscale',
          args: ['funnel', String(port)],
          environment,
          askMs,
          url: null,
          saysReady: false,
          whereFrom,
          read: openTailscaleReader(),
          explain: said => (said === null ? null : explainTailscale(said, null)),
          children,
        },
        signal,
        events,
      ),
  }
}

/**
 * Reads its lines in order: a URL counts below “Available on the internet:” alone, since the same is printed for the tailnet.
 * As 1.58 to 1.90 print it: cmd/tailscale/cli/serve_v2.go and serve_legacy.go of github.com/tailscale/tailscale.
 */
export function openTailscaleReader(): (line: string) => ProgramLine {
  let isPublic = false
  let wantsEnabling: string | null = null
  return line => {
    if (/^Available (?:on the internet|within your tailnet)/.test(line)) isPublic = /internet/.test(line)
    const url = /^\s*(https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*\.ts\.net(?::\d+)?)\/?\s*$/.exec(line)?.[1]
    if (isPublic && url !== undefined) return { kind: 'url', url }
    if (/not enabled on your tailnet/.test(line)) wantsEnabling = line
    const link = /^\s*(https:\/\/login\.tailscale\.com\/\S+)\s*$/.exec(line)?.[1]
    // It then waits until somebody has been there.
    if (wantsEnabling !== null && link !== undefined)
      return {
        kind: 'over',
        opening: explainTailscale(wantsEnabling, quoted(link)) ?? { kind: 'failed', reason: line },
      }
    return /not available|denied|failed|error|already exists|stopped|logged out|needs login|not logged in/i.test(line)
      ? { kind: 'error', message: quoted(line) }
      : null
  }
}

/** What an end means; null where it says so itself. @param link where it can be allowed, when it told one */
export function explainTailscale(
  said: string,
  link: string | null,
): Exclude<Opening, { readonly kind: 'open' }> | null {
  if (/Funnel|HTTPS must be enabled/i.test(said) && /not (?:available|enabled)|must be enabled/i.test(said))
    return {
      kind: 'hopeless',
      reason: `Funnel is not allowed in your tailnet (“${quoted(said)}”).`,
      hint: `Allow it, and HTTPS, at ${link ?? 'https://tailscale.com/s/no-funnel'}, and start hookscope again.`,
    }
  if (/denied/i.test(said))
    return {
      kind: 'hopeless',
      reason: 'This user may not change what Tailscale serves.',
      hint: 'Run once: sudo tailscale set --operator=$USER',
    }
  if (/logged out|needs login|not logged in|stopped/i.test(said))
    return { kind: 'hopeless', reason: 'Tailscale is not connected on this machine.', hint: 'Run: tailscale up' }
  if (/tailscaled/.test(said)) return { kind: 'failed', reason: 'The Tailscale service does not run on this machine.' }
  if (/already exists/.test(said))
    return { kind: 'failed', reason: 'Funnel is in use by another program on this machine: tailscale funnel status' }
  return null
}

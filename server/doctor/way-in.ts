/** The way in from the internet: the tunnels, and the public URL as it is found and led here. */
import { lookup } from 'node:dns/promises'
import type { Status } from '../../core/api/messages.ts'
import type { TunnelOffer } from '../../core/api/tunnel.ts'
import type { DoctorLine } from '../../core/doctor/doctor.ts'
import { isLoopback } from '../../core/http/loopback.ts'
import { sinceText } from '../../core/text/duration.ts'
import { offerSentence } from '../../core/tunnels/taking.ts'
import { proxyNameFor } from '../proxy/proxy-for.ts'
import { readinessOf, type TunnelSettings } from '../tunnel/readiness.ts'
import { type Examined, type Found, fail, line, ok, restart, untried, warn } from './line.ts'

/** A probe that came through longer ago than this says nothing about now; the supervision asks every 60 s at most. */
const probeFreshMs = 120_000

/** Of each way, whether it is set up here; none is opened for it. */
export async function wayLines(
  settings: TunnelSettings,
  environment: NodeJS.ProcessEnv,
): Promise<Promise<DoctorLine>[]> {
  const seen = new Set<string>()
  const ready = await readinessOf({ settings, environment })
  return ready.map(async ({ way, ready: isReady, note }) => {
    const id = `tunnel.${way.name}${seen.has(way.name) ? '.quick' : ''}`
    seen.add(way.name)
    const title = `Tunnel ${way.name}${way.name === 'cloudflared' && way.account === null ? ', without account' : ''}`
    // That it is set up is not that it works: that is the public URL's line.
    return line(id, title, untried(`${isReady ? 'Set up' : 'Not set up'}: ${note}.`))
  })
}

/** The public URL, where there is one. */
function publicUrlOf({ tunnel }: Status): URL | null {
  const url = tunnel.state === 'off' || tunnel.state === 'starting' ? null : tunnel.url
  return url === null ? null : new URL(url)
}

export async function dnsLine({ isListening }: Examined, status: Status): Promise<Found> {
  const url = publicUrlOf(status)
  if (url === null) return untried('There is no public URL.', isListening ? null : restart)
  if (isLoopback(url.hostname)) return untried(`${url.hostname} is this machine.`)
  const proxy = await proxyNameFor(url)
  if (proxy !== null) return untried(`The proxy ${proxy} looks ${url.hostname} up.`)
  try {
    const found = await lookup(url.hostname, { all: true })
    return ok(`${url.hostname} is ${found.map(({ address }) => address).join(', ')}.`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer'
    return fail(
      `${url.hostname} cannot be found (${code}).`,
      'Look whether this machine is online, and at its DNS servers.',
    )
  }
}

const otherWay = (offer: TunnelOffer | undefined) =>
  offer === undefined ? 'Other ways: hookscope tunnels' : offerSentence(offer)

/** The proxy that the public URL is asked through. */
export async function publicProxy(status: Status): Promise<string | null> {
  const url = publicUrlOf(status)
  return url && proxyNameFor(url)
}

export function publicLine({ isListening }: Examined, { tunnel }: Status, now: number): Found {
  switch (tunnel.state) {
    case 'off':
      return isListening
        ? warn(
            `${tunnel.declined ? 'No tunnel was wanted at the start' : 'hookscope was started without a tunnel'}: the gateway cannot reach this machine.`,
            'Open one in Settings > Tunnel, or press t in its terminal.',
          )
        : untried('No tunnel is open.', restart)
    case 'starting':
      return untried('The tunnel is opening.', 'Run hookscope doctor again in a moment.')
    case 'retrying':
      return fail(tunnel.reason, `hookscope keeps trying. ${otherWay(tunnel.offer)}`)
    case 'down':
      return fail(tunnel.reason, `${tunnel.hint} ${otherWay(tunnel.offer)}`)
    case 'up': {
      const reachedMs = tunnel.reachedAt === undefined ? null : now - Date.parse(tunnel.reachedAt)
      if (reachedMs === null || tunnel.roundTripMs === null)
        return untried(`${tunnel.url} was not asked yet.`, 'Run hookscope doctor again in a moment.')
      if (reachedMs > probeFreshMs)
        return warn(
          `${tunnel.url} led here ${sinceText(reachedMs)}, and was not asked since.`,
          'Run hookscope doctor again in a moment.',
        )
      const reached = `${tunnel.url} led here ${sinceText(reachedMs) ?? 'just now'}, in ${tunnel.roundTripMs} ms.`
      if (tunnel.changedFrom !== null)
        return warn(
          `${reached} The console may still have ${tunnel.changedFrom}.`,
          'Replace Hook URL in the console, and choose Save Changes.',
        )
      return tunnel.url.startsWith('https:')
        ? ok(reached)
        : warn(`${reached} It is not https.`, 'The console takes an https address alone.')
    }
  }
}

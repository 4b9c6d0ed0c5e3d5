/** The wire: name, address, certificate, TLS, and what answers give away. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { connect, type SecureVersion } from 'node:tls'
import { howItEnded } from '../../../core/check/exchange.ts'
import type { Conclusion, Exchange } from '../../../core/check/finding.ts'
import { isLoopback } from '../../../core/http/loopback.ts'
import { dayMs } from '../../../core/text/duration.ts'
import { type CertificateFault, type CertificateLook, inspectCertificate } from '../../hooks/certificate.ts'
import { wayTo } from '../../proxy/way.ts'
import { addressClass } from '../../sender/address-guard.ts'
import { nameLeftToProxy, tlsLeftToProxy, wireLeftToProxy } from '../behind-proxy.ts'
import type { Endpoint } from '../endpoint.ts'
import { conclude, type ProbeRun } from '../probe.ts'
import type { AnswerWatch } from '../watch.ts'

const onThisMachine = conclude('skipped', 'It is on this machine: there is nothing to test yet.')
const notHttps = conclude('skipped', 'It is not https.')

const hostOf = ({ url }: Endpoint) => url.hostname.replace(/^\[|\]$/g, '')

/** A probe that sends no event. */
const looking = (run: ProbeRun['run']): ProbeRun => ({ requests: () => 0, run })

/** The addresses of the host; empty when it has none. */
async function addressesOf(endpoint: Endpoint): Promise<string[]> {
  const host = hostOf(endpoint)
  if (isIP(host) !== 0) return [host]
  return (await lookup(host, { all: true }).catch(() => [])).map(({ address }) => address)
}

/** A proxy that opens TLS speaks it in the endpoint's place: only a certificate of a public authority says that it does not. */
async function hiddenByProxy(endpoint: Endpoint): Promise<Conclusion | null> {
  const left = await tlsLeftToProxy(endpoint)
  return left === null || (await lookAt(endpoint)).kind === 'accepted' ? null : left
}

/** One look at the certificate serves three questions. */
const looks = new WeakMap<Endpoint, Promise<CertificateLook>>()
function lookAt(endpoint: Endpoint): Promise<CertificateLook> {
  const known = looks.get(endpoint)
  if (known !== undefined) return known
  const { trust, limits } = endpoint
  const look = inspectCertificate(endpoint.url, {
    timeoutMs: limits.connectMs,
    ...(trust !== null && { authorities: trust }),
  })
  looks.set(endpoint, look)
  return look
}

/** A question about the certificate. @param faults those that answer it with no */
function certificate(
  faults: readonly CertificateFault[],
  good: (look: Extract<CertificateLook, { kind: 'accepted' }>, limits: Endpoint['limits']) => Conclusion,
): ProbeRun {
  return looking(async endpoint => {
    if (endpoint.url.protocol !== 'https:') return notHttps
    const look = await lookAt(endpoint)
    switch (look.kind) {
      case 'accepted':
        return good(look, endpoint.limits)
      case 'unreachable':
        return look.hidden
          ? conclude('unknown', `What the gateway would see is not known: ${look.problem}.`)
          : conclude('unknown', `Its certificate could not be read: ${look.problem}.`)
      case 'refused':
        return faults.includes(look.fault)
          ? conclude('fail', `The gateway would refuse it: ${look.problem}.`)
          : conclude('unknown', `Something else is wrong with it: ${look.problem}.`)
    }
  })
}

/** Codes of a connection that was never made: what is spoken there stays open. */
const unreached = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']

/** Whether a handshake with exactly these versions works; null when it cannot be found out. */
async function speaks(
  endpoint: Endpoint,
  minVersion: SecureVersion,
  maxVersion: SecureVersion,
): Promise<boolean | null> {
  const host = hostOf(endpoint)
  const way = await wayTo(endpoint.url, endpoint.limits.connectMs).catch(() => null)
  if (way === null) return null
  return new Promise(resolve => {
    const socket = connect({
      ...way.options,
      ...(isIP(host) === 0 && { servername: host }),
      minVersion,
      maxVersion,
      // Only what is spoken is asked here; nothing is sent.
      rejectUnauthorized: false,
      // OpenSSL does not offer the old versions by itself any more.
      ...(maxVersion === 'TLSv1.1' && { ciphers: 'DEFAULT@SECLEVEL=0' }),
    })
    const timer = setTimeout(() => end(null), endpoint.limits.connectMs)
    const end = (spoken: boolean | null) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(spoken)
    }
    socket.on('secureConnect', () => end(true))
    // A proxy that lets go of a connection says nothing of what is spoken behind it.
    const isCutOff = (code: string) => unreached.includes(code) || (way.proxy !== null && !code.startsWith('ERR_SSL'))
    socket.on('error', error => end('code' in error && isCutOff(String(error.code)) ? null : false))
    socket.on('close', () => end(way.proxy === null ? false : null))
  })
}

/** A question about the endpoint's own TLS. */
const overTls = (run: ProbeRun['run']): ProbeRun =>
  looking(async endpoint =>
    endpoint.url.protocol === 'https:' ? ((await hiddenByProxy(endpoint)) ?? run(endpoint)) : notHttps,
  )

/** Asked with an event of its own: the ways past it have been judged before anything was sent. */
function plain(good: string, judge: (exchange: Exchange) => Conclusion | null): ProbeRun {
  return {
    requests: () => 1,
    async run(endpoint) {
      const exchange = await endpoint.sendPlain()
      return judge(exchange) ?? conclude('pass', good, [exchange])
    },
  }
}

/** A question about all answers so far. @param shown those that ought not to be */
function showing(good: string, shown: (watch: AnswerWatch) => AnswerWatch['internals']): ProbeRun {
  return looking(async ({ watch }) => {
    const all = shown(watch)
    const [first] = all
    if (first === undefined) return conclude('pass', good)
    const answers = all.length === 1 ? 'A response' : `${all.length} responses`
    return conclude(
      'fail',
      `${answers} contained ${first.what}.`,
      all.map(({ exchange }) => exchange),
    )
  })
}

const noSecrets = showing('No response revealed a secret.', ({ secrets }) => secrets)

export const wireProbes = {
  dns: looking(async endpoint => {
    const host = hostOf(endpoint)
    if (isIP(host) !== 0) return conclude('skipped', 'The URL has an address instead of a name.')
    const addresses = await addressesOf(endpoint)
    if (addresses.length === 0) return (await nameLeftToProxy(endpoint)) ?? conclude('fail', `${host} has no address.`)
    return conclude('pass', `${host} is ${addresses.join(', ')}.`)
  }),
  'public-address': looking(async endpoint => {
    if (isLoopback(endpoint.url.hostname)) return onThisMachine
    const addresses = await addressesOf(endpoint)
    if (addresses.length === 0) return (await nameLeftToProxy(endpoint)) ?? conclude('unknown', 'It has no address.')
    const hidden = addresses.filter(address => addressClass(address) !== 'the internet')
    return hidden.length === 0
      ? conclude('pass', `${addresses.join(', ')} can be reached from the internet.`)
      : conclude('fail', `${hidden.join(', ')} cannot be reached from the internet.`)
  }),
  https: looking(async endpoint => {
    const { url } = endpoint
    if (url.protocol === 'https:') {
      const look = await lookAt(endpoint)
      return look.kind === 'refused' && look.fault === 'no-tls'
        ? conclude('fail', 'Its URL says https, but it does not speak TLS on this port.')
        : look.kind === 'unreachable' && look.hidden === 'no-tls'
          ? conclude('unknown', `It is not known whether it serves https: ${look.problem}.`)
          : conclude('pass', 'It is https.')
    }
    return isLoopback(url.hostname) ? onThisMachine : conclude('fail', 'It is plain http.')
  }),
  'certificate-chain': certificate(['self-signed', 'unknown-authority', 'chain-incomplete', 'refused'], () =>
    conclude('pass', 'Its certificate is from a trusted authority.'),
  ),
  'certificate-name': certificate(['wrong-name'], () => conclude('pass', 'Its certificate names this host.')),
  'certificate-expiry': certificate(['expired', 'not-yet-valid'], ({ validUntil }, { renewDays }) => {
    const days = Math.floor((Date.parse(validUntil) - Date.now()) / dayMs)
    const said = `Its certificate is valid until ${validUntil.slice(0, 10)}`
    return days < renewDays
      ? conclude(
          'warn',
          `${said}, which is ${days === 0 ? 'today or tomorrow' : days === 1 ? 'in 1 day' : `in ${days} days`}.`,
          [],
          { days },
        )
      : conclude('pass', `${said}.`, [], { days })
  }),
  'tls-modern': overTls(async endpoint => {
    const [twelve, thirteen] = await Promise.all([
      speaks(endpoint, 'TLSv1.2', 'TLSv1.2'),
      speaks(endpoint, 'TLSv1.3', 'TLSv1.3'),
    ])
    if (twelve === true) {
      const newer = thirteen ? ' and 1.3' : thirteen === null ? '' : ', and not yet 1.3'
      return conclude('pass', `It speaks TLS 1.2${newer}.`)
    }
    if (twelve === null || thirteen === null) return conclude('unknown', 'No handshake was completed.')
    const look = await lookAt(endpoint)
    if (look.kind === 'refused' && look.fault === 'no-tls') return conclude('unknown', 'It speaks no TLS at all.')
    return conclude('fail', thirteen ? 'It speaks TLS 1.3 only.' : 'It speaks neither TLS 1.2 nor 1.3.')
  }),
  'tls-old': overTls(async endpoint => {
    const spoken = await speaks(endpoint, 'TLSv1', 'TLSv1.1')
    if (spoken === null) return conclude('unknown', 'No handshake was completed.')
    return spoken
      ? conclude('warn', 'It still speaks TLS 1.0 or 1.1.')
      : conclude('pass', 'TLS 1.0 and 1.1 are refused.')
  }),
  // Where something else answers, this is not even asked: nothing is.
  'app-answers': looking(async () => conclude('pass', 'It does not answer every request alike.')),
  redirect: plain('It answers here, without a redirect.', exchange =>
    exchange.answer !== null && exchange.answer.status >= 300 && exchange.answer.status < 400
      ? conclude('fail', `It ${howItEnded(exchange)}.`, [exchange])
      : null,
  ),
  'http-1-1': looking(async endpoint => {
    const left = await wireLeftToProxy(endpoint)
    if (left !== null) return left
    const { unreadable, sloppy } = endpoint.watch
    const [broken] = unreadable
    if (broken !== undefined) return conclude('fail', `It ${howItEnded(broken)}.`, unreadable)
    const [fault] = sloppy.flatMap(({ answer }) => answer?.sloppy ?? [])
    return fault === undefined
      ? conclude('pass', 'It answers in well-formed HTTP/1.1.')
      : conclude('warn', `Its answers can be read, but a stricter client may refuse them. ${fault}`, sloppy)
  }),
  'no-body-echo': looking(async ({ watch: { echoes } }) =>
    echoes.length === 0
      ? conclude('pass', 'No response contained any of the received body.')
      : conclude('warn', `${echoes.length} responses contained parts of the received body.`, echoes),
  ),
  'no-internals': showing('No response showed internals.', ({ internals }) => internals),
  'no-secrets': looking(async endpoint =>
    endpoint.key === null && endpoint.authentication.kind === 'none'
      ? conclude('skipped', 'There is no secret to look for: neither a key nor credentials were given.')
      : noSecrets.run(endpoint),
  ),
} as const satisfies Record<string, ProbeRun>

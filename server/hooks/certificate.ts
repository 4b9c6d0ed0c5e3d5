/** Whether an https endpoint has a certificate that the gateway accepts. Nothing is sent to it but the handshake. */
import { isIP } from 'node:net'
import { connect, rootCertificates, type TLSSocket } from 'node:tls'
import { throughProxy } from '../../core/http/outcome.ts'
import { clip, printable } from '../../core/text/text.ts'
import { ProxyFailure } from '../proxy/proxy.ts'
import { type Way, wayTo } from '../proxy/way.ts'

/** Why the gateway would not post there. */
export type CertificateFault =
  | 'self-signed'
  | 'unknown-authority'
  | 'chain-incomplete'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-name'
  | 'old-tls'
  | 'no-tls'
  | 'refused'

export type CertificateLook =
  | {
      readonly kind: 'accepted'
      /** Such as TLSv1.3. */
      readonly protocol: string
      /** ISO 8601, UTC. */
      readonly validUntil: string
    }
  | {
      readonly kind: 'refused'
      readonly fault: CertificateFault
      /** A clause that follows the endpoint's name, such as “its certificate is signed by itself”. */
      readonly problem: string
      readonly hint: string
    }
  /** Nobody is there to ask, or whoever answered may be the proxy: what was wrong is `hidden` then. */
  | { readonly kind: 'unreachable'; readonly problem: string; readonly hidden?: CertificateFault }

export interface CertificateOptions {
  /** Who is trusted, as PEM; default: the public authorities, whatever this machine trusts beside them. */
  readonly authorities?: readonly string[]
  /** For the whole look, milliseconds; default: the gateway's connect time-out. */
  readonly timeoutMs?: number
}

const connectMs = 5000

const faultOfCode: Readonly<Record<string, CertificateFault>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'chain-incomplete',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'chain-incomplete',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'chain-incomplete',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-name',
  HOSTNAME_MISMATCH: 'wrong-name',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'old-tls',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'old-tls',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no-tls',
  ERR_SSL_HTTP_REQUEST: 'no-tls',
}

const unreachableCodes: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name does not resolve',
  EAI_AGAIN: 'its name cannot be looked up right now',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it ended the connection',
  EHOSTUNREACH: 'it is unreachable',
  ENETUNREACH: 'it is unreachable',
  ETIMEDOUT: 'it does not answer',
}

/** Looks at the endpoint's certificate as the gateway does: trusted chain, name, dates, TLS 1.2 or newer. @param url https */
export async function inspectCertificate(url: URL, options: CertificateOptions = {}): Promise<CertificateLook> {
  const timeoutMs = options.timeoutMs ?? connectMs
  try {
    const way = await wayTo(url, timeoutMs)
    return aboutProxy(
      await handshake(url, way, { timeoutMs, authorities: options.authorities ?? rootCertificates }),
      way,
    )
  } catch (error) {
    if (error instanceof ProxyFailure) return { kind: 'unreachable', problem: clauseOf(error) }
    throw error
  }
}

/** A sentence as a clause. */
const clauseOf = ({ message }: Error) => message.replace(/^The /, 'the ').replace(/\.$/, '')

/**
 * A proxy that opens TLS shows a certificate of its own, from an authority that this network alone trusts: what the gateway
 * would see stays open then.
 */
function aboutProxy(look: CertificateLook, { proxy }: Way): CertificateLook {
  if (proxy === null) return look
  if (look.kind === 'unreachable') return { ...look, problem: `${throughProxy(proxy)}: ${look.problem}` }
  if (look.kind === 'accepted' || !mayBeOfProxy.includes(look.fault)) return look
  const own = look.fault === 'no-tls' ? 'may have answered in its place' : 'may show its own in place'
  return {
    kind: 'unreachable',
    hidden: look.fault,
    problem: `${look.problem}; the proxy ${proxy} ${own}, so look from a network without it`,
  }
}

/** A page in place of the endpoint's TLS is that of a proxy too. */
const mayBeOfProxy: readonly CertificateFault[] = ['self-signed', 'unknown-authority', 'chain-incomplete', 'no-tls']

function handshake(
  url: URL,
  { options }: Way,
  { authorities, timeoutMs }: Required<CertificateOptions>,
): Promise<CertificateLook> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise(resolve => {
    const socket = connect({
      ...options,
      ...(isIP(host) === 0 && { servername: host }),
      ca: [...authorities],
      minVersion: 'TLSv1.2',
      // The verdict is read below, together with the certificate that it is about; nothing is sent.
      rejectUnauthorized: false,
    })
    const timer = setTimeout(() => end({ kind: 'unreachable', problem: 'it does not answer' }), timeoutMs)
    function end(look: CertificateLook) {
      clearTimeout(timer)
      socket.destroy()
      resolve(look)
    }
    socket.on('error', error => end(failed(error)))
    socket.on('close', () => end({ kind: 'unreachable', problem: 'it ended the connection' }))
    socket.on('secureConnect', () => end(judge(socket, host)))
  })
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '')

function failed(error: Error): CertificateLook {
  const code = codeOf(error)
  const why = unreachableCodes[code]
  if (why !== undefined) return { kind: 'unreachable', problem: why }
  const fault = faultOfCode[code]
  if (fault !== undefined) return refused(fault, {})
  if (code.startsWith('ERR_SSL')) return refused('refused', { detail: code })
  return { kind: 'unreachable', problem: clip(printable(error.message), 200) }
}

function judge(socket: TLSSocket, host: string): CertificateLook {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return refused('refused', { detail: 'no certificate' })
  const validUntil = new Date(certificate.validTo).toISOString()
  if (socket.authorized) return { kind: 'accepted', protocol: socket.getProtocol() ?? 'TLS', validUntil }
  // Node gives the code alone for what is wrong with the chain, and an error for the name.
  const reason: unknown = socket.authorizationError
  const code = typeof reason === 'string' ? reason : codeOf(reason)
  return refused(faultOfCode[code] ?? 'refused', {
    host,
    from: new Date(certificate.validFrom).toISOString(),
    until: validUntil,
    names: certificate.subjectAltName ?? certificate.subject,
    issuer: certificate.issuer,
    detail: code,
  })
}

interface Particulars {
  readonly host?: string
  readonly from?: string
  readonly until?: string
  readonly names?: string
  readonly issuer?: string
  readonly detail?: string
}

function refused(fault: CertificateFault, about: Particulars): CertificateLook {
  const say = (problem: string, hint: string): CertificateLook => ({ kind: 'refused', fault, problem, hint })
  const day = (time: string | undefined) => time?.slice(0, 10) ?? 'an unknown date'
  const shown = (text: string | undefined) => clip(printable((text ?? '').replaceAll('\n', ', ')), 200)
  const publicOne = 'Use one of a public authority, Let’s Encrypt for instance.'
  switch (fault) {
    case 'self-signed':
      return say('its certificate is signed by itself', publicOne)
    case 'unknown-authority':
      return say(`its certificate is not from a public authority (${shown(about.issuer)})`, publicOne)
    case 'chain-incomplete':
      return say(
        `its certificate chain (${shown(about.issuer)}) does not lead to a public authority`,
        'Have the server send the intermediate certificates (the “full chain”), or use a certificate from a public authority.',
      )
    case 'expired':
      return say(`its certificate expired on ${day(about.until)}`, 'Renew it.')
    case 'not-yet-valid':
      return say(`its certificate is not valid before ${day(about.from)}`, 'Wait until then, or check both clocks.')
    case 'wrong-name':
      return say(
        `its certificate is for another name (${shown(about.names)})`,
        `Use the name it is for, or get one for ${shown(about.host)}.`,
      )
    case 'old-tls':
      return say('it does not speak TLS 1.2 or newer', 'Enable TLS 1.2 or 1.3 on the server.')
    case 'no-tls':
      return say('it does not speak TLS on this port', 'Check the port: https is usually on 443.')
    case 'refused':
      return say(`the TLS handshake failed (${shown(about.detail)})`, 'See the server’s log.')
  }
}

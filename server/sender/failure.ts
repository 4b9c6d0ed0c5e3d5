/** Why a send got no answer: from an error of the connection to an outcome, a sentence and what to try. */
import type { Outcome, SendResult } from '../../core/deliveries/attempt.ts'
import { throughProxy } from '../../core/http/outcome.ts'
import { limitText } from '../../core/text/duration.ts'
import { counted } from '../../core/text/text.ts'
import { ProxyFailure, proxyCodes } from '../proxy/proxy.ts'
import type { Faults } from './sloppiness.ts'

/** How far a send had come. */
export interface Progress {
  readonly url: URL
  /** Connected, and for https the TLS handshake done. */
  readonly connected: boolean
  /** The status line came, and this many bytes of body after it. */
  readonly answering: { readonly status: number; readonly bodyBytes: number } | null
  /** What is wrong with the answer, as far as it came; left out where none was read. */
  readonly faults?: Faults
  /** The proxy that it went through; left out where there was none. */
  readonly proxy?: string
}

export interface Failure {
  readonly outcome: Exclude<Outcome, 'answered'>
  readonly error: NonNullable<SendResult['error']>
}

interface Explanation {
  readonly message: (host: string) => string
  readonly hint: string
}

const caHint =
  'The gateway refuses such a certificate as well. To trust a certificate authority of your own, start hookscope with NODE_EXTRA_CA_CERTS set to its file.'
const incompleteChain: Explanation = {
  message: host => `The certificate of ${host} is not from a trusted authority.`,
  hint: `Have the server send its intermediate certificates too. ${caHint}`,
}
const selfSigned: Explanation = { message: host => `The certificate of ${host} is self-signed.`, hint: caHint }
const noRoute: Explanation = {
  message: host => `${host} is unreachable from here.`,
  hint: 'Check the network connection, a VPN, and the address.',
}
const forbidden: Explanation = {
  message: host => `This machine does not allow a connection to ${host}.`,
  hint: 'A firewall or a sandbox blocks it: allow it there, or use another port.',
}
const notTls: Explanation = {
  message: host => `${host} does not speak TLS.`,
  hint: 'Is it an http port? Write the target with http:// then.',
}

/** No connection was made. */
const refusals: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: {
    message: host => `Nothing listens at ${host}.`,
    hint: 'Start your app, or correct the target’s host and port.',
  },
  ENOTFOUND: {
    message: host => `The host name of ${host} has no address.`,
    hint: 'Correct the host name. An app on this machine is at localhost.',
  },
  EAI_AGAIN: {
    message: host => `The name ${host} could not be looked up.`,
    hint: 'Check the internet connection and try again. An app on this machine is at localhost.',
  },
  TARGET_REBOUND: {
    message: host => `The name of ${host} now points to a different kind of address, so nothing was sent.`,
    hint: 'If you moved it on purpose, set the target again. If not, the name may be used to attack your network.',
  },
  INSECURE_TARGET: {
    message: host => `${host} is on the internet, where certificates are checked, so nothing was sent.`,
    hint: 'Remove --insecure: it is for targets on this machine or in a private network only.',
  },
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  EADDRNOTAVAIL: noRoute,
  EACCES: forbidden,
  EPERM: forbidden,
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: selfSigned,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: incompleteChain,
  UNABLE_TO_GET_ISSUER_CERT: incompleteChain,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: incompleteChain,
  CERT_HAS_EXPIRED: { message: host => `The certificate of ${host} has expired.`, hint: 'Renew it.' },
  CERT_NOT_YET_VALID: {
    message: host => `The certificate of ${host} is not valid yet.`,
    hint: 'Check the clock of this machine and the dates of the certificate.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    message: host => `The certificate of ${host} is for another name.`,
    hint: 'Use the name the certificate was made for, or have one made that names this host.',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
}

/** What a failed send is told as. */
export function failure(cause: unknown, progress: Progress): Failure {
  if (cause instanceof ProxyFailure) return ofProxy(cause, progress)
  const code = codeOf(cause)
  const { url } = progress
  if (code === 'ETIMEDOUT') return connectTimeout(url)
  if (code.startsWith('HPE_')) return notHttp(code, cause, progress)
  if (progress.connected) return reset(code, progress)
  const known = refusals[code]
  if (known) {
    return {
      outcome: 'refused',
      error: { code, message: known.message(url.host) + addressesOf(cause), hint: known.hint },
    }
  }
  if (url.protocol === 'https:' && resetCodes.includes(code))
    return {
      outcome: 'refused',
      error: {
        code,
        message: `The connection to ${url.host} ended during the TLS handshake, before anything was sent.`,
        hint: 'Your app may be starting. If it stays so: does it speak TLS there? An http port needs a target with http://.',
      },
    }
  if (url.protocol === 'https:')
    return {
      outcome: 'refused',
      error: {
        code,
        message: `The TLS handshake with ${url.host} failed.`,
        hint: 'The gateway needs TLS 1.2 and a valid certificate. If this is an http port, write the target with http://.',
      },
    }
  return {
    outcome: 'refused',
    error: {
      code,
      message: `No connection to ${url.host} (${code}).`,
      hint: 'Check the target, and that your app is running.',
    },
  }
}

/** It ended at the proxy; the message names it. */
const ofProxy = ({ code, message, hint }: ProxyFailure, { connected }: Progress): Failure => ({
  outcome:
    code === 'PROXY_TIMEOUT' ? 'timed-out' : code === 'PROXY_INVALID' && connected ? 'invalid-answer' : 'refused',
  error: { code, message, hint },
})

const interceptedHint =
  'The proxy may have put a certificate of its own in place: trust its authority by NODE_EXTRA_CA_CERTS, or add the host to NO_PROXY.'

const answeredHint =
  'The proxy may have answered itself: look at its log. If it leads to an http port, write the target with http://.'

/** The same, of a send that went through a proxy: whoever reads it has to know. @param name of the proxy */
export function told({ outcome, error }: Failure, name: string): Failure {
  if (proxyCodes.some(code => code === error.code)) return { outcome, error }
  const hint = certificateCodes.includes(error.code)
    ? interceptedHint
    : refusals[error.code] === notTls
      ? answeredHint
      : error.hint
  const message = error.message.includes(name) ? error.message : `${error.message} It went ${throughProxy(name)}.`
  return { outcome, error: { ...error, message, hint } }
}

/** Whether the name leads to the internet, where certificates are checked, is not known here. */
export const placeUnknown = ({ host }: URL, proxy: string): Failure => ({
  outcome: 'refused',
  error: {
    code: 'INSECURE_TARGET',
    message: `Where ${host} is, only the proxy ${proxy} finds out, so nothing is sent without checking its certificate.`,
    hint: 'Remove --insecure, or add the host to NO_PROXY: hookscope then looks its name up itself.',
  },
})

/** No connection in time. `ms` undefined: the operating system gave up. */
export function connectTimeout(url: URL, ms?: number): Failure {
  return {
    outcome: 'timed-out',
    error: {
      code: 'CONNECT_TIMEOUT',
      message: `${url.host} accepted no connection${ms === undefined ? '' : ` within ${limitText(ms)}`}.`,
      hint: 'A firewall may drop connections, or the host is down. The gateway waits 5 s.',
    },
  }
}

/** Connected, but no whole answer in time. */
export function readTimeout(progress: Progress, ms: number): Failure {
  const { answering } = progress
  const got = answering ? `: only its status ${answering.status} and ${bytes(answering.bodyBytes)} of body arrived` : ''
  return {
    outcome: 'timed-out',
    error: {
      code: 'READ_TIMEOUT',
      message: `Your app did not finish its answer within ${limitText(ms)}${got}.`,
      hint: 'The gateway waits 45 s. Answer first and do the work afterwards.',
    },
  }
}

/** The send was stopped on this side. */
export function cancelled(): Failure {
  return {
    outcome: 'reset',
    error: {
      code: 'CANCELLED',
      message: 'hookscope ended the connection before the answer came.',
      hint: 'It was canceled or hookscope was stopped; your app may have received the delivery. Replay it if not.',
    },
  }
}

/** The connection was ended within the body, on purpose. */
export function cutShort(): Failure {
  return {
    outcome: 'reset',
    error: {
      code: 'CUT',
      message: 'hookscope cut the connection before the whole body was sent, as the fault demands.',
      hint: 'Your app should ignore such a request: the gateway sends it again.',
    },
  }
}

/** The answer was 101: another protocol, which was not requested. */
export function switchedProtocols(): Failure {
  return {
    outcome: 'invalid-answer',
    error: {
      code: 'SWITCHED_PROTOCOLS',
      message: 'Your app answered 101 Switching Protocols, which was not requested.',
      hint: 'Is the target a WebSocket endpoint? Give the one that takes the POST.',
    },
  }
}

/** It looks like HTTP, and clients disagree about what it says. @param fault the sentence that says why */
export function malformed(fault: string, code = 'MALFORMED_HTTP'): Failure {
  return {
    outcome: 'invalid-answer',
    error: {
      code,
      message: fault,
      hint: 'Clients refuse such a response. Leave its framing to the web server, and look for a proxy that rewrites it.',
    },
  }
}

/** Node refuses to write it as HTTP. */
export function unsendable(cause: unknown): Failure {
  return {
    outcome: 'refused',
    error: {
      code: codeOf(cause),
      message: 'This delivery cannot be written as HTTP, so nothing was sent.',
      hint: 'Replay it with changes: look at the method and the headers.',
    },
  }
}

/** Codes of a certificate whose issuer is not trusted. */
const certificateCodes: readonly string[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]

/** Whether an error says that what came is not HTTP. */
export const isNotHttp = (cause: unknown): boolean => codeOf(cause).startsWith('HPE_')

/** The connection ended, whoever noticed first. */
export const resetCodes: readonly string[] = ['ECONNRESET', 'EPIPE', 'ECONNABORTED']

/** Whether an error says that the connection ended. */
export const isReset = (cause: unknown): boolean => resetCodes.includes(codeOf(cause))

function reset(code: string, { url, answering, proxy }: Progress): Failure {
  const who = proxy === undefined ? url.host : `The proxy ${proxy}, or ${url.host} behind it,`
  const message = answering
    ? `The connection ended during the response: its status ${answering.status} and ${bytes(answering.bodyBytes)} of body arrived.`
    : `${who} ended the connection without an answer.`
  return {
    outcome: 'reset',
    error: {
      code,
      message,
      hint: answering
        ? 'Your app, or a proxy in front of it, cut off: check its log for a crash, and the Content-Length.'
        : proxy === undefined
          ? 'Check your app’s log for a crash. If this is an https port, write the target with https://.'
          : 'Check the proxy’s log, and your app’s for a crash.',
    },
  }
}

function notHttp(code: string, cause: unknown, { url, faults }: Progress): Failure {
  const packet: unknown = cause instanceof Error && 'rawPacket' in cause ? cause.rawPacket : undefined
  // A TLS record: alert or handshake, version 3.
  const tls = packet instanceof Uint8Array && (packet[0] === 0x15 || packet[0] === 0x16) && packet[1] === 3
  const overflow = code === 'HPE_HEADER_OVERFLOW'
  const fault = faults?.broken[0] ?? faults?.sloppy[0]
  if (fault !== undefined && !tls && !overflow) return malformed(fault, code)
  return {
    outcome: 'invalid-answer',
    error: {
      code,
      message: tls
        ? `${url.host} answered in TLS.`
        : overflow
          ? 'The header of your app’s response is too large.'
          : 'Your app’s response is not HTTP.',
      hint: tls
        ? 'Write the target with https://.'
        : overflow
          ? 'Answer with a header below 64 KiB: cookies are the usual cause.'
          : 'Is this the port of a web server? If so, check what writes the response.',
    },
  }
}

/** A connection tried at several addresses fails with one error for all of them. */
function addressesOf(cause: unknown): string {
  if (!(cause instanceof AggregateError)) return ''
  const tried = cause.errors.flatMap((error: unknown) =>
    error instanceof Error && 'address' in error && typeof error.address === 'string' ? [error.address] : [],
  )
  return tried.length > 1 ? ` Tried ${tried.join(' and ')}.` : ''
}

function codeOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) {
    const codes = cause.errors.map(codeOf)
    // Where one address family leads nowhere, what the other one says counts.
    return codes.find(code => code === 'ECONNREFUSED') ?? codes[0] ?? 'UNKNOWN'
  }
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'UNKNOWN'
}

const bytes = (count: number) => counted(count, 'byte')

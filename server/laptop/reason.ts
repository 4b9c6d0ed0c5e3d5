/** Why a server is not reached, in words. */
import { isLoopback } from '../../core/http/loopback.ts'
import { throughProxy } from '../../core/http/outcome.ts'
import { clip, printable } from '../../core/text/text.ts'
import { errorLine } from '../lib/errors.ts'
import { ProxyFailure } from '../proxy/proxy.ts'

export const asSentence = (words: string) => (/[.!?]$/.test(words) ? words : `${words}.`)

export interface Unreached {
  /** A sentence. */
  readonly reason: string
  /** What to do about it; null: nothing but to look at the URL and the network. */
  readonly hint: string | null
}

const plain: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The server takes no connections.',
  ENOTFOUND: 'The name of the server cannot be found.',
  EAI_AGAIN: 'The name of the server cannot be looked up now.',
  ECONNRESET: 'The connection was cut off.',
  EPIPE: 'The connection was cut off.',
  ENETUNREACH: 'There is no network.',
  EHOSTUNREACH: 'There is no way to the server from here.',
  ETIMEDOUT: 'The server does not answer.',
}

const trusting = 'start hookscope with NODE_EXTRA_CA_CERTS set to its file'
const unknownAuthority: Unreached = {
  reason: 'Its certificate is from no authority that this machine trusts.',
  hint: `Is it an authority of your own? Then ${trusting}. Otherwise the server has to send its intermediate certificates.`,
}

const certificates: Readonly<Record<string, Unreached>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    reason: 'Its certificate is signed by itself.',
    hint: `Where that is meant, ${trusting}.`,
  },
  CERT_HAS_EXPIRED: {
    reason: 'Its certificate has expired.',
    hint: 'It has to be renewed at the server. If it was, check the clock of this machine.',
  },
  CERT_NOT_YET_VALID: { reason: 'Its certificate is not valid yet.', hint: 'Check the clock of this machine.' },
}

/** @param proxy that the server was asked through; null: directly */
export function whyUnreached(error: unknown, server: URL, proxy: string | null): Unreached {
  if (error instanceof ProxyFailure) return { reason: asSentence(error.message), hint: error.hint }
  const { reason, hint } = unproxied(error, server)
  return { reason: proxy === null ? reason : `${reason} It was asked ${throughProxy(proxy)}.`, hint }
}

function unproxied(error: unknown, server: URL): Unreached {
  if (!(error instanceof Error)) return { reason: asSentence(errorLine(error)), hint: null }
  const code = 'code' in error ? String(error.code) : ''
  const known = certificates[code]
  if (known !== undefined) return known
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return {
      reason: `Its certificate is for ${namesOf(error)}.`,
      hint: 'Write the URL with the name that the certificate has.',
    }
  // What a proxy says that serves other names by TLS.
  if (/alert internal error|unrecognized[ _]name/i.test(`${code} ${error.message}`))
    return { reason: 'It has no certificate for this name.', hint: 'Write the name that is its --public-url.' }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    const clear = isLoopback(server.hostname) ? `For a port without TLS, write http://${server.host}` : null
    return { reason: 'TLS with it failed: it may speak none at this port.', hint: clear }
  }
  if (error.name === 'TimeoutError') return { reason: 'The server does not answer.', hint: null }
  return { reason: plain[code] ?? asSentence(errorLine(error)), hint: null }
}

/** The names that a certificate is for. */
function namesOf(error: Error): string {
  const names = /: ((?:DNS|IP Address):.+)$/.exec(error.message)?.[1] ?? ''
  const hosts = printable(names)
    .split(/, */)
    .flatMap(name => /^(?:DNS|IP Address):(\S+)$/.exec(name)?.[1] ?? [])
  return hosts.length === 0 ? 'another name' : clip(hosts.slice(0, 3).join(', '), 100)
}

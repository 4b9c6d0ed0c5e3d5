/** The proxy variables of this process, by the rules that npm, axios and others read them by. */
/// <reference path="./proxy-from-env.d.ts" />
import { isIP } from 'node:net'
import { getProxyForUrl } from 'proxy-from-env'
import { connectThrough } from './connect.ts'
import { openOwnNames } from './own-names.ts'
import { type HttpProxy, type NamedProxy, ProxyFailure } from './proxy.ts'

const isOwnName = openOwnNames()

/** @returns null where none serves this URL; rejects with a ProxyFailure for one that cannot be used */
export async function proxyOf(url: URL): Promise<HttpProxy | null> {
  if (getProxyForUrl(url) === '') return null
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 && (await isOwnName(url.hostname))) return null
  const [variable, text] = valueFor(url.protocol)
  // Without a scheme the package takes that of the URL; a proxy for https speaks http itself, as curl has it.
  return readProxy(variable, text.includes('://') ? text : `http://${text}`)
}

/** In the order that the package looks in. */
function valueFor(protocol: string): readonly [string, string] {
  const names = [`${protocol.slice(0, -1)}_proxy`, 'all_proxy'].flatMap(name => [name, name.toUpperCase()])
  const name = names.find(one => (process.env[one] ?? '') !== '') ?? ''
  return [name, process.env[name] ?? '']
}

const written = 'Write it as http://HOST:PORT, or unset it.'

/** The value is never told: it may have a password. */
function readProxy(variable: string, text: string): HttpProxy {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || url.hostname === '') throw notProxyUrl(variable)
  const { protocol, hostname } = url
  if (protocol.startsWith('socks'))
    throw new ProxyFailure(
      'PROXY_UNUSABLE',
      `${variable} names a SOCKS proxy, which hookscope does not speak to.`,
      'Set HTTP_PROXY and HTTPS_PROXY to an HTTP proxy, or add the host to NO_PROXY to go there directly.',
    )
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new ProxyFailure('PROXY_UNUSABLE', `${variable} is not the URL of an HTTP proxy.`, written)
  if (!isOriginAlone(text)) throw notProxyUrl(variable)
  const named: NamedProxy = {
    name: `${hostname}:${url.port || (protocol === 'https:' ? '443' : '80')}`,
    url: new URL(url.origin),
    variable,
    authorization: authorizationOf(variable, url),
  }
  return { ...named, connect: (to, options) => connectThrough(named, to, options) }
}

const notProxyUrl = (variable: string): ProxyFailure =>
  new ProxyFailure(
    'PROXY_UNUSABLE',
    `${variable} is not the URL of a proxy.`,
    `${written} Special characters in a user name or a password are percent-encoded: a slash is %2F.`,
  )

/** Where more follows the host, what is taken for the host may be part of a password with a special character in it. */
const isOriginAlone = (text: string): boolean => /^[^:]+:\/\/[^/\\?#]*\/?$/.test(text.trim())

function authorizationOf(variable: string, { username, password }: URL): string | null {
  if (username === '' && password === '') return null
  try {
    const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    return `Basic ${Buffer.from(text).toString('base64')}`
  } catch {
    throw new ProxyFailure(
      'PROXY_UNUSABLE',
      `The user name or the password in ${variable} cannot be read.`,
      'Percent-encode special characters: a percent sign itself is %25.',
    )
  }
}

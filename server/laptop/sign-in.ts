/** Signs this machine in at a server, by a code that its person confirms in a browser (RFC 8628). */
import { setTimeout as sleep } from 'node:timers/promises'
import { clip } from '../../core/text/text.ts'
import { UserError } from '../lib/errors.ts'
import { proxyNameFor } from '../proxy/proxy-for.ts'
import { type Answered, postTo } from './call.ts'
import { elsewhere } from './elsewhere.ts'
import { whyUnreached } from './reason.ts'

/** What its person needs. */
export interface SignInCode {
  /** As it is typed in: ABCD-EFGH. */
  readonly code: string
  readonly url: string
  /** The same with the code in it. */
  readonly fullUrl: string
  /** ISO 8601, UTC. */
  readonly expiresAt: string
}

export interface SignInOptions {
  readonly server: URL
  /** What this machine is called there. */
  readonly name: string
  /** Called once the code is known. */
  tell(code: SignInCode): void
  readonly signal: AbortSignal
}

const client = 'hookscope'
const grant = 'urn:ietf:params:oauth:grant-type:device_code'
/** Between two questions where the server does not say, seconds. */
const usualInterval = 5
/** So many calls may fail in a row while the code is waited for. */
const mostFailures = 10

const text = (answered: Answered, field: string): string | null => {
  const value = answered.body?.[field]
  return typeof value === 'string' ? value : null
}
const number = (answered: Answered, field: string, usual: number): number => {
  const value = answered.body?.[field]
  return typeof value === 'number' && value > 0 ? value : usual
}

const codePath = '/auth/device/code'

/** What answers is no server, or not now. */
function noServer(server: URL, { status, body }: Answered): UserError {
  const error = body?.['error']
  const said = error instanceof Object && 'message' in error && 'hint' in error ? error : null
  if (status >= 500 && said !== null)
    return new UserError(`${server.origin} answers: ${clip(String(said.message), 200)}`, clip(String(said.hint), 200))
  if (status >= 500)
    return new UserError(
      `${server.origin} answers ${status}.`,
      'hookscope serve may not run there, or the proxy before it leads elsewhere. Try again once it does.',
    )
  // As the inspector of a single person answers whoever asks.
  if (said !== null)
    return new UserError(
      `${server.origin} is a hookscope for a single person.`,
      'Give the URL of a hookscope serve, such as https://hooks.example.com',
    )
  return new UserError(
    `${server.origin} does not answer as hookscope serve does.`,
    'Check the URL: it is the one of the inspector, such as https://hooks.example.com',
  )
}

async function unreachable(server: URL, cause: unknown): Promise<UserError> {
  const { reason, hint } = whyUnreached(cause, server, await proxyNameFor(server))
  const message = `${server.origin} cannot be reached: ${reason}`
  return new UserError(message, hint ?? 'Check the URL and the network.', { cause })
}

export type SignedIn =
  | { readonly kind: 'token'; readonly token: string }
  /** It is the server's under another URL, which is to be asked instead. */
  | { readonly kind: 'elsewhere'; readonly server: URL }

/** @throws UserError when it was refused, the code is over, or the server cannot be reached */
export async function signIn({ server, name, tell, signal }: SignInOptions): Promise<SignedIn> {
  const asking = { client_id: client, device_name: name }
  const began = await postTo(server, codePath, asking, signal).catch(async (error: unknown) => {
    throw signal.aborted ? error : await unreachable(server, error)
  })
  const other = elsewhere(began, new URL(codePath, server))
  if (other !== null) return { kind: 'elsewhere', server: other }
  const deviceCode = text(began, 'device_code')
  const [userCode, url] = [text(began, 'user_code'), text(began, 'verification_uri')]
  if (began.status === 429)
    throw new UserError('Too many codes were asked for from here.', 'Wait a while, then try again.')
  if (deviceCode === null || userCode === null || url === null) throw noServer(server, began)
  const seconds = number(began, 'expires_in', 900)
  tell({
    code: userCode.length === 8 ? `${userCode.slice(0, 4)}-${userCode.slice(4)}` : userCode,
    ...{ url, fullUrl: text(began, 'verification_uri_complete') ?? url },
    expiresAt: new Date(Date.now() + seconds * 1000).toISOString(),
  })
  return { kind: 'token', token: await poll(server, deviceCode, number(began, 'interval', usualInterval), signal) }
}

async function poll(server: URL, deviceCode: string, interval: number, signal: AbortSignal): Promise<string> {
  let [wait, failures] = [interval, 0]
  for (;;) {
    await sleep(wait * 1000, undefined, { signal })
    const asked = { grant_type: grant, device_code: deviceCode, client_id: client }
    const answered = await postTo(server, '/auth/device/token', asked, signal).catch(async (error: unknown) => {
      failures += 1
      // A server that is started anew still knows the code.
      if (signal.aborted || failures > mostFailures) throw signal.aborted ? error : await unreachable(server, error)
      return null
    })
    if (answered === null || answered.status >= 500) continue
    failures = 0
    const token = text(answered, 'access_token')
    if (token !== null) return token
    switch (text(answered, 'error')) {
      case 'authorization_pending':
        break
      case 'slow_down':
        wait = number(answered, 'interval', wait + 5)
        break
      case 'access_denied':
        throw new UserError('The laptop was refused.', 'Whoever has the code chose Refuse. Start again for a new one.')
      case 'expired_token':
      case 'invalid_grant':
        throw new UserError('The code is over.', 'Start again for a new one: it lasts 15 minutes.')
      default:
        if (answered.status !== 429) throw noServer(server, answered)
    }
  }
}

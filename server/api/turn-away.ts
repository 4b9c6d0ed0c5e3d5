/** How the inspector's server answers whoever does not come in. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorLine } from '../lib/errors.ts'
import type { Judgement } from './guard.ts'
import { plainPage } from './plain-page.ts'
import type { ApiError } from './types.ts'

const isForPrograms = (target: string) => /^\/(?:api|auth)(?:[/?]|$)/.test(target)

/** Its files are gone, or those of another version: hookscope was installed again while it ran. */
export function cannotLoad(error: unknown, log: (line: string) => void): Extract<Judgement, { kind: 'refused' }> {
  log(`The inspector could not be loaded: ${errorLine(error)}`)
  return {
    kind: 'refused',
    status: 503,
    code: 'not-loaded',
    message: 'The inspector’s files cannot be loaded.',
    hint: 'hookscope may have been installed again while it ran: start it again.',
    guess: false,
  }
}

/** Answers whoever does not come in: JSON where a program asks, otherwise a plain page. */
export function turnAway(
  request: IncomingMessage,
  response: ServerResponse,
  judgement: Exclude<Judgement, { kind: 'pass' }>,
): void {
  if (judgement.kind === 'signed-in') {
    response.writeHead(303, { Location: judgement.location, 'Set-Cookie': judgement.cookie }).end()
    return
  }
  if (judgement.kind === 'known') {
    response.writeHead(303, { Location: judgement.location }).end()
    return
  }
  const { status, code, message, hint, publicUrl } = judgement
  const error: ApiError = { error: { code, message, hint, ...(publicUrl !== undefined && { publicUrl }) } }
  const [type, body] = isForPrograms(request.url ?? '')
    ? ['application/json', JSON.stringify(error)]
    : ['text/html; charset=utf-8', plainPage(message, hint)]
  response
    .writeHead(status, {
      'Content-Type': type,
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
      ...(status === 426 && { Connection: 'Upgrade', Upgrade: 'websocket' }),
      ...(status === 429 && { 'Retry-After': '1' }),
    })
    .end(body)
  // Whatever body it sends goes nowhere.
  request.resume()
}

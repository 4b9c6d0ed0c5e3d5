/** What the API answers when something is wrong. */
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { errorLine, faultWithoutEffect, UserError } from '../lib/errors.ts'
import { PeopleProblem } from '../people/problem.ts'
import { deliveriesWait } from '../sender/target.ts'
import { againLater, StoreUnavailable } from '../store/problem.ts'
import type { ApiError } from './types.ts'

type ApiDetails = Pick<ApiError['error'], 'span' | 'count' | 'exitCode'>

/** Thrown by a route, answered as an ApiError by the app's error handler. */
export class ApiProblem extends Error {
  readonly status: ContentfulStatusCode
  readonly body: ApiError

  constructor(status: ContentfulStatusCode, code: string, message: string, hint: string, more: ApiDetails = {}) {
    super(message)
    this.name = 'ApiProblem'
    this.status = status
    this.body = { error: { code, message, hint, ...more } }
  }
}

type Kind =
  | 'delivery'
  | 'attempt'
  | 'hook'
  | 'replay'
  | 'leftover'
  | 'verification'
  | 'simulation'
  | 'try'
  | 'sample'
  | 'check'
  | 'edit'

/** Nothing of that kind has this id. */
export function unknownId(kind: Kind): ApiProblem {
  return new ApiProblem(
    404,
    `${kind}-unknown`,
    `There is no such ${kind}.`,
    'It may have been deleted, or dropped by retention; reload the list.',
  )
}

/** Any error as an ApiError. A surprise goes to the log and is answered without its text. */
export function answerError(error: unknown, c: Context, log: (line: string) => void): Response {
  const { status, body } = problemOf(error) ?? surprise(error, c, log)
  if (error instanceof PeopleProblem && error.retryAfter !== null) c.header('Retry-After', String(error.retryAfter))
  return c.json(body, status)
}

/** @returns null for a surprise */
export function problemOf(error: unknown): ApiProblem | null {
  if (error instanceof ApiProblem) return error
  if (error instanceof UserError) {
    // What contradicts itself is a bad request, whatever the state of things here.
    const status = error.code === faultWithoutEffect ? 400 : error.code === deliveriesWait ? 409 : 422
    const { code, message, hint, exitCode, count } = error
    return new ApiProblem(status, code, message, hint, { exitCode, ...(count !== undefined && { count }) })
  }
  if (error instanceof PeopleProblem) return new ApiProblem(error.status, error.code, error.message, error.hint)
  if (error instanceof StoreUnavailable)
    return new ApiProblem(
      503,
      `store-${error.code}`,
      error.code === 'rebuilding' ? `${error.message}.` : error.message,
      error.code === 'rebuilding' ? againLater : 'Deliveries that cannot be kept are answered 503.',
    )
  if (error instanceof HTTPException && error.status === 400)
    return new ApiProblem(400, 'invalid', `${error.message}.`, 'Send valid JSON in UTF-8.')
  return null
}

function surprise(error: unknown, c: Context, log: (line: string) => void): ApiProblem {
  // A search whose reader has left is stopped by its signal: nobody reads this answer, and nothing is wrong.
  if (!c.req.raw.signal.aborted) log(`inspector: ${c.req.method} ${c.req.path}: ${errorLine(error)}`)
  return new ApiProblem(
    500,
    'internal',
    'Something went wrong in hookscope.',
    'Its terminal has the details. Try again.',
  )
}

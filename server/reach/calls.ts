/** Calls to the HTTP API of the hookscope that is listening. */
import { exitCodes, faultWithoutEffect, UserError } from '../errors.ts'
import type { ApiError } from '../inspector/types.ts'
import type { Owner } from '../store/owner.ts'

function isApiError(value: unknown): value is ApiError {
  const error: unknown = value instanceof Object ? Reflect.get(value, 'error') : undefined
  return error instanceof Object && 'code' in error && 'message' in error && 'hint' in error
}

export interface CallOptions {
  /** Default: GET without a body, POST with one. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Sent as JSON. */
  readonly body?: object | undefined
  /** Thrown instead of what the listener says when it does not have what the path names. */
  readonly missing?: UserError | undefined
  /** What the process ends with when the listener refuses what was asked (422, or 400 for what contradicts itself). Default: cannot run. */
  readonly refusedCode?: number | undefined
}

/** @param path with its leading slash @returns an answer of 2xx @throws UserError with the listener's own words */
export type Call = (path: string, options?: CallOptions) => Promise<Response>

/** @param signal ends calls early, for instance at Ctrl-C */
export function callsTo({ pid, inspectorUrl, token }: Owner, signal: AbortSignal): Call {
  return async (path, { body, method = body === undefined ? 'GET' : 'POST', missing, refusedCode } = {}) => {
    let response: Response
    try {
      response = await fetch(`${inspectorUrl}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal,
      })
    } catch (error) {
      signal.throwIfAborted()
      throw new UserError(
        `The hookscope that has the database open (process ${pid}) does not answer.`,
        'End it and try again: this then works on the database itself.',
        { cause: error },
      )
    }
    if (response.ok) return response
    if (response.status === 404 && missing !== undefined) throw missing
    const problem: unknown = await response.json().catch(() => null)
    if (isApiError(problem)) {
      const { code, message, hint } = problem.error
      const isRefused = response.status === 422 || code === faultWithoutEffect
      const exitCode = (isRefused && refusedCode) || exitCodes.cannotRun
      throw new UserError(message, hint, { exitCode, code })
    }
    throw new UserError(
      `The hookscope that has the database open (process ${pid}) answered ${response.status}.`,
      'It may be of another version: end it and try again.',
    )
  }
}

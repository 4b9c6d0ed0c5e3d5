/** The typed client of the inspector's API. */
import { type ClientResponse, hc, type InferResponseType } from 'hono/client'
import { localZone } from '../../core/search/local-zone.ts'
import type { Span } from '../../core/search/query.ts'
import type { Api } from '../../server/api/api.ts'
import type { EntranceApi } from '../../server/api/entrance.ts'
import type { ApiError } from '../../server/api/types.ts'
import { ask } from './ask.ts'
import { keyHeaders } from './page-key.ts'

/** The routes, as the server types them: `call(api.deliveries.$get({ query: { q } }))`. */
export const api = hc<Api>('/', { headers: () => ({ Accept: 'application/json', ...keyHeaders() }), fetch: ask }).api

/** What only a page asks for. */
export const entrance = hc<EntranceApi>('/', { headers: keyHeaders }).api

/** The browser's time zone: days and times of a search are the person's own, wherever hookscope runs. */
export const zone = localZone()

/** Totals over everything kept, and counts over time, as the API gives them. */
export type FacetsView = InferResponseType<typeof api.facets.$get>
export type TimelineView = InferResponseType<typeof api.timeline.$get>

/** An answer that was not 2xx, or none at all (`code` is `unreachable`). `hint` says what to do next. */
export class ApiFailure extends Error {
  readonly code: string
  readonly hint: string
  /** The HTTP status; 0 when hookscope did not answer. */
  readonly status: number
  /** The place in `q` when the search is at fault. */
  readonly span: Span | null
  /** How many things are in the way, where that is known. */
  readonly count: number | null
  constructor(status: number, error: ApiError['error']) {
    super(error.message)
    this.name = 'ApiFailure'
    this.status = status
    this.code = error.code
    this.hint = error.hint
    this.span = error.span ?? null
    this.count = error.count ?? null
  }
}

type Json<R> = R extends ClientResponse<infer Body> ? Body : never

/**
 * Waits for a call and reads its JSON.
 * @throws ApiFailure for every answer that is not 2xx, and when hookscope cannot be reached
 */
export async function call<R extends ClientResponse<unknown>>(sent: Promise<R>): Promise<Json<R>> {
  let response: R
  try {
    response = await sent
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiFailure(0, {
      code: 'unreachable',
      message: 'hookscope does not answer.',
      hint: 'Is it still running in its terminal?',
    })
  }
  if (response.ok) return (await response.json()) as Json<R>
  throw await failureOf(response)
}

async function failureOf(response: { readonly status: number; json(): Promise<unknown> }): Promise<ApiFailure> {
  const answer = await response.json().catch(() => null)
  if (isApiError(answer)) return new ApiFailure(response.status, answer.error)
  return new ApiFailure(response.status, {
    code: 'unexpected',
    message: `hookscope answered ${response.status} without an explanation.`,
    hint: 'See its terminal.',
  })
}

function isApiError(answer: unknown): answer is ApiError {
  return typeof answer === 'object' && answer !== null && 'error' in answer && typeof answer.error === 'object'
}

/** What to show of a failed call: the sentence, then what to do. */
export function failureText(error: unknown): string {
  if (error instanceof ApiFailure) return `${error.message} ${error.hint}`.trim()
  return error instanceof Error ? error.message : String(error)
}

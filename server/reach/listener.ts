/** Through the HTTP API of the hookscope that is listening, so that its inspector shows what happens. */
import type { DeliverySummary } from '../../core/delivery.ts'
import type { Status } from '../../core/messages.ts'
import { noSuchDelivery, UserError } from '../errors.ts'
import type { ApiError, AttemptView, DeliveryView } from '../inspector/types.ts'
import type { Owner } from '../store/owner.ts'
import type { ListPage } from '../store/store.ts'
import type { Reach } from './reach.ts'

const pageSize = 500

function isApiError(value: unknown): value is ApiError {
  const error: unknown = value instanceof Object ? Reflect.get(value, 'error') : undefined
  return error instanceof Object && 'message' in error && 'hint' in error
}

/** @param signal ends calls early, for instance at Ctrl-C */
export function reachListener({ pid, inspectorUrl, token }: Owner, signal: AbortSignal): Reach {
  /** @param missing thrown instead of what the listener says when it does not have what the path names */
  async function call(path: string, body?: object, missing?: UserError): Promise<Response> {
    let response: Response
    try {
      response = await fetch(`${inspectorUrl}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
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
        'End it and try again: the replay then works on the database itself.',
        { cause: error },
      )
    }
    if (response.ok) return response
    if (response.status === 404 && missing !== undefined) throw missing
    const problem: unknown = await response.json().catch(() => null)
    if (isApiError(problem)) throw new UserError(problem.error.message, problem.error.hint)
    throw new UserError(
      `The hookscope that has the database open (process ${pid}) answered ${response.status}.`,
      'It may be of another version: end it and try again.',
    )
  }
  const view = async (id: number): Promise<DeliveryView> =>
    (await call(`/api/deliveries/${id}`, undefined, noSuchDelivery(id))).json()

  return {
    way: `through the hookscope that is listening (${inspectorUrl})`,
    async defaultTarget() {
      const status: Status = await (await call('/api/status')).json()
      return status.forward?.target ?? null
    },
    byIds: ids => Promise.all(ids.map(view)),
    async byQuery(query) {
      const found: DeliverySummary[] = []
      let before: number | null = null
      do {
        const search = new URLSearchParams({ q: query, limit: String(pageSize) })
        if (before !== null) search.set('before', String(before))
        const page: ListPage = await (await call(`/api/deliveries?${search}`)).json()
        found.push(...page.deliveries)
        before = page.next
      } while (before !== null)
      return found
    },
    async body(id) {
      const { body, decoded } = await view(id)
      return new Uint8Array(Buffer.from((decoded ?? body).base64, 'base64'))
    },
    async check(id, request) {
      await call(`/api/deliveries/${id}/replay/preview`, request)
    },
    async replay(id, request) {
      const { attempt }: { attempt: AttemptView } = await (await call(`/api/deliveries/${id}/replay`, request)).json()
      return attempt
    },
    async close() {},
  }
}

/** Through the HTTP API of the hookscope that is listening, so that its inspector shows what happens. */
import type { DeliverySummary } from '../../core/delivery.ts'
import type { Status } from '../../core/messages.ts'
import { localZone } from '../../core/search.ts'
import { noSuchDelivery } from '../errors.ts'
import type { AttemptView, DeliveryView } from '../inspector/types.ts'
import type { Owner } from '../store/owner.ts'
import type { ListPage } from '../store/store.ts'
import { callsTo } from './calls.ts'
import type { Reach } from './reach.ts'

const pageSize = 500

/** @param signal ends calls early, for instance at Ctrl-C */
export function reachListener(owner: Owner, signal: AbortSignal): Reach {
  const call = callsTo(owner, signal)
  const view = async (id: number): Promise<DeliveryView> =>
    (await call(`/api/deliveries/${id}`, { missing: noSuchDelivery(id) })).json()

  return {
    way: `through the hookscope that is listening (process ${owner.pid})`,
    async defaultTarget() {
      const status: Status = await (await call('/api/status')).json()
      return status.forward?.target ?? null
    },
    byIds: ids => Promise.all(ids.map(view)),
    async byQuery(query) {
      const found: DeliverySummary[] = []
      let before: number | null = null
      do {
        const search = new URLSearchParams({ q: query, zone: localZone(), limit: String(pageSize) })
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
      await call(`/api/deliveries/${id}/replay/preview`, { body: request })
    },
    async replay(id, request) {
      const { attempt }: { attempt: AttemptView } = await (
        await call(`/api/deliveries/${id}/replay`, { body: request })
      ).json()
      return attempt
    },
    async close() {},
  }
}

/** On the database itself, when no hookscope is listening on it. */
import { existsSync } from 'node:fs'
import type { DeliverySummary } from '../../core/delivery.ts'
import { parseQuery } from '../../core/search.ts'
import { printable } from '../../core/text.ts'
import { noSuchDelivery, UserError } from '../errors.ts'
import { openHooks } from '../hooks/hooks.ts'
import type { StartedSecrets } from '../secrets.ts'
import { openReplayer } from '../sender/replay.ts'
import { parseTarget } from '../sender/target.ts'
import { decodeBody } from '../store/decode.ts'
import { openStore } from '../store/sqlite.ts'
import type { Reach } from './reach.ts'

const pageSize = 500

export interface DatabaseReachOptions {
  readonly db: string
  readonly secrets: StartedSecrets
  /** Where deliveries are forwarded by the settings, the first target; null: nowhere. */
  readonly forward: string | null
  /** Ends sends early, for instance at Ctrl-C. */
  readonly signal: AbortSignal
}

/** @throws UserError when there is no such database, or it cannot be opened */
export async function reachDatabase({ db, secrets, forward, signal }: DatabaseReachOptions): Promise<Reach> {
  if (!existsSync(db)) {
    throw new UserError(
      `There is no database at ${printable(db)}.`,
      'Start hookscope once to make one, or name another with --db.',
    )
  }
  const store = openStore({ path: db })
  // What a crash left unindexed can be found only after it is.
  await store.settled()
  const { hooks } = openHooks(store, secrets, null, { makeFirst: false })
  const replayer = openReplayer({ store, hooks, defaultTarget: () => (forward === null ? null : parseTarget(forward)) })

  return {
    way: 'on the database',
    defaultTarget: async () => forward,
    async byIds(ids) {
      const found = await store.summaries(ids)
      const missing = ids.find(id => !found.some(delivery => delivery.id === id))
      if (missing === undefined) return found
      throw noSuchDelivery(missing)
    },
    async byQuery(text) {
      const parsed = parseQuery(text)
      if (!parsed.ok) throw new UserError(parsed.problem.message, parsed.problem.hint)
      const found: DeliverySummary[] = []
      let before: number | null = null
      do {
        const page = await store.list({ query: parsed.query, before, limit: pageSize, grouped: false, signal })
        found.push(...page.deliveries)
        before = page.next
      } while (before !== null)
      return found
    },
    async body(id) {
      const delivery = await store.get(id)
      if (delivery === undefined) throw noSuchDelivery(id)
      const decoded = decodeBody(delivery.headers, delivery.body)
      return decoded.kind === 'decoded' ? decoded.body : delivery.body
    },
    async check(id, request) {
      await replayer.preview(id, request)
    },
    replay: (id, request) => replayer.replay(id, request, signal),
    async close() {
      await replayer.close()
      await store.close()
    },
  }
}

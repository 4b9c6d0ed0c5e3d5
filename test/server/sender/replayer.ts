/** A replayer with a store and a merchant of its own for each test. */
import { afterEach, beforeEach } from 'vitest'
import type { Hook } from '../../../core/hooks/hook.ts'
import { openReplayer, type Replayer, type ReplayerOptions } from '../../../server/sender/replay.ts'
import { type ArrivalParts, arrival } from '../../helpers/deliveries.ts'
import { type Kept, openKept } from '../../helpers/kept.ts'
import { type Merchant, startMerchant } from '../../helpers/merchants.ts'

const hook: Hook = {
  id: 'main',
  label: 'Main',
  path: '/in/secret',
  authentication: { kind: 'none' },
  signing: {
    kind: 'hmac',
    keys: [
      { kind: 'signature-key', key: 'first key' },
      { kind: 'source-key', key: 'second key' },
    ],
  },
}

export interface ReplayPlace {
  readonly kept: Kept
  readonly target: Merchant
  readonly replayer: Replayer
  /** Another replayer of the same store. */
  opened(options?: Partial<ReplayerOptions>): Promise<Replayer>
  /** Keeps a delivery. @returns its id, once it is indexed */
  arrive(parts?: ArrivalParts): Promise<number>
}

/** Call once at the top of a test file. */
export function useReplayer(): ReplayPlace {
  let parts: Pick<ReplayPlace, 'kept' | 'target' | 'replayer'> | undefined
  const closing: (() => Promise<void>)[] = []
  const now = () => {
    if (parts === undefined) throw new Error('The replayer is there during a test only')
    return parts
  }
  const open = async (kept: Kept, target: Merchant, options: Partial<ReplayerOptions> = {}) => {
    const made = await openReplayer({
      store: kept.store,
      hooks: () => [hook],
      routes: () => [{ url: new URL(target.url) }],
      ...options,
    })
    closing.push(made.close)
    return made
  }
  beforeEach(async () => {
    const kept = openKept()
    const target = await startMerchant()
    parts = { kept, target, replayer: await open(kept, target) }
  })
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
    await now().target.close()
    await now().kept.close()
  })
  return {
    get kept() {
      return now().kept
    },
    get target() {
      return now().target
    },
    get replayer() {
      return now().replayer
    },
    opened: options => open(now().kept, now().target, options),
    async arrive(parts) {
      const { store } = now().kept
      const id = await store.deliveries.append(arrival(parts))
      await store.deliveries.settled()
      return id
    },
  }
}

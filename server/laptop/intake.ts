/** Deliveries of the server into this machine's log, each once, and how far it is. */
import type { SharedDelivery } from '../../core/laptops/frames.ts'
import type { Store } from '../store/store.ts'

export interface Reached {
  readonly cursor: string
  /** What the server knows it by; null: it gave none. */
  readonly mark: string | null
}

export interface ServerIntake {
  /** In the order of the calls. */
  take(delivery: SharedDelivery): void
  /** What came before is on the disk, and this is kept as where it goes on; then `then` is called. */
  reach(reached: Reached, then: () => void): void
  /** How many were new since the connection began. */
  since(): number
  /** Where it goes on; null: with what comes from now on. */
  cursor(): Promise<Reached | null>
  /** What comes on the way is of a former connection: how far it is stays as it was. */
  restart(): void
  /** Resolves when what has come is kept. */
  close(): Promise<void>
}

/** The id under which deliveries of a hook there are kept here. */
export const sharedHookId = (hook: string, server: URL): string => `${hook}@${server.host}`.slice(0, 120)

export interface ServerIntakeOptions {
  readonly store: Pick<Store, 'deliveries' | 'settings'>
  readonly server: URL
  /** It could not be kept. */
  failed(error: unknown): void
}

export function openServerIntake({ store, server, failed }: ServerIntakeOptions): ServerIntake {
  const [name, markName] = [`from ${server.origin}`, `from ${server.origin}, mark`]
  let turn = Promise.resolve()
  let added = 0
  /** Which connection what comes is of. */
  let round = 0

  async function keep({ id, body, ...delivery }: SharedDelivery): Promise<void> {
    const origin = { server: server.origin, id }
    if ((await store.deliveries.ofOrigin(origin, delivery.receivedAt)) !== null) return
    const hook = sharedHookId(delivery.hook, server)
    await store.deliveries.append({ ...delivery, hook, origin, body: Buffer.from(body, 'base64') })
    added += 1
  }

  /** One after the other; once one fails, none of this connection. */
  function next(work: () => Promise<void>): void {
    const mine = round
    turn = turn.then(async () => {
      if (mine !== round) return
      try {
        await work()
      } catch (error) {
        round += 1
        failed(error)
      }
    })
  }

  return {
    take: delivery => next(() => keep(delivery)),
    reach: ({ cursor, mark }, then) =>
      next(async () => {
        // First: of the two, the cursor may be the older one.
        await store.settings.set(markName, mark)
        await store.settings.set(name, cursor)
        then()
      }),
    since: () => added,
    cursor: async () => {
      await turn
      const [cursor, mark] = [await store.settings.get(name), await store.settings.get(markName)]
      return cursor === null ? null : { cursor, mark }
    },
    restart() {
      round += 1
      added = 0
    },
    close: () => turn,
  }
}

/** A receiver on a free port with a store in a folder of its own, and the gateway that posts to it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Delivery } from '../../../core/deliveries/delivery.ts'
import type { Hook } from '../../../core/hooks/hook.ts'
import { type Receiver, type ReceiverOptions, startReceiver } from '../../../server/receiver/receiver.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import {
  type Gateway,
  type GatewayOptions,
  openGateway,
  openRawConnection,
  type RawConnection,
} from '../../helpers/gateway.ts'

export const key = 'signature-key-of-the-tests'
export const basicAuth = { username: 'shop', password: 'open sesame' }
export const openHook: Hook = {
  id: 'open',
  label: 'Open',
  path: '/hook/Zm9vYmFyYmF6cXV4',
  authentication: { kind: 'none' },
  signing: { kind: 'none' },
}
export const guardedHook: Hook = {
  id: 'guarded',
  label: 'Guarded',
  path: '/hook/c2VjcmV0LXBhdGg',
  authentication: { kind: 'basic', ...basicAuth },
  signing: { kind: 'hmac', keys: [{ kind: 'signature-key', key }] },
}

export interface Door {
  readonly receiver: Receiver
  readonly store: Store
  readonly port: number
  /** The log lines so far. */
  readonly lines: string[]
  /** What the store told of its troubles so far. */
  readonly troubles: (string | null)[]
  urlOf(hook: Hook): string
  gateway(hook: Hook, options?: Partial<GatewayOptions>): Gateway
  raw(host?: string): Promise<RawConnection>
  /** Everything stored, oldest first. */
  deliveries(): Promise<Delivery[]>
  /** Waits until that many are stored. */
  stored(count: number): Promise<Delivery[]>
  close(): Promise<void>
}

export async function openDoor(options: Partial<ReceiverOptions> = {}): Promise<Door> {
  const folder = await mkdtemp(join(tmpdir(), 'hookscope-receiver-'))
  const store = options.store ?? openSqlite({ path: join(folder, 'deliveries.db') })
  const lines: string[] = []
  const troubles: (string | null)[] = []
  store.health.onTrouble(trouble => troubles.push(trouble?.message ?? null))
  const receiver = await startReceiver({
    port: 0,
    hooks: () => [openHook, guardedHook],
    observe: false,
    bodyBytes: 1024 * 1024,
    log: line => lines.push(line),
    ...options,
    store,
  }).catch(async (error: unknown) => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
    throw error
  })
  const gateways: Gateway[] = []
  const connections: RawConnection[] = []
  const urlOf = (hook: Hook) => `http://127.0.0.1:${receiver.port}${hook.path}`

  async function deliveries(): Promise<Delivery[]> {
    await store.deliveries.settled()
    const found: Delivery[] = []
    for (let id = 1; ; id += 1) {
      const delivery = await store.deliveries.get(id)
      if (!delivery) return found
      found.push(delivery)
    }
  }

  return {
    receiver,
    store,
    port: receiver.port,
    lines,
    troubles,
    urlOf,
    gateway(hook, more) {
      const gateway = openGateway({ url: urlOf(hook), ...(hook === guardedHook && { key, basicAuth }), ...more })
      gateways.push(gateway)
      return gateway
    },
    async raw(host) {
      const connection = await openRawConnection(receiver.port, host)
      connections.push(connection)
      return connection
    },
    deliveries,
    async stored(count) {
      let off = () => {}
      const enough = new Promise<void>(resolve => {
        off = store.deliveries.onIndexed(batch => {
          if (batch.some(({ id }) => id >= count)) resolve()
        })
      })
      if ((await deliveries()).length < count) await enough
      off()
      return deliveries()
    },
    async close() {
      for (const gateway of gateways) gateway.close()
      for (const connection of connections) connection.reset()
      await receiver.close()
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

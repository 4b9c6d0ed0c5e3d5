/** A simulated gateway for tests: a real store, hooks that are handed in, times that are short. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach } from 'vitest'
import { catalogue } from '../../../core/events/catalogue.ts'
import type { ConfiguredHook } from '../../../core/hooks/hook.ts'
import type { SimulatedEvent, SimulationRequest } from '../../../core/simulate/simulation.ts'
import { openSimulator, type Simulator, type SimulatorOptions } from '../../../server/simulate/simulator.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'

export interface SimulatedPlace {
  readonly store: Store
  readonly simulator: Simulator
  /** The hooks there are; set before or between sends. */
  hooks: ConfiguredHook[]
  /** Closes store and simulator and opens them again. @param maxPages of the disk that there is; default: as many as wanted */
  reopen(options?: Partial<SimulatorOptions>, maxPages?: number): Promise<void>
  /** Opens the database as it stood at this moment, as if the process had ended here. */
  crash(): Promise<void>
  /** Sends and waits until nothing is left to do. */
  sent(request: Partial<SimulationRequest>): Promise<readonly SimulatedEvent[]>
}

/** Every field; parts on top. Instant clock, no retries, seed 1. */
export function simulationRequest(parts: Partial<SimulationRequest> = {}): SimulationRequest {
  return {
    items: [{ kind: 'event', type: 'transaction.sale.success' }],
    recipients: { kind: 'subscribed' },
    count: 1,
    rate: null,
    seed: 1,
    retries: 'off',
    clock: { kind: 'instant' },
    weather: {},
    ...parts,
  }
}

export function configuredHook(parts: Partial<ConfiguredHook> = {}): ConfiguredHook {
  return {
    id: 'main',
    label: 'Main',
    path: '/in/secret',
    customUrl: null,
    events: catalogue.map(({ type }) => type),
    rehearsal: null,
    forward: [],
    createdAt: 0,
    authentication: { kind: 'none' },
    signing: { kind: 'none' },
    ...parts,
  }
}

/** Recipients: a URL that is sent to without credentials or key. */
export const toUrl = (url: string): SimulationRequest['recipients'] => ({
  kind: 'target',
  url,
  authentication: { kind: 'none' },
  key: null,
})

/** Call once at the top of a test file. */
export function useSimulator(defaults: Partial<SimulatorOptions> = {}): SimulatedPlace {
  let folder = ''
  let file = ''
  /** What goes on after a crash was played, until the test ends. */
  const left: { readonly store: Store; readonly simulator: Simulator }[] = []
  let opened: { readonly store: Store; readonly simulator: Simulator } | undefined
  const current = () => {
    if (!opened) throw new Error('The simulator is there during a test only')
    return opened
  }
  async function open(options: Partial<SimulatorOptions> = {}, maxPages?: number): Promise<void> {
    const store = openSqlite({ path: file, ...(maxPages !== undefined && { maxPages }) })
    const simulator = await openSimulator({
      store,
      hooks: () => place.hooks,
      urlOf: hook => hook.customUrl ?? `http://127.0.0.1:9${hook.path}`,
      ...defaults,
      ...options,
    })
    opened = { store, simulator }
  }
  async function close({ store, simulator }: { readonly store: Store; readonly simulator: Simulator }) {
    await simulator.close()
    await store.close()
  }
  const place: SimulatedPlace = {
    get store() {
      return current().store
    },
    get simulator() {
      return current().simulator
    },
    hooks: [],
    async reopen(options, maxPages) {
      await close(current())
      await open(options, maxPages)
    },
    async crash() {
      const { store } = current()
      const copy = join(folder, 'crashed.db')
      const db = new Database(store.path, { readonly: true })
      await db.backup(copy)
      db.close()
      left.push(current())
      file = copy
      await open()
    },
    async sent(parts) {
      const { simulator } = current()
      const { id } = await simulator.start(simulationRequest(parts))
      await simulator.settled(id)
      return simulator.events(id, null)
    },
  }
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hookscope-simulate-'))
    file = join(folder, 'log.db')
    place.hooks = [configuredHook()]
    await open()
  })
  afterEach(async () => {
    for (const one of left.splice(0)) await close(one)
    await close(current())
    rmSync(folder, { recursive: true, force: true })
  })
  return place
}

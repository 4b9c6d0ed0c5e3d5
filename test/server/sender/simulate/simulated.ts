/** A simulated gateway for tests: a real store, hooks that are handed in, times that are short. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { catalogue } from '../../../../core/catalogue.ts'
import type { ConfiguredHook } from '../../../../core/hook.ts'
import type { SimulatedEvent, SimulationRequest } from '../../../../core/simulation.ts'
import { openSimulator, type Simulator, type SimulatorOptions } from '../../../../server/sender/simulate/simulator.ts'
import { openStore } from '../../../../server/store/sqlite.ts'
import type { Store } from '../../../../server/store/store.ts'

export interface SimulatedPlace {
  readonly store: Store
  readonly simulator: Simulator
  readonly path: string
  /** The hooks there are; set before or between sends. */
  hooks: ConfiguredHook[]
  /** Closes store and simulator and opens them again. */
  reopen(options?: Partial<SimulatorOptions>): Promise<void>
  /** Closes the simulator without waiting, as a crash would, then opens all again. */
  close(): Promise<void>
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
  let opened: { readonly store: Store; readonly simulator: Simulator } | undefined
  const current = () => {
    if (!opened) throw new Error('The simulator is there during a test only')
    return opened
  }
  function open(options: Partial<SimulatorOptions> = {}) {
    const store = openStore({ path: join(folder, 'log.db') })
    const simulator = openSimulator({
      store,
      hooks: () => place.hooks,
      urlOf: hook => hook.customUrl ?? `http://127.0.0.1:9${hook.path}`,
      ...defaults,
      ...options,
    })
    opened = { store, simulator }
  }
  async function close() {
    const { store, simulator } = current()
    opened = undefined
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
    get path() {
      return join(folder, 'log.db')
    },
    hooks: [],
    async reopen(options) {
      if (opened) await close()
      open(options)
    },
    close,
    async sent(parts) {
      const { simulator } = current()
      const { id } = await simulator.start(simulationRequest(parts))
      await simulator.settled(id)
      return simulator.events(id, null)
    },
  }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hookscope-simulate-'))
    place.hooks = [configuredHook()]
    open()
  })
  afterEach(async () => {
    if (opened) await close()
    rmSync(folder, { recursive: true, force: true })
  })
  return place
}

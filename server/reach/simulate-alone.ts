/** The simulated gateway in this very process, when no hookscope is listening: on the database, or on one for the moment. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConfiguredHook } from '../../core/hook.ts'
import type { SimulationRequest } from '../../core/simulation.ts'
import { printable } from '../../core/text.ts'
import { UserError } from '../errors.ts'
import { openHooks } from '../hooks/hooks.ts'
import type { StartedSecrets } from '../secrets.ts'
import { inSlices } from '../sender/simulate/in-slices.ts'
import { openSamples } from '../sender/simulate/samples.ts'
import { openSimulator, type Simulator } from '../sender/simulate/simulator.ts'
import { openStore } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { follow, openStirring } from './follow.ts'
import type { SimulateReach } from './simulate.ts'

export interface AloneOptions {
  /** null: a temporary one, which is gone after. */
  readonly db: string | null
  /** Whether a database that is not there is made. */
  readonly make: boolean
  /** For the first hook. */
  readonly secrets: StartedSecrets
  /** Ends following early, for instance at Ctrl-C. */
  readonly signal: AbortSignal
}

const changesAtOnce = 500

/** Without a listener nobody answers at the hooks' own paths. */
const urlOf = (hook: ConfiguredHook) => hook.customUrl

/** A store that is gone, file and all, once it is closed. */
async function openTemporary(): Promise<{ store: Store; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hookscope-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const store = openStore({ path: join(folder, 'trigger.db') })
    return {
      store,
      async close() {
        await store.close()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

/** @throws UserError when the hooks that are to get it are all at their own paths */
function checkReach(hooks: readonly ConfiguredHook[], { recipients }: Pick<SimulationRequest, 'recipients'>): void {
  const asked = recipients.kind === 'hook' ? hooks.filter(({ id }) => id === recipients.hook) : hooks
  if (recipients.kind === 'target' || asked.length === 0 || asked.some(({ customUrl }) => customUrl !== null)) return
  const [only] = asked
  throw new UserError(
    asked.length === 1 && only !== undefined
      ? `No hookscope is listening, so nobody answers at the Hook URL of “${printable(only.label)}”.`
      : 'No hookscope is listening, so nobody answers at the Hook URLs.',
    'Start hookscope and try again, or send to your app with --to URL.',
  )
}

/** @throws UserError when there is no such database, or it cannot be opened */
export async function simulateAlone({ db, make, secrets, signal }: AloneOptions): Promise<SimulateReach> {
  if (db !== null && !make && !existsSync(db)) {
    throw new UserError(
      `There is no database at ${printable(db)}.`,
      'Send with --to URL; or start hookscope once to make one, or name another with --db.',
    )
  }
  const opened = db === null ? await openTemporary() : openKept(db)
  const { store } = opened
  const hooks = openHooks(store, secrets, null, { makeFirst: false })
  const samples = openSamples({ store })
  /** Opened only to send: what waits in the database is tried as soon as it is. */
  let simulator: Simulator | null = null

  return {
    way: db === null ? 'with nothing else running' : 'on the database',
    goesOn: db === null ? 'nobody' : 'database',
    hooks: async () => hooks.hooks(),
    status: async () => null,
    samples: async () => samples.list(),
    saveSample: samples.save,
    removeSample: async name => samples.remove(name),
    async preview(request) {
      checkReach(hooks.hooks(), request)
      // On a store without anything that waits, since nothing may be sent.
      const temporary = await openTemporary()
      try {
        for (const sample of samples.list()) temporary.store.samples.add(sample)
        const previewer = openSimulator({ store: temporary.store, hooks: hooks.hooks, urlOf })
        return await previewer.preview(request).finally(() => previewer.close())
      } finally {
        await temporary.close()
      }
    },
    async run(request, onStart, onEvents) {
      checkReach(hooks.hooks(), request)
      simulator ??= openSimulator({ store, hooks: hooks.hooks, urlOf })
      const { simulation, start, events } = simulator
      const stirring = openStirring()
      let cursor = store.cursor()
      const stopChanges = store.onChange(stirring.stir)
      try {
        const started = await start(request)
        onStart(started)
        return await follow(started, {
          async look() {
            for (let more = true; more; ) {
              const after = await store.changesAfter(cursor, changesAtOnce)
              cursor = after.cursor
              more = after.kind === 'changes' && after.more
              if (after.kind === 'reset') continue
              const changed = after.changes.flatMap(change => (change.kind === 'simulated' ? [change.event] : []))
              onEvents(changed.filter(event => event.simulation === started.id))
            }
            return (await simulation(started.id)) ?? started
          },
          page: after => events(started.id, after),
          stirring,
          signal,
          onEvents,
        })
      } finally {
        stopChanges()
      }
    },
    pending: store.simulations.pending,
    hurry: events => inSlices(store.simulations, events, slice => store.simulations.hurry(slice, Date.now())),
    cancel: events => inSlices(store.simulations, events, store.simulations.cancel),
    async close() {
      await simulator?.close()
      await hooks.close()
      await opened.close()
    },
  }
}

function openKept(path: string): { store: Store; close(): Promise<void> } {
  const store = openStore({ path })
  return { store, close: () => store.close() }
}

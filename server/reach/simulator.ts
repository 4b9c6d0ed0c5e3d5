/** Chooses the way to the simulated gateway. */
import { realpath } from 'node:fs/promises'
import type { StartedSecrets } from '../secrets.ts'
import { readOwner } from '../store/owner.ts'
import type { SimulateReach } from './simulate.ts'
import { simulateAlone } from './simulate-alone.ts'
import { reachSimulatorOfListener } from './simulate-listener.ts'

export interface SimulatorReachOptions {
  /** Absolute path of the settings' database. */
  readonly db: string
  /** What is needed of the database, when nobody listens on it: `never` works on a temporary one; `made` makes it when it is not there. */
  readonly need: 'never' | 'there' | 'made'
  /** For the first hook, when nobody listens. */
  readonly secrets: StartedSecrets
  readonly signal: AbortSignal
}

/** The running listener of a database; null when there is none. The note of it lies beside the file itself, not beside a link to it. */
export const ownerOf = async (db: string) => readOwner(await realpath(db).catch(() => db))

/** @throws UserError when the database that is needed is not there, or cannot be opened */
export async function reachSimulator({ db, need, secrets, signal }: SimulatorReachOptions): Promise<SimulateReach> {
  const owner = await ownerOf(db)
  if (owner !== null) return reachSimulatorOfListener(owner, signal)
  return simulateAlone({ db: need === 'never' ? null : db, make: need === 'made', secrets, signal })
}

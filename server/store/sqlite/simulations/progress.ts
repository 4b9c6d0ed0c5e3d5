/** Counts what became of a simulation's events, and tells when nothing of it is left to do. */
import { createListeners } from '../../../lib/listeners.ts'
import type { Writer } from '../writer.ts'

type Counter = 'delivered' | 'failed' | 'cancelled'

export interface SimulationProgress {
  /** Within a write. @returns the simulations of which nothing is left to do */
  counted(changes: ReadonlyMap<number, Partial<Record<Counter, number>>>): number[]
  /** Within a write: ends a simulation of which nothing is left to do. @returns it, if it is such a one */
  finished(simulation: number): number[]
  /** Runs a write that may finish simulations, and tells of those. */
  write<Result>(work: () => { readonly result: Result; readonly finished: readonly number[] }): Result
  onDone(listener: (simulation: number) => void): () => void
}

export function createProgress(writer: Writer): SimulationProgress {
  const { db } = writer
  const done = createListeners<number>()
  const count: Readonly<Record<Counter, ReturnType<typeof db.prepare<[number, number]>>>> = {
    delivered: db.prepare('UPDATE simulation SET delivered = delivered + ? WHERE id = ?'),
    failed: db.prepare('UPDATE simulation SET failed = failed + ? WHERE id = ?'),
    cancelled: db.prepare('UPDATE simulation SET cancelled = cancelled + ? WHERE id = ?'),
  }
  const finish = db.prepare(`UPDATE simulation SET state = 'done', secrets = NULL
    WHERE id = ? AND state = 'running' AND events = delivered + failed + cancelled`)

  const finished = (simulation: number) => (finish.run(simulation).changes > 0 ? [simulation] : [])

  return {
    finished,
    counted: changes =>
      [...changes].flatMap(([simulation, counters]) => {
        for (const counter of ['delivered', 'failed', 'cancelled'] as const)
          if (counters[counter]) count[counter].run(counters[counter], simulation)
        return finished(simulation)
      }),
    write(work) {
      const { result, finished: over } = writer.write(work)
      for (const simulation of over) done.call(simulation)
      return result
    },
    onDone: done.add,
  }
}

/** Samples of the user's own. */
import type { Sample } from '../../core/simulate/simulation.ts'

export interface SampleStore {
  /** By name. */
  list(): Promise<Sample[]>
  /** @returns false when the name is taken */
  add(sample: Sample): Promise<boolean>
  /** @returns whether it was there */
  remove(name: string): Promise<boolean>
}

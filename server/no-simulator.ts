/** Stands in for the simulated gateway until there is one. */
import { UserError } from './errors.ts'
import type { SampleControls, SimulatorControls } from './inspector/types.ts'

const refuse = () => Promise.reject(new UserError('Nothing can be simulated yet.', 'A later version can.'))

export const noSimulator: SimulatorControls = {
  start: refuse,
  preview: refuse,
  simulations: async () => [],
  simulation: async () => undefined,
  events: async () => [],
  pending: async () => [],
  try: async () => undefined,
  hurry: () => 0,
  cancel: () => 0,
  cancelSimulation: () => 0,
}

export const noSamples: SampleControls = { list: () => [], save: refuse, remove: () => false }

/** How each probe of core/check/probes.ts is run. */
import type { ProbeId } from '../../../core/check/probes.ts'
import type { ProbeRun } from '../probe.ts'
import { byCheck } from './by-check.ts'
import { fastProbes } from './fast.ts'
import { refusesProbes } from './refuses.ts'
import { sturdyProbes } from './sturdy.ts'
import { survivesProbes } from './survives.ts'
import { takesProbes } from './takes.ts'
import { wireProbes } from './wire.ts'

export const probeRuns: Readonly<Record<ProbeId, ProbeRun>> = {
  ...wireProbes,
  ...takesProbes,
  ...refusesProbes,
  ...survivesProbes,
  ...byCheck,
  ...fastProbes,
  ...sturdyProbes,
}

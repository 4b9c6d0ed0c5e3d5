/** How each probe of core/probes.ts is run. */
import type { ProbeId } from '../../../core/probes.ts'
import type { ProbeRun } from '../probe.ts'
import { byCheck } from './by-check.ts'
import { fast } from './fast.ts'
import { refuses } from './refuses.ts'
import { sturdy } from './sturdy.ts'
import { survives } from './survives.ts'
import { takes } from './takes.ts'
import { wire } from './wire.ts'

export const probeRuns: Readonly<Record<ProbeId, ProbeRun>> = {
  ...wire,
  ...takes,
  ...refuses,
  ...survives,
  ...byCheck,
  ...fast,
  ...sturdy,
}

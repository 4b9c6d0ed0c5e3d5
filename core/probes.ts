/** Every probe of the readiness check as data: report, README, menus and `--only` read this table. */
import type { ProbeEntry } from './probes/entry.ts'
import { fast } from './probes/fast.ts'
import { refuses } from './probes/refuses.ts'
import { sturdy } from './probes/sturdy.ts'
import { survives } from './probes/survives.ts'
import { takes } from './probes/takes.ts'
import { wire } from './probes/wire.ts'

export type { ProbeEntry } from './probes/entry.ts'

/** In the order they run and are shown. */
export const probes = [...wire, ...takes, ...refuses, ...survives, ...fast, ...sturdy] as const

export type ProbeId = (typeof probes)[number]['id']

const byId = new Map<string, ProbeEntry & { readonly id: ProbeId }>(probes.map(probe => [probe.id, probe]))

/** @returns undefined for a name that no probe has */
export function findProbe(id: string): (ProbeEntry & { readonly id: ProbeId }) | undefined {
  return byId.get(id)
}

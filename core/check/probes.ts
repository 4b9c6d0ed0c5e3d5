/** Every probe of the check as data: report, documentation, menus and `--only` read this table. */
import type { ProbeEntry, ProbeGroup, ProbeInGroup } from './probes/entry.ts'
import { fast } from './probes/fast.ts'
import { refuses } from './probes/refuses.ts'
import { sturdy } from './probes/sturdy.ts'
import { survives } from './probes/survives.ts'
import { takes } from './probes/takes.ts'
import { wire } from './probes/wire.ts'

export type { ProbeEntry } from './probes/entry.ts'

const inGroup = <Group extends ProbeGroup, Entry extends ProbeInGroup>(group: Group, entries: readonly Entry[]) =>
  entries.map(entry => ({ ...entry, group }))

/** In the order they run and are shown. */
export const probes = [
  ...inGroup('wire', wire),
  ...inGroup('takes', takes),
  ...inGroup('refuses', refuses),
  ...inGroup('survives', survives),
  ...inGroup('fast', fast),
  ...inGroup('sturdy', sturdy),
] as const

export type ProbeId = (typeof probes)[number]['id']

const byId = new Map<string, ProbeEntry & { readonly id: ProbeId }>(probes.map(probe => [probe.id, probe]))

/** @returns undefined for a name that no probe has */
export function findProbe(id: string): (ProbeEntry & { readonly id: ProbeId }) | undefined {
  return byId.get(id)
}

/** Which probes a choice means: ids and groups. */
export function chosenProbes({
  only,
  skip,
}: {
  readonly only: readonly string[]
  readonly skip: readonly string[]
}): ProbeId[] {
  const named = (names: readonly string[], id: ProbeId, group: string) => names.includes(id) || names.includes(group)
  return probes
    .filter(({ id, group }) => (only.length === 0 || named(only, id, group)) && !named(skip, id, group))
    .map(({ id }) => id)
}

/** Which probes a person means by name, and which failures a baseline knows. */
import { probeGroups } from '../../core/check/finding.ts'
import { findProbe, type ProbeId, probes } from '../../core/check/probes.ts'
import { type Framework, findFramework, frameworks, frameworkWords } from '../../core/check/remedies.ts'
import { nearest } from '../../core/text/nearest.ts'
import { clip, printable } from '../../core/text/text.ts'
import { usageError } from '../lib/errors.ts'
import { type Baseline, baselineSchema } from './report/schema.ts'

const names: readonly string[] = [...Object.keys(probeGroups), ...probes.map(({ id }) => id)]

/**
 * Checks names of probes and groups.
 * @param where the option, for an error
 * @throws UserError for a name that neither has, with the nearest one
 */
export function checkNames(typed: readonly string[], where: string): readonly string[] {
  for (const name of typed) {
    if (names.includes(name)) continue
    const near = nearest(name, names)
    throw usageError(
      `${where}: there is no probe or group “${clip(printable(name), 60)}”.`,
      near === undefined
        ? `Groups: ${Object.keys(probeGroups).join(', ')}. hookscope check --list names all probes.`
        : `Did you mean ${near}?`,
    )
  }
  return typed
}

/**
 * The stack that a person means.
 * @param typed null when none was named
 * @throws UserError for one that is not known, with the nearest
 */
export function frameworkNamed(typed: string | null): Framework | null {
  if (typed === null) return null
  const found = findFramework(typed)
  if (found !== undefined) return found
  const near = nearest(typed.trim().toLowerCase(), frameworks.flatMap(frameworkWords))
  throw usageError(
    `--framework: there is no code for “${clip(printable(typed), 60)}”.`,
    near === undefined ? `There is for ${frameworks.join(', ')}.` : `Did you mean ${near}?`,
  )
}

/** The probes that failed, of which it was warned, or that had no answer. */
export function failuresOf(findings: Baseline['findings']): ReadonlySet<ProbeId> {
  return new Set(
    findings
      .filter(({ outcome }) => outcome === 'fail' || outcome === 'warn' || outcome === 'unknown')
      .flatMap(({ probe }) => findProbe(probe)?.id ?? []),
  )
}

/** Windows PowerShell writes what `>` takes as UTF-16, with a mark before it. */
function decoded(file: Uint8Array): string {
  const isWide = file[0] === 0xff && file[1] === 0xfe
  return new TextDecoder(isWide ? 'utf-16le' : 'utf-8').decode(file)
}

/**
 * Reads an earlier report.
 * @param file its bytes
 * @returns what did not pass in it
 * @throws UserError when it is none
 */
export function knownFailures(file: Uint8Array, where: string): ReadonlySet<ProbeId> {
  const hint = 'Use a report written by hookscope check --json.'
  let json: unknown
  try {
    json = JSON.parse(decoded(file))
  } catch (error) {
    throw usageError(`${where} is not JSON.`, hint, { cause: error })
  }
  const report = baselineSchema.safeParse(json)
  if (!report.success) throw usageError(`${where} is not a check report.`, hint)
  return failuresOf(report.data.findings)
}

/** Which probes a person means by name, and which failures a baseline knows. */

import { type CheckReport, probeGroups } from '../../core/finding.ts'
import { nearest } from '../../core/nearest.ts'
import { findProbe, type ProbeId, probes } from '../../core/probes.ts'
import { clip, printable } from '../../core/text.ts'
import { exitCodes, UserError } from '../errors.ts'

const names: readonly string[] = [...Object.keys(probeGroups), ...probes.map(({ id }) => id)]
const usage = { exitCode: exitCodes.usage }

/**
 * Checks names of probes and groups.
 * @param where the option, for an error
 * @throws UserError for a name that neither has, with the nearest one
 */
export function checkNames(typed: readonly string[], where: string): readonly string[] {
  for (const name of typed) {
    if (names.includes(name)) continue
    const near = nearest(name, names)
    throw new UserError(
      `${where}: there is no probe or group “${clip(printable(name), 60)}”.`,
      near === undefined
        ? `Groups: ${Object.keys(probeGroups).join(', ')}. hookscope check --list names all probes.`
        : `Did you mean ${near}?`,
      usage,
    )
  }
  return typed
}

/** The probes that failed, of which it was warned, or that had no answer. */
export function failuresOf(findings: CheckReport['findings']): ReadonlySet<ProbeId> {
  return new Set(
    findings
      .filter(({ outcome }) => outcome === 'fail' || outcome === 'warn' || outcome === 'unknown')
      .flatMap(({ probe }) => findProbe(probe)?.id ?? []),
  )
}

/**
 * Reads an earlier report.
 * @returns what did not pass in it
 * @throws UserError when it is none
 */
export function knownFailures(text: string, where: string): ReadonlySet<ProbeId> {
  return failuresOf(readReport(text, where).findings)
}

/** @throws UserError for what is not a report of the check */
function readReport(text: string, where: string): Pick<CheckReport, 'findings'> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new UserError(`${where} is not JSON.`, 'Give a report that hookscope check --json wrote.', {
      ...usage,
      cause: error,
    })
  }
  const report = json as Partial<CheckReport> | null
  if (report?.kind !== 'hookscope-check' || !Array.isArray(report.findings))
    throw new UserError(
      `${where} is not a report of the check.`,
      'Give a report that hookscope check --json wrote.',
      usage,
    )
  return { findings: report.findings }
}

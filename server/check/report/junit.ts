import type { CheckReport } from '../../../core/finding.ts'
/** The report as JUnit XML. */
export function junitReport(report: CheckReport): string {
  return JSON.stringify(report)
}

import type { CheckReport } from '../../../core/finding.ts'
/** The report as one HTML file. */
export function htmlReport(report: CheckReport): string {
  return JSON.stringify(report)
}

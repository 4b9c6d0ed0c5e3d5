/** What `hookscope doctor` looks at, and how it says what it found. */

/** `untried`: it could not be tried here, so nothing is claimed of it. */
export type DoctorStatus = 'ok' | 'warn' | 'fail' | 'untried'

/** One thing that was looked at. */
export interface DoctorLine {
  /** Stays the same in every version: `node`, `database`, `tunnel.srv.us`. */
  readonly id: string
  readonly status: DoctorStatus
  /** Of what: a few words. */
  readonly title: string
  /** What was found: sentences. */
  readonly text: string
  /** What to do; null where there is nothing. */
  readonly fix: string | null
}

/** Everything that was looked at, in the order of the way of a delivery. */
export interface DoctorReport {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Whether nothing failed. */
  readonly ok: boolean
  readonly lines: readonly DoctorLine[]
}

/** A report is as good as its worst line; what was not tried makes it no worse. */
export const reportOf = (lines: readonly DoctorLine[], at: string): DoctorReport => ({
  at,
  ok: lines.every(({ status }) => status !== 'fail'),
  lines,
})

/** How many of each, for a line at the end. */
export function doctorSummary({ lines }: Pick<DoctorReport, 'lines'>): string {
  const count = (status: DoctorStatus) => lines.filter(line => line.status === status).length
  const [fail, warn, untried] = [count('fail'), count('warn'), count('untried')]
  const parts = [
    `${count('ok')} ok`,
    ...(warn > 0 ? [`${warn} to look at`] : []),
    ...(fail > 0 ? [`${fail} failed`] : []),
    ...(untried > 0 ? [`${untried} not tried`] : []),
  ]
  return parts.join(', ')
}

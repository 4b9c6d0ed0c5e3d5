/** The lines of `--json`: a contract with scripts. Fields may be added, never renamed. */

import type { Status } from '../../core/api/messages.ts'
import type { DoctorReport } from '../../core/doctor/doctor.ts'
import type { HookView } from '../../core/hooks/hook.ts'
import type { WayFacts } from '../../core/tunnels/ways.ts'
import type { Readiness } from '../../server/tunnel/readiness.ts'
import type { AttemptLine, DeliveryLine, DiagnosisLine } from './json-delivery.ts'
import type {
  CaughtUpLine,
  FromLine,
  GaveUpLine,
  GoneLine,
  LeftLine,
  QueueFullLine,
  ResumedLine,
  RetryingLine,
  SignInLine,
  StoreLine,
  TargetLine,
  TunnelLine,
} from './json-news.ts'
import type { SimulatedLine, SimulationLine } from './json-simulation.ts'
import { pick } from './pick.ts'
import type { PreparingLine } from './preparing-lines.ts'

const statusFields = [
  'version',
  'startedAt',
  'db',
  'tunnel',
  'from',
  'exposed',
  'forward',
  'answer',
  'observe',
  'simulator',
  'leftovers',
  'preparing',
  'trouble',
] as const satisfies readonly (keyof Status)[]

/** Receiver and inspector accept requests. `hookUrl` is null as long as no public URL is known: a `tunnel` line tells of it. */
export interface ReadyLine {
  readonly kind: 'ready'
  readonly version: string
  readonly hooks: readonly Pick<HookView, 'id' | 'label' | 'hookUrl' | 'localUrl'>[]
  readonly inspectorUrl: string
  /** Lets a browser in: `inspectorUrl` with its token. */
  readonly inspectorLink: string
  readonly db: string
  /** Where deliveries are forwarded; empty: nowhere. */
  readonly targets: readonly string[]
  /** The config file that was read, and the names of what it sets; null: none. */
  readonly config: { readonly path: string; readonly sets: readonly string[] } | null
  /** Of `listen --from`: the server that deliveries come from. */
  readonly from?: string
}

/** A count of the API; `capped`: there are more. */
export interface CappedCount {
  readonly count: number
  readonly capped: boolean
}

/** What is kept: all of it, what the app did not take, and what was rejected. */
export interface StatusCounts {
  readonly kept: CappedCount
  readonly failed: CappedCount
  readonly rejected: CappedCount
}

/** How a listening hookscope is doing. Fields as in Status, hooks as in ReadyLine. */
export interface StatusLine extends Pick<Status, (typeof statusFields)[number]> {
  readonly kind: 'status'
  readonly pid: number
  readonly inspectorUrl: string
  readonly hooks: ReadyLine['hooks']
  readonly deliveries: StatusCounts
}

/** Of `hookscope tunnels`: one way to a public URL. */
interface WayLine extends WayFacts {
  readonly kind: 'way'
  readonly ready: boolean
  /** Why, or what is missing. */
  readonly note: string
}

/** Of `hookscope doctor`. */
interface DoctorReportLine extends DoctorReport {
  readonly kind: 'doctor'
}

export const wayLine = ({ way, ready, note }: Readiness): WayLine => ({ kind: 'way', ...way, ready, note })

const hookFields = ({ id, label, hookUrl, localUrl }: HookView) => ({ id, label, hookUrl, localUrl })

export const readyLine = (
  ready: Omit<ReadyLine, 'kind' | 'hooks'> & { readonly hooks: readonly HookView[] },
): ReadyLine => ({ kind: 'ready', ...ready, hooks: ready.hooks.map(hookFields) })

export const statusLine = (
  status: Status,
  { pid, inspectorUrl }: { readonly pid: number; readonly inspectorUrl: string },
  deliveries: StatusCounts,
): StatusLine => ({
  kind: 'status',
  ...pick(status, statusFields),
  pid,
  inspectorUrl,
  hooks: status.hooks.map(hookFields),
  deliveries,
})

export type JsonLine =
  | ReadyLine
  | DeliveryLine
  | DiagnosisLine
  | AttemptLine
  | PreparingLine
  | TunnelLine
  | FromLine
  | CaughtUpLine
  | SignInLine
  | TargetLine
  | StoreLine
  | ResumedLine
  | LeftLine
  | QueueFullLine
  | GoneLine
  | RetryingLine
  | GaveUpLine
  | SimulatedLine
  | SimulationLine
  | StatusLine
  | WayLine
  | DoctorReportLine

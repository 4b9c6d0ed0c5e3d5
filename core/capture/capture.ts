/** The capture file of hookscope: deliveries exactly as they came, one JSON object a line. */
import type { AttemptSummary } from '../deliveries/attempt.ts'
import type { NewDelivery, Note, Verdict } from '../deliveries/delivery.ts'
import type { ShownDiagnosis } from '../deliveries/diagnosis.ts'
import type { HeaderList } from '../http/headers.ts'

/** Of the format. One that reads less than this writes must refuse it; fields may be added without another number. */
export const captureVersion = 1

/** The largest body that can be imported, bytes: as base64 it fits a call of the API. */
export const largestImported = 11 * 1024 * 1024
/** How many deliveries a call imports at most. */
export const mostImported = 200

/** What anonymized deliveries are signed with: no secret, so that whoever gets them can verify them. */
export const testKey = 'hookscope-test-key'
/** What is done to anonymized deliveries, for whoever hands them on. */
export const anonymizedText = `People, card data and credentials are replaced. What was signed is signed again, with the test key ${testKey}, which is no secret; a wrong signature stays wrong.`

/** The first line. */
export interface CaptureHead {
  readonly hookscope: 'capture'
  readonly version: typeof captureVersion
  /** The version of the hookscope that wrote it. */
  readonly by: string
  /** ISO 8601, UTC. */
  readonly exportedAt: string
  /** `anonymized`: people and card data are replaced, and what was signed is signed anew with `testKey`. */
  readonly contents: 'exact' | 'anonymized'
  readonly testKey: string | null
}

/** A delivery as it is imported. */
export interface ImportedDelivery extends Pick<NewDelivery, 'readMs' | 'method' | 'httpVersion' | 'bytes'> {
  /** When its header was complete; ISO 8601, UTC, with milliseconds. */
  readonly receivedAt: string
  /** The request target as it came, query included. */
  readonly target: string
  /** As they came: order, case and duplicates; a character of a value is a byte on the wire. */
  readonly headers: HeaderList
  /** base64 of the bytes as they came; empty when it was refused before it came whole. */
  readonly body: string
  /** Empty where the file does not say it. */
  readonly remoteAddress: string
  /** What the hookscope at which it came concluded; `unchecked` where the file does not say it. */
  readonly verdict: Verdict
  /** What the sender was answered; null when it is not known. */
  readonly status: number | null
  /** Whether a mock response went back. */
  readonly mocked: boolean
  /** The id of the hook at which it came; null where the file does not say it. */
  readonly hook: string | null
  /** False where the file has other headers than came: masked ones left out, or written by a browser. */
  readonly headersExact: boolean
}

/** An attempt to send it, as far as it is handed on: its target without the query, which may hold a key. */
export type CapturedAttempt = Pick<
  AttemptSummary,
  'source' | 'target' | 'startedAt' | 'outcome' | 'status' | 'ms' | 'line' | 'error'
>

/** A line of a delivery. What an import does not need stands in it for whoever reads the file. */
export interface CapturedDelivery extends Omit<ImportedDelivery, 'hook' | 'headersExact'> {
  readonly kind: 'delivery'
  /** Where it came. */
  readonly id: number
  readonly hook: { readonly id: string; readonly label: string | null }
  readonly flags: readonly Note[]
  /** Oldest first. */
  readonly attempts: readonly CapturedAttempt[]
  /** Why its signature is wrong, as the hookscope found that wrote the file: its keys are not in it; absent in older files. */
  readonly diagnosis?: ShownDiagnosis | null
}

/** The last line: without it, the file was cut off. */
export interface CaptureEnd {
  readonly kind: 'end'
  readonly deliveries: number
}

const importedMark = 'imported'

/** The hook under which a delivery is kept that was imported: no hook here has it, so that none looks healthier by it. @param origin the id of the hook at which it came */
export function importedHook(origin: string | null): string {
  if (origin === null) return importedMark
  const own = isImportedHook(origin) ? origin : `${importedMark}-${origin}`
  return own.slice(0, 80)
}

/** Whether what is kept under this id was imported. */
export const isImportedHook = (hook: string): boolean => hook === importedMark || hook.startsWith(`${importedMark}-`)

/** The id of the hook at which an imported delivery came; null where that is not known. */
export const originOf = (hook: string): string | null =>
  hook === importedMark ? null : isImportedHook(hook) ? hook.slice(importedMark.length + 1) : hook

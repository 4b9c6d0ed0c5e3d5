/** The log of `hookscope serve`: a line an event, for people or, with --log json, for what collects logs. */
import type { StoreTrouble } from '../../core/api/store-trouble.ts'
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import { counted, jsonText, printable } from '../../core/text/text.ts'
import type { AnsweredDelivery } from '../../server/receiver/intake.ts'
import type { LogFormat } from '../../server/serving/serve-settings.ts'

type Level = 'info' | 'warn' | 'error'

/** No event holds a key, a header, a body, or what a payload says: ids lead to those who may see them. */
export type ServeEvent =
  | {
      readonly event: 'started'
      readonly version: string
      readonly publicUrl: string
      readonly receiver: number
      readonly inspector: number
      readonly db: string
    }
  | ({ readonly event: 'delivery' } & AnsweredDelivery)
  | ({ readonly event: 'attempt' } & Pick<
      AttemptSummary,
      'id' | 'delivery' | 'source' | 'outcome' | 'status' | 'ms'
    > & {
        /** Scheme, host and port: a path may hold a token. */
        readonly origin: string
        /** Another process took this one for gone, and logged the attempt as cut off: this is how it ended. */
        readonly corrects?: 'interrupted'
      })
  | { readonly event: 'database'; readonly trouble: StoreTrouble | null }
  | { readonly event: 'public-url'; readonly reachable: boolean; readonly reason: string | null }
  | { readonly event: 'draining'; readonly waiting: number }
  | { readonly event: 'ended'; readonly deliveries: number }
  | { readonly event: 'note'; readonly message: string; readonly level?: Level }

export type ServeLog = (event: ServeEvent) => void

/** @param write takes a line with its end */
export function openServeLog(format: LogFormat, write: (line: string) => void, now: () => number = Date.now): ServeLog {
  return event => {
    const time = new Date(now()).toISOString()
    const level = levelOf(event)
    write(
      format === 'json'
        ? `${jsonText({ time, level, ...fieldsOf(event) })}\n`
        : `${time} ${level.padEnd(5)} ${printable(wordsOf(event))}\n`,
    )
  }
}

const isWell = (status: number | null) => status !== null && status < 500

function levelOf(event: ServeEvent): Level {
  switch (event.event) {
    case 'delivery':
      return event.delivery === null ? 'error' : isWell(event.status) ? 'info' : 'warn'
    case 'attempt':
      return event.status !== null && event.status >= 200 && event.status < 300 ? 'info' : 'warn'
    case 'database':
      return event.trouble === null ? 'info' : 'error'
    case 'public-url':
      return event.reachable ? 'info' : 'warn'
    case 'note':
      return event.level ?? 'info'
    default:
      return 'info'
  }
}

/** Every event has its name, and figures as figures: milliseconds with a tenth. */
function fieldsOf(event: ServeEvent): Readonly<Record<string, unknown>> {
  if (event.event === 'delivery') return { ...event, ms: Math.round(event.ms * 10) / 10 }
  if (event.event !== 'note') return event
  return { event: event.event, message: event.message }
}

const inMs = (ms: number | null) => (ms === null ? '' : ` in ${Math.round(ms)} ms`)

function wordsOf(event: ServeEvent): string {
  switch (event.event) {
    case 'started':
      return `hookscope ${event.version} serves ${event.publicUrl}: receiver on port ${event.receiver}, inspector on port ${event.inspector}, database ${event.db}`
    case 'delivery': {
      const what = event.delivery === null ? 'a delivery that was not kept' : `#${event.delivery}`
      const answer = event.status === null ? 'not answered, the connection ended' : `answered ${event.status}`
      return `${what} at hook ${event.hook}: ${event.verdict ?? 'not verified'}, ${answer}${inMs(event.ms)}`
    }
    case 'attempt':
      return `#${event.delivery} ${event.source} to ${event.origin}: ${event.status ?? event.outcome}${inMs(event.ms)}${event.corrects === undefined ? '' : '; it was not interrupted'}`
    case 'database':
      return event.trouble === null ? 'The database works again.' : `${event.trouble.message} ${event.trouble.hint}`
    case 'public-url':
      return event.reachable ? 'The public URL leads here.' : `The public URL does not lead here: ${event.reason ?? ''}`
    case 'draining':
      return `Ending: not ready from now on; ${counted(event.waiting, 'request')} in flight`
    case 'ended':
      return `Ended; ${counted(event.deliveries, 'delivery', 'deliveries')} arrived in this run`
    case 'note':
      return event.message
  }
}

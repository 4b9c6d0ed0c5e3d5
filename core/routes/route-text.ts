/** A route as a person types it: `[EVENTS=]URL`. */
import { type ParsedTarget, readTarget } from '../http/target.ts'
import { readEvents } from './event-pattern.ts'

/** What was typed, or what is wrong with it. */
export type ReadRoute =
  | { readonly ok: true; readonly url: URL; readonly events: readonly string[] | null }
  | Extract<ParsedTarget, { ok: false }>

/** What can be a list of events before `=`: no URL and no short form of one has an `=` there. */
const withEvents = /^\s*([\w.*]+(?:\s*,\s*[\w.*]+)*)\s*=\s*(.*)$/s

/** The events and the target of a route as they were typed; a URL with `=` in its path or query has no events. */
export function partsOfRoute(text: string): { readonly events: string | null; readonly target: string } {
  const [, events, target = ''] = withEvents.exec(text) ?? []
  return events === undefined ? { events: null, target: text } : { events, target }
}

/** Reads a route; the target as `readTarget` reads it. */
export function readRoute(text: string): ReadRoute {
  const { events, target } = partsOfRoute(text)
  const patterns = events === null ? null : readEvents(events)
  if (patterns?.ok === false) {
    return { ok: false, message: `${patterns.message.replace(/\.$/, '')}, in “${events}=…”.`, hint: patterns.hint }
  }
  const read = readTarget(target)
  return read.ok ? { ok: true, url: read.url, events: patterns?.events ?? null } : read
}

/** A route as it is kept and shown: `[EVENTS=]URL`. */
export const routeText = ({ url, events }: { readonly url: URL; readonly events?: readonly string[] | null }): string =>
  `${events ? `${events.join(',')}=` : ''}${url.href}`

/** Routes as they are kept, each once; what cannot be a route is left out. */
export const keptRoutes = (texts: readonly string[]): string[] => [
  ...new Set(
    texts.flatMap(text => {
      const read = readRoute(text)
      return read.ok ? [routeText(read)] : []
    }),
  ),
]

/**
 * Routes separated by blanks or commas. A comma between events belongs to their list; in a query it is a character like
 * others, unless another URL follows it.
 */
export function splitRoutes(text: string): string[] {
  const parts = text
    .split(/\s+|,(?=https?:\/\/)/i)
    .flatMap(part => (part.includes('?') ? [part.replace(/,+$/, '')] : part.split(',')))
    .filter(part => part !== '')
  const routes: string[] = []
  let events: string[] = []
  for (const part of parts) {
    if (/^[\w.*]+$/.test(part) && readEvents(part).ok) {
      events.push(part)
      continue
    }
    const isNamed = partsOfRoute(part).events !== null
    routes.push(...(isNamed ? [[...events, part].join(',')] : [...events, part]))
    events = []
  }
  return [...routes, ...events]
}

/** Event types as a person names several of them: `ach.settled`, `ach.*`, a family's name, `*`, or a list of these. */
import { catalogue, families, findEvent, typeSpellings } from '../events/catalogue.ts'
import { nearest } from '../text/nearest.ts'
import { clip, printable } from '../text/text.ts'
import { isLike, usualType } from './fits-events.ts'

/** Patterns as they are kept and shown, or what is wrong with what was typed. */
export type ReadEvents =
  | { readonly ok: true; readonly events: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly hint: string }

const familyStarts: Readonly<Record<string, string>> = { inventory: 'product.inventory', cardupdate: 'cau' }

/** One pattern in its usual spelling; null when it fits no event of the catalogue. */
function patternOf(typed: string): string | null {
  const text = typed.toLowerCase()
  if (text === '*') return text
  const start = /^([\w.]+?)\.?\*$/.exec(text)?.[1] ?? ((families as readonly string[]).includes(text) ? text : null)
  if (start === null) return findEvent(usualType(text))?.type ?? null
  const pattern = `${usualType(`${familyStarts[start] ?? start}.`)}*`
  return catalogue.some(({ type }) => isLike(pattern, type)) ? pattern : null
}

/** Everything that may stand before `.*`, for what was misspelled. */
const starts = [
  ...new Set(typeSpellings.flatMap(type => [...type.matchAll(/\./g)].map(({ index }) => type.slice(0, index)))),
]

/**
 * Reads a list of event types and patterns, separated by commas.
 * @returns them in the catalogue's spelling, each once; or what is wrong, with the name that is nearest
 */
export function readEvents(text: string): ReadEvents {
  const typed = text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
  if (typed.length === 0) return { ok: false, message: 'No events are named.', hint: 'Such as ach.* or ach.settled.' }
  const unknown = typed.find(part => patternOf(part) === null)
  if (unknown === undefined) {
    return { ok: true, events: [...new Set(typed.flatMap(part => patternOf(part) ?? []))] }
  }
  const isStart = unknown.endsWith('*')
  const near = isStart
    ? nearest(unknown.replace(/\.?\*$/, ''), starts)
    : nearest(unknown, [...typeSpellings, ...families])
  return {
    ok: false,
    message: `No event is called “${clip(printable(unknown), 80)}”.`,
    hint:
      near === undefined
        ? `Give event types such as ach.settled, a family such as ach.*, or * for all.`
        : `Did you mean ${near}${isStart ? '.*' : ''}?`,
  }
}

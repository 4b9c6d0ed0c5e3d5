/** “Did you mean”, for names with dots: several near names, the likeliest first. */
import { nearest } from './nearest.ts'

const partsOf = (name: string) => name.toLowerCase().split('.')

/** As many parts, and each the same or a slip of the other. */
function similar(typed: readonly string[], name: readonly string[]): boolean {
  return (
    typed.length === name.length &&
    typed.every((part, place) => {
      const other = name[place] ?? ''
      return part === other || nearest(part, [other]) !== undefined
    })
  )
}

/** Whether parts of the name, one after the other, are what was typed, the last of which may only be begun. */
function within(typed: readonly string[], name: readonly string[]): boolean {
  const last = typed.length - 1
  return name.some((_, from) =>
    typed.every((part, place) => {
      const other = name[from + place] ?? ''
      return place === last ? other.startsWith(part) : other === part
    }),
  )
}

/**
 * @returns at most three of `known`: those that end with what was typed; if none does, the one of which it is a slip; if
 * there is none, those that hold it; if none does, those of whose last part its last part is
 */
export function suggest(typed: string, known: readonly string[]): readonly string[] {
  const wanted = partsOf(typed.trim())
  const byParts = (one: string, other: string) => partsOf(one).length - partsOf(other).length
  const end = wanted.at(-1) ?? ''
  if (end === '') return []
  const ending = known.filter(name => `.${name.toLowerCase()}`.endsWith(`.${wanted.join('.')}`))
  if (ending.length > 0) return ending.sort(byParts).slice(0, 3)
  const slips = known.filter(name => similar(wanted, partsOf(name)))
  const slip = nearest(typed.trim(), slips) ?? slips[0]
  if (slip !== undefined) return [slip]
  const holding = known.filter(name => within(wanted, partsOf(name)))
  if (holding.length > 0) return holding.sort(byParts).slice(0, 3)
  const ends = known.map(name => partsOf(name).at(-1) ?? '')
  const sameEnd = ends.includes(end) ? end : nearest(end, ends)
  return known
    .filter((_, place) => ends[place] === sameEnd)
    .sort(byParts)
    .slice(0, 3)
}

/** A sentence for a hint; empty when there is nothing near. */
export function suggestionText(names: readonly string[]): string {
  if (names.length === 0) return ''
  const last = names.at(-1) ?? ''
  return `Did you mean ${names.length === 1 ? last : `${names.slice(0, -1).join(', ')} or ${last}`}?`
}

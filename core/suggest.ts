/** “Did you mean”, for names with dots: several near names, the likeliest first. */
import { nearest } from './nearest.ts'

/** @returns those of `known` that end with what was typed, then those near to it, then those whose last part is near */
export function suggest(typed: string, known: readonly string[], most = 3): readonly string[] {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return []
  const endOf = (name: string) => name.slice(name.lastIndexOf('.') + 1)
  const bySteps = (one: string, other: string) => one.split('.').length - other.split('.').length
  const endingSo = known.filter(name => `.${name.toLowerCase()}`.endsWith(`.${wanted}`)).sort(bySteps)
  const near = nearest(wanted, known)
  const ends = known.map(endOf)
  const nearEnd = ends.includes(endOf(wanted)) ? endOf(wanted) : nearest(endOf(wanted), ends)
  const sharing = known.filter(name => endOf(name) === nearEnd).sort(bySteps)
  return [...new Set([...endingSo, ...(near === undefined ? [] : [near]), ...sharing])].slice(0, most)
}

/** A sentence for a hint; empty when there is nothing near. */
export function didYouMean(names: readonly string[]): string {
  if (names.length === 0) return ''
  const last = names.at(-1) ?? ''
  return `Did you mean ${names.length === 1 ? last : `${names.slice(0, -1).join(', ')} or ${last}`}?`
}

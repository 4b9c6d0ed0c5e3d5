/** The event types that a search means. */
import { catalogue } from '../../../core/events/catalogue.ts'

/** What stands before the `*` at a pattern's end; null where it has none. */
export const typePrefix = (pattern: string): string | null => (pattern.endsWith('*') ? pattern.slice(0, -1) : null)

/** Those of the catalogue, whatever the spelling: `cardupdate.*` means `cau.*` as well. */
export function typesLike(pattern: string): readonly string[] {
  const wanted = pattern.toLowerCase()
  const prefix = typePrefix(wanted)
  const fits = (spelling: string) => (prefix === null ? spelling === wanted : spelling.startsWith(prefix))
  return catalogue
    .filter(entry => fits(entry.type) || ('alternative' in entry && fits(entry.alternative)))
    .map(entry => entry.type)
}

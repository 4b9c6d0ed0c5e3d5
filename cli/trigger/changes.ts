/** `--set` and `--unset`: what is typed becomes JSON of the kind that the sample has there. */
import { sampleFields } from '../../core/events/generator/samples.ts'
import { wholePaths } from '../../core/events/generator/whole-path.ts'
import type { SetField } from '../../core/simulate/simulation.ts'
import { type JsonKind, kindOf, pathText, placesIn } from '../../core/text/json-steps.ts'
import { clip, printable } from '../../core/text/text.ts'
import { usageError } from '../../server/lib/errors.ts'

/** `path=value` or `path:=json`, as typed. */
interface TypedChange {
  readonly path: string
  readonly text: string
  /** Whether the text is JSON, whatever the sample has there. */
  readonly isJson: boolean
}

/** What stands at a path: as in `sampleFields`. */
export interface KnownField {
  readonly path: string
  readonly json: JsonKind
}

const shown = (text: string) => clip(printable(text), 80)

/** @throws UserError for a word without a path or without a `=` */
function readChange(word: string): TypedChange {
  const [, path = '', colon, text = ''] = /^([^=]*?)(:)?=(.*)$/s.exec(word) ?? []
  if (path.trim() !== '') return { path: path.trim(), text, isJson: colon === ':' }
  throw usageError(
    word.includes('=') ? `--set “${shown(word)}” has no path.` : `--set “${shown(word)}” has no value.`,
    'Write --set amount=12.50, or --set path:=JSON for another kind of value.',
  )
}

/**
 * The whole path for one that may be only its end.
 * @returns what was typed when nothing ends so
 * @throws UserError when several are as near
 */
function wholePath(typed: string, fields: readonly KnownField[]): string {
  const found = wholePaths(
    typed,
    fields.map(({ path }) => path),
  )
  if (found.length <= 1) return found[0] ?? typed
  throw usageError(
    `“${shown(typed)}” is in several places.`,
    `Write which one: ${found.slice(0, 4).map(printable).join(' or ')}.`,
  )
}

/** The kinds of JSON that stand at a path. */
const kindsAt = (fields: readonly KnownField[], path: string): ReadonlySet<JsonKind> =>
  new Set(fields.filter(field => field.path === path).map(({ json }) => json))

const numberText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i

/**
 * The value of one change.
 * @param fields what there is at the paths of the sample; what it has of no kind stays text
 * @throws UserError when the text does not fit the kind
 */
function jsonValue({ path, text, isJson }: TypedChange, fields: readonly KnownField[]): unknown {
  if (isJson) {
    try {
      return JSON.parse(text)
    } catch (error) {
      throw usageError(
        `The value of --set ${shown(path)} is not JSON: ${shown(text)}`,
        `After := write JSON: a number, true, null, "text", {…} or […]. For plain text write ${shown(path)}=${shown(text)}`,
        { cause: error },
      )
    }
  }
  const kinds = kindsAt(fields, path)
  if (kinds.has('string') && !(kinds.has('null') && text === 'null')) return text
  if (kinds.has('null') && text === 'null') return null
  if (kinds.has('number') && numberText.test(text)) return Number(text)
  if (kinds.has('boolean') && /^(?:true|false)$/.test(text)) return text === 'true'
  if (kinds.size === 0 || kinds.has('null')) return text
  const [kind] = kinds
  const expected = { number: 'a number', boolean: 'true or false', object: 'an object', string: 'text', null: 'null' }
  throw usageError(
    `${shown(path)} is ${expected[kind ?? 'string']} in the sample, and “${shown(text)}” is not.`,
    `To send another kind of value on purpose, write JSON: --set '${shown(path)}:=${shown(JSON.stringify(text))}'`,
  )
}

/**
 * The changes of one thing to send.
 * @param set words as typed after `--set`
 * @param unset paths
 * @param fields of the sample they are made to
 */
export function changesOf(
  set: readonly string[],
  unset: readonly string[],
  fields: readonly KnownField[],
): { readonly set?: readonly SetField[]; readonly unset?: readonly string[] } {
  const changes = set.map(readChange).map(change => {
    const path = wholePath(change.path, fields)
    return { path, value: jsonValue({ ...change, path }, fields) }
  })
  return {
    ...(set.length > 0 && { set: changes }),
    ...(unset.length > 0 && { unset: unset.map(path => wholePath(path.trim(), fields)) }),
  }
}

/** What stands in a JSON value, by path. */
export const fieldsOf = (json: unknown): readonly (KnownField & { readonly value: unknown })[] =>
  Array.from(placesIn(json), ({ steps, value }) => ({ path: pathText(steps), json: kindOf(value), value }))

/** Of an event type, in either spelling. */
export const fieldsOfType = (type: string): readonly KnownField[] => sampleFields(type)

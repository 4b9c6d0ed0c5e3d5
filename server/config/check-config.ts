/** Whether settings are what they should be, wherever they come from. */
import { nearest } from '../../core/text/nearest.ts'
import { clip, printable } from '../../core/text/text.ts'
import { exitCodes, UserError } from '../lib/errors.ts'
import { type Config, configSchemaFor, expectation, knownNames } from './schema.ts'
import { secretFields } from './settings.ts'

/** How a value that was refused is shown: as it would be written, short, and never a secret. */
function shown(field: string, value: unknown): string {
  const [first, , inside] = field.split('.')
  if (secretFields.some(secret => first === secret) || first === 'header') return ''
  if (first === 'routes' && !['hook', 'events', 'target', 'host', 'timeout'].includes(inside ?? '')) return ''
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value)
  return `, not ${clip(printable(text), 60)}`
}

/** What a value is at a path of an object that was refused. */
function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner instanceof Object ? Reflect.get(inner, key) : undefined), value)
}

/**
 * @param where the file, variable or option the settings come from, as it is named in messages
 * @param given the settings as they came
 * @param exitCode what the process ends with when they are wrong
 * @throws UserError naming where, the field, and what it should be
 */
export function checkConfig(where: string, given: unknown, exitCode: number = exitCodes.cannotRun): Config {
  const result = configSchemaFor(given).safeParse(given)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path ?? []
  if (issue?.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys
    const parent = path.map(String).join('.')
    const known = knownNames(parent.replace(/\.\d+$/, ''))
    const near = nearest(name, known)
    throw new UserError(
      `${where} has no field “${clip(printable([...path.map(String), name].join('.')), 80)}”.`,
      near === undefined ? `Fields there: ${known.join(', ')}` : `Did you mean “${near}”?`,
    )
  }
  const field = path.map(String).join('.')
  if (field === '')
    throw new UserError(
      `${where} should hold an object of settings.`,
      'Start with: export default { forward: "http://localhost:3000/webhooks" }',
      { exitCode },
    )
  throw new UserError(
    `${where}: ${field} should be ${expectation(field)}${shown(field, valueAt(given, path))}.`,
    `Change ${field}, or remove it to use the default.`,
    { exitCode },
  )
}

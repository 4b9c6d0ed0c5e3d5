/** Finds, loads and checks `hookscope.config.{ts,js,json}`. */
import { access, readFile } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { nearest } from '../core/nearest.ts'
import { clip, printable } from '../core/text.ts'
import { exitCodes, UserError } from './errors.ts'
import { type Config, configSchema, expectation, knownNames, secretFields } from './settings.ts'

/** Looked for in the working directory, in this order. */
const configNames = ['hookscope.config.ts', 'hookscope.config.js', 'hookscope.config.json'] as const

const extensions = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json']

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

/** How a value that was refused is shown: as it would be written, short, and never a secret. */
function shown(field: string, value: unknown): string {
  if (secretFields.some(secret => field.split('.')[0] === secret)) return ''
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
  const result = configSchema.safeParse(given)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path ?? []
  if (issue?.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys
    const parent = path.map(String).join('.')
    const known = knownNames[parent] ?? []
    const near = nearest(name, known)
    throw new UserError(
      `${where} has no field "${clip(printable([...path.map(String), name].join('.')), 80)}".`,
      near === undefined ? `Fields there: ${known.join(', ')}` : `Did you mean "${near}"?`,
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
    `Change ${field}, or leave it out to use the default.`,
    { exitCode },
  )
}

const messageOf = (error: unknown) => clip(printable(error instanceof Error ? error.message : String(error)), 300)

/** The value a config file gives: what its JSON says, or what it exports by default. */
async function loadValue(path: string): Promise<unknown> {
  const name = basename(path)
  if (extname(path) === '.json') {
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (error) {
      throw new UserError(`${name} cannot be read: ${messageOf(error)}`, 'Check its path and its permissions.', {
        cause: error,
      })
    }
    try {
      return JSON.parse(text.replace(/^\uFEFF/, ''))
    } catch (error) {
      throw new UserError(
        `${name} is not valid JSON: ${messageOf(error)}`,
        'Mend it there; JSON allows no comments and no comma after the last field.',
        { cause: error },
      )
    }
  }
  // Most starts have no such file: the compiler is loaded only when it is needed.
  const { createJiti } = await import('jiti/static')
  try {
    return await createJiti(path, { fsCache: false, moduleCache: false }).import(path, { default: true })
  } catch (error) {
    throw new UserError(
      `${name} failed while it was loaded: ${messageOf(error)}`,
      'Mend the file, or start from another folder to leave it out.',
      { cause: error },
    )
  }
}

export interface LoadedConfig {
  /** Absolute path. */
  readonly path: string
  readonly config: Config
}

/**
 * @param folder where to look
 * @param chosen a path relative to `folder` and what it was given with; a null path to look for the usual names
 * @returns null when none was chosen and none is there
 * @throws UserError when the file is missing, cannot be loaded, or holds what it should not
 */
export async function loadConfigFile(
  folder: string,
  chosen: { readonly path: string | null; readonly where: string },
): Promise<LoadedConfig | null> {
  if (chosen.path !== null) {
    const path = resolve(folder, chosen.path)
    if (!extensions.includes(extname(path))) {
      throw new UserError(`${chosen.path} is not a config file.`, 'A config file ends in .ts, .js or .json.')
    }
    if (!(await exists(path)))
      throw new UserError(`The config file ${path} is not there.`, `Check the path given with ${chosen.where}.`)
    return { path, config: checkConfig(basename(path), await loadValue(path)) }
  }
  const found: string[] = []
  for (const name of configNames) if (await exists(join(folder, name))) found.push(name)
  const [name, second] = found
  if (name === undefined) return null
  if (second !== undefined) {
    throw new UserError(
      `There are two config files here: ${name} and ${second}.`,
      'Keep one of them, or choose one with --config.',
    )
  }
  const path = join(folder, name)
  return { path, config: checkConfig(name, await loadValue(path)) }
}

/** Finds and loads `hookscope.config.{ts,js,json}`. */
import { access, readFile, stat } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { clip, printable } from '../../core/text/text.ts'
import { exitCodes, isOfLanguage, UserError } from '../lib/errors.ts'
import { type FoundConfig, leaveOutOption } from './config-code.ts'
import { type Config, optionName } from './settings.ts'

const extensions = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json']

/** Looked for in the working directory, in this order. */
const configNames = extensions.map(extension => `hookscope.config${extension}`)

const largestBytes = 1_048_576

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

const messageOf = (error: unknown) =>
  clip(printable((error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ')), 300)

/**
 * What made code fail. Errors of the language quote what it says, or what it read, which may be a key: of those
 * the kind, or the place at the end of what jiti's parser says, whose columns begin at 0.
 */
function failureOf(error: unknown): string {
  if (!(error instanceof Error) || !isOfLanguage(error)) return messageOf(error)
  const [, line, before] = /:(\d+):(\d+)\s*$/.exec(error.message) ?? []
  return line === undefined ? `${error.name}.` : `it breaks at line ${line}, column ${Number(before) + 1}.`
}

/** Whether a config file is run to be read. */
export const isCode = (path: string): boolean => extname(path) !== '.json'

/** The value a config file gives: what its JSON says, or what it exports by default. */
async function loadValue(path: string): Promise<unknown> {
  const name = basename(path)
  if (!isCode(path)) {
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (error) {
      throw new UserError(`${name} cannot be read: ${messageOf(error)}`, 'Check its path and its permissions.', {
        cause: error,
      })
    }
    const json = text.replace(/^\uFEFF/, '')
    try {
      return JSON.parse(json)
    } catch (error) {
      const { breaksAt } = await import('../../core/text/json-tree.ts')
      throw new UserError(
        `${name} is not valid JSON: it breaks ${breaksAt(json)}.`,
        'Fix it there; JSON allows no comments, no single quotes, and no comma after the last field.',
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
      `${name} failed while it was loaded: ${failureOf(error)}`,
      `Fix the file, or ignore it with ${leaveOutOption}.`,
      { cause: error },
    )
  }
}

/**
 * @param folder where to look
 * @param named a path relative to `folder` and what it was given with; null to look for the usual names
 * @returns null when none was named and none is there
 * @throws UserError when the file is missing or is no config file
 */
export async function findConfigFile(folder: string, named: FoundConfig['named']): Promise<FoundConfig | null> {
  if (named !== null) {
    const path = resolve(folder, named.as)
    if (!extensions.includes(extname(path))) {
      throw new UserError(`${named.as} is not a config file.`, 'A config file ends in .ts, .js or .json.', {
        exitCode: named.with === optionName('config') ? exitCodes.usage : exitCodes.cannotRun,
      })
    }
    if (!(await exists(path)))
      throw new UserError(`The config file ${path} does not exist.`, `Check the path given with ${named.with}.`)
    return checked({ path, named })
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
  return checked({ path: join(folder, name), named: null })
}

/** A pipe would be waited for at each Tab, and a device may never end. */
async function checked(found: FoundConfig): Promise<FoundConfig> {
  const about = await stat(found.path)
  const problem = !about.isFile() ? 'is not a file' : about.size > largestBytes ? 'is larger than 1 MiB' : null
  if (problem === null) return found
  throw new UserError(
    `The config file ${found.path} ${problem}.`,
    `Choose another with ${optionName('config')}, or ignore it with ${leaveOutOption}.`,
  )
}

/**
 * Reads a config file. One that is code is run: `ruleOnCode` says whether it may be.
 * @throws UserError when it cannot be loaded, or holds what it should not
 */
export async function loadConfigFile(path: string): Promise<Config> {
  const value = await loadValue(path)
  const { checkConfig } = await import('./check-config.ts')
  return checkConfig(basename(path), value)
}

/** From what the command line and the environment say to what a config file gives: which one, and whether it may be run. */
import { dirname } from 'node:path'
import { UserError } from '../lib/errors.ts'
import { type AskTrust, ruleOnCode } from './config-code.ts'
import { findConfigFile, isCode, loadConfigFile } from './config-file.ts'
import { absolutePlace } from './home.ts'
import {
  type Config,
  type ConfigField,
  configVariable,
  flagOf,
  optionName,
  secretFields,
  secretFileFields,
  trustVariable,
  variableName,
} from './settings.ts'

/** What the command line says about the config file. */
export interface ConfigChoice {
  /** The path of `--config`; null: the usual names are looked for; false: `--no-config`. */
  readonly path: string | null | false
  /** `--trust-config`. */
  readonly trusted: boolean
}

export interface ConfigSource {
  readonly config: ConfigChoice
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The working directory. */
  readonly folder: string
  /** What the command reads of the settings: where all of that is given otherwise, a file that is code is not run. */
  readonly reads: 'everything' | readonly ConfigField[]
  /** Whether the command can do without the file's values. Default: no. */
  readonly optional?: boolean
  /** Asks whether a file that is code may be run; null: nobody can be asked. */
  readonly ask: AskTrust | null
}

/** The same fields, with their paths absolute. @param folder what the relative ones start from */
function withPathsFrom(folder: string, config: Config): Config {
  const paths = (['db', ...secretFileFields] as const).flatMap(field => {
    const path = config[field]
    return path === undefined ? [] : [[field, absolutePlace(folder, path)] as const]
  })
  return { ...config, ...Object.fromEntries(paths) }
}

/** It has been checked: it holds nothing else. */
const fieldsOf = (config: Config) => Object.keys(config) as ConfigField[]

/** What came of looking for a config file; `leftOut` is one that is code and was not run. */
export interface ReadConfig {
  readonly file: Config
  readonly path: string | null
  readonly leftOut: string | null
  readonly warnings: readonly string[]
}

/** `HOOKSCOPE_TRUST_CONFIG`. @throws UserError when it is neither yes nor no */
function trustOfEnvironment(environment: ConfigSource['environment']): boolean {
  const text = environment[trustVariable]
  if (text === undefined || text === '') return false
  const flag = flagOf(text)
  if (flag !== undefined) return flag
  throw new UserError(`The environment variable ${trustVariable} should be true or false.`, 'Set it to 1, or unset it.')
}

/** Finds the config file and reads it; one that is code only where it may be run, and where something of it is read. */
export async function readConfig(
  { config, environment, folder, reads, optional = false, ask }: ConfigSource,
  typed: Config,
): Promise<ReadConfig> {
  const none: ReadConfig = { file: {}, path: null, leftOut: null, warnings: [] }
  const isTrusted = config.trusted || trustOfEnvironment(environment)
  if (config.path === false) return none
  const variable = environment[configVariable] || null
  const found = await findConfigFile(
    folder,
    config.path !== null
      ? { as: config.path, with: optionName('config') }
      : variable === null
        ? null
        : { as: variable, with: configVariable },
  )
  if (found === null) return none
  let warnings: readonly string[] = []
  if (isCode(found.path)) {
    const isNeeded = reads === 'everything' || reads.some(field => typed[field] === undefined)
    const need = !isNeeded ? 'none' : optional ? 'useful' : 'needed'
    const { run, warning } = await ruleOnCode(found, { need, isTrusted, ask })
    warnings = warning === null ? [] : [warning]
    if (!run) return { ...none, leftOut: found.path, warnings }
  }
  const file = withPathsFrom(dirname(found.path), await loadConfigFile(found.path))
  return { file, path: found.path, leftOut: null, warnings }
}

/** The fields of the file that no option and no variable gives. */
export function countingFields(file: Config, typed: Config, environment: ConfigSource['environment']): ConfigField[] {
  const secretOf = (field: string) => secretFields.find(secret => field === secret || field === `${secret}File`)
  return fieldsOf(file).filter(field => {
    const secret = secretOf(field)
    if (secret === undefined) return typed[field] === undefined
    return !environment[variableName(secret)] && !environment[variableName(`${secret}File`)]
  })
}

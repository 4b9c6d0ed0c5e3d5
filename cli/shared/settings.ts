/** The settings of a command: from its options, the environment, and the config file, which may have to be asked about. */
import { type LoadedSettings, loadSettings, type TextOptions } from '../../server/config/config.ts'
import type { ConfigChoice, ConfigSource } from '../../server/config/config-read.ts'
import type { SecretOptions } from '../../server/config/secrets.ts'
import { secretFields, variableName } from '../../server/config/settings.ts'
import type { Io } from './io.ts'
import { askTrust, canAsk } from './prompt.ts'
import { sayingTo } from './say.ts'

interface Asked {
  readonly config: ConfigChoice
  readonly settings?: TextOptions
}

/**
 * Settings that have no effect are warned of.
 * @param use what the command reads of the config file
 * @throws UserError for what is wrong with them, and for a config file that is code and may not be run
 */
export async function settingsFor(
  { config, settings = {} }: Asked,
  io: Io,
  use: Pick<ConfigSource, 'reads' | 'optional'>,
): Promise<LoadedSettings> {
  const loaded = await loadSettings({
    options: settings,
    config,
    environment: io.environment,
    folder: io.folder,
    ask: canAsk() ? askTrust : null,
    ...use,
  })
  for (const line of loaded.warnings) sayingTo(io).warn(line)
  return loaded
}

/** Whether a key or credentials come from an option or the environment: those of a config file can be done without then. */
export const isSecretGiven = (options: SecretOptions, { environment }: Pick<Io, 'environment'>): boolean =>
  secretFields.some(
    field =>
      options[field] !== undefined ||
      options[`${field}File`] !== undefined ||
      [field, `${field}File` as const].some(name => (environment[variableName(name)] ?? '') !== ''),
  )

/** Whether a config file that is code may be run: never without a word of the person whose machine it is. */
import { basename, isAbsolute } from 'node:path'
import { UserError, usageError } from '../lib/errors.ts'
import type { CodeFile, ConfigStanding, Trust } from './config-trust.ts'
import { optionName, trustVariable } from './settings.ts'

/** What a command takes from a config file, and what may be done for it. */
export interface CodeUse {
  /** What is done where the file is not trusted: ask or end; read on without it and say so; or never run it at all. */
  readonly need: 'needed' | 'useful' | 'none'
  /** `--trust-config` or its variable. */
  readonly isTrusted: boolean
  /** Asks the person at the terminal; null: there is none. */
  readonly ask: AskTrust | null
}

/** @returns null for no */
export type AskTrust = (file: CodeFile, standing: Exclude<ConfigStanding, 'trusted'>) => Promise<Trust | null>

/** A config file that was found, and how. */
export interface FoundConfig {
  /** Absolute path. */
  readonly path: string
  /** As it was given; null when it was found by its name. */
  readonly named: { readonly as: string; readonly with: string } | null
}

export interface Ruling {
  readonly run: boolean
  /** What to tell the person; null: nothing. */
  readonly warning: string | null
}

const yes: Ruling = { run: true, warning: null }
const trustOption = '--trust-config'
export const leaveOutOption = '--no-config'

/** A file that was named for this start; a variable with a relative path names another one in each folder. */
const isNamed = ({ named }: FoundConfig): boolean =>
  named !== null && (named.with === optionName('config') || isAbsolute(named.as))

/** Why naming it does not count; nothing where it was found by its name. */
const whyAsked = ({ named }: FoundConfig): string =>
  named === null
    ? ''
    : `${named.with} names it by a relative path, which means a different file in each folder: use its absolute path if you mean this one. `

const notTrusted = (found: FoundConfig, standing: ConfigStanding): UserError => {
  const { path } = found
  return usageError(
    standing === 'changed'
      ? `${path} is code, and has changed since it was trusted.`
      : `${path} is code, and is not trusted yet.`,
    `${whyAsked(found)}Read it, then add ${trustOption} (or set ${trustVariable}=1), or start once at a terminal, where hookscope asks. ${leaveOutOption} ignores it; a hookscope.config.json needs no trust.`,
  )
}

/**
 * @throws UserError when the file is needed and not trusted, or the person said no
 * @param found a file that is code
 */
export async function ruleOnCode(found: FoundConfig, { need, isTrusted, ask }: CodeUse): Promise<Ruling> {
  if (need === 'none') return { run: false, warning: null }
  if (isTrusted || isNamed(found)) return yes
  const { configStandingOf, lookAtCode, rememberTrust } = await import('./config-trust.ts')
  const file = await lookAtCode(found.path).catch((cause: unknown) => {
    throw new UserError(`${basename(found.path)} cannot be read.`, 'Check its permissions.', { cause })
  })
  const standing = await configStandingOf(file)
  if (standing === 'trusted') return yes
  if (need === 'useful') {
    const why = standing === 'changed' ? 'has changed since it was trusted' : 'is not trusted'
    return {
      run: false,
      warning: `${basename(found.path)} is ignored: it is code that ${why}. ${whyAsked(found)}To use it, add ${trustOption}.`,
    }
  }
  if (ask === null) throw notTrusted(found, standing)
  const answer = await ask(file, standing)
  if (answer === null) throw usageError(`${found.path} was not run.`, `Start with ${leaveOutOption} to ignore it.`)
  // It is what was asked about that is run.
  if ((await lookAtCode(found.path)).digest !== file.digest)
    throw usageError(`${found.path} changed while hookscope was asking.`, 'Read it, and start again.')
  return (await rememberTrust(file, answer))
    ? yes
    : { run: true, warning: 'The trust for this config file could not be stored: hookscope will ask again.' }
}

/** Keys and passwords from the prompt, options, files, the environment and the config file; the earlier wins. */
import { type FileHandle, open } from 'node:fs/promises'
import { platform } from 'node:process'
import { keyNames } from '../../core/hooks/hook.ts'
import { exitCodes, UserError, usageError } from '../lib/errors.ts'
import { inHome } from './home.ts'
import type { Config } from './settings.ts'

/** The secrets that a listener is started with; they win over those saved in the inspector. null: not given. */
export interface StartedSecrets {
  readonly signatureKey: string | null
  readonly sourceKey: string | null
  readonly basicAuth: { readonly username: string; readonly password: string } | null
}

/** `true`: the option was given without a value, so it is asked for. */
export interface SecretOptions {
  readonly signatureKey?: string | true | undefined
  readonly sourceKey?: string | true | undefined
  readonly basicAuth?: string | true | undefined
  readonly signatureKeyFile?: string | undefined
  readonly sourceKeyFile?: string | undefined
  readonly basicAuthFile?: string | undefined
}

/** Asks the person at the terminal, without showing what is typed. `check` says what is wrong, or undefined. */
export type Ask = (question: string, check: (answer: string) => string | undefined) => Promise<string>

export type Secret = keyof StartedSecrets

const kinds = {
  signatureKey: {
    option: '--signature-key',
    variable: 'HOOKSCOPE_SIGNATURE_KEY',
    name: keyNames['signature-key'],
    question: 'Signature key of the webhook',
  },
  sourceKey: {
    option: '--source-key',
    variable: 'HOOKSCOPE_SOURCE_KEY',
    name: keyNames['source-key'],
    question: 'Source key (API key) of the webhook',
  },
  basicAuth: {
    option: '--basic-auth',
    variable: 'HOOKSCOPE_BASIC_AUTH',
    name: 'user name and password',
    question: 'User name and password of the webhook, as user:password',
  },
} as const satisfies Record<Secret, { option: string; variable: string; name: string; question: string }>

/** Keys are a few dozen characters; whatever is longer is another file. */
const maximumBytes = 4096

/** What is wrong with a secret, as the end of a sentence that begins with where it came from; never the secret itself. */
function problemOf(secret: Secret, text: string): string | undefined {
  if (text === '') return 'is empty'
  if (text.includes('\0')) return 'contains a NUL character'
  if (/[\r\n]/.test(text)) return 'has several lines'
  if (/\p{Cc}/u.test(text)) return 'contains a control character'
  if (Buffer.byteLength(text) > maximumBytes) return `is longer than ${maximumBytes} bytes`
  if (secret === 'basicAuth' && !/^[^:]+:.+$/.test(text)) return 'is not a user name, a colon and a password'
  return undefined
}

function checked(secret: Secret, text: string, where: string, exitCode: number = exitCodes.cannotRun): string {
  const problem = problemOf(secret, text)
  if (problem === undefined) return text
  throw new UserError(
    `${where} ${problem}.`,
    secret === 'basicAuth'
      ? 'Give it as user:password, on one line.'
      : `Give only the ${kinds[secret].name}, on one line, as the console shows it.`,
    { exitCode },
  )
}

/** Reads to the end, or as much as there is room for: a pipe, which `<(command)` of a shell is, gives its bytes in parts. */
async function readAtMost(handle: FileHandle, most: number): Promise<Buffer> {
  const room = Buffer.alloc(most)
  let filled = 0
  while (filled < most) {
    const { bytesRead } = await handle.read(room, filled, most - filled, null)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return room.subarray(0, filled)
}

/** A file of a secret. */
interface SecretFile {
  /** As typed; `~` is the home folder. */
  readonly path: string
  /** The option or variable that names it. */
  readonly source: string
  /** What it should hold, for the hint: `signature key`. */
  readonly name: string
}

const whereOf = ({ source, path }: SecretFile) => `The file of ${source}, ${path},`

/**
 * All that a secret's file holds, without the line end after it.
 * @throws UserError naming the file, never what it holds
 */
export async function textOfSecretFile(file: SecretFile, warn: (line: string) => void): Promise<string> {
  const { path, name } = file
  const where = whereOf(file)
  let bytes: Buffer
  try {
    const handle = await open(inHome(path))
    try {
      const stat = await handle.stat()
      if (stat.isDirectory()) throw new UserError(`${where} is a folder.`, 'Name the file in it that contains the key.')
      // Windows keeps no such permission bits.
      if (platform !== 'win32' && stat.isFile() && (stat.mode & 0o004) !== 0)
        warn(`${path} can be read by every user of this machine. Restrict it: chmod 600 ${path}`)
      bytes = await readAtMost(handle, maximumBytes + 3)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof UserError) throw error
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const missing = code === 'ENOENT'
    throw new UserError(
      missing ? `${where} does not exist.` : `${where} cannot be read (${String(code)}).`,
      missing ? 'Check the path.' : 'Check its permissions.',
      { cause: error },
    )
  }
  if (bytes.length > maximumBytes + 2)
    throw new UserError(`${where} is longer than ${maximumBytes} bytes.`, `It should contain only the ${name}.`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '')
  } catch (error) {
    throw new UserError(`${where} is not UTF-8 text.`, `It should contain only the ${name}, saved as plain text.`, {
      cause: error,
    })
  }
}

/** The one line a secret's file holds. A line end after it is not part of the secret. */
async function fromFile(
  secret: Secret,
  { path, source }: { path: string; source: string },
  warn: (line: string) => void,
): Promise<string> {
  const file = { path, source, name: kinds[secret].name }
  return checked(secret, await textOfSecretFile(file, warn), whereOf(file))
}

export interface SecretInput {
  readonly options: SecretOptions
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The config file's fields, paths absolute. */
  readonly file: Config
  /** null: there is no terminal to ask on. */
  readonly ask: Ask | null
  readonly warn: (line: string) => void
  /** All of standard input, for a file named `-`; absent: `-` is a file like any other. */
  readonly readInput?: () => Promise<string>
}

const oneTooMany = (one: string, other: string, exitCode: number = exitCodes.cannotRun) =>
  new UserError(`${one} and ${other} cannot be used together.`, 'Use only one of them.', { exitCode })

/**
 * One secret as it was given, Basic credentials as user:password; null when it was not.
 * @throws UserError naming where a malformed one came from, never the secret
 */
export async function secretText(secret: Secret, input: SecretInput): Promise<string | null> {
  const { option, variable, name, question } = kinds[secret]
  const typed = input.options[secret]
  const path = input.options[`${secret}File`]
  if (typed !== undefined && path !== undefined) throw oneTooMany(option, `${option}-file`, exitCodes.usage)
  if (path === '-' && input.readInput !== undefined)
    return checked(secret, (await input.readInput()).replace(/\r?\n$/, ''), 'Standard input')
  if (path !== undefined) return fromFile(secret, { path, source: `${option}-file` }, input.warn)
  if (typed === true) {
    if (input.ask === null) {
      throw usageError(`There is no terminal to ask for the ${name}.`, `Set ${variable}, or use ${option}-file PATH.`)
    }
    return input.ask(question, answer => {
      const problem = problemOf(secret, answer)
      return problem === undefined ? undefined : `This ${problem}.`
    })
  }
  if (typed !== undefined) {
    input.warn(
      `The ${name} is on the command line, where the shell's history and other users can see it. Better: ${option} without a value, ${variable}, or ${option}-file PATH.`,
    )
    return checked(secret, typed, `The value of ${option}`, exitCodes.usage)
  }
  const set = input.environment[variable] || undefined
  const setPath = input.environment[`${variable}_FILE`] || undefined
  if (set !== undefined && setPath !== undefined) throw oneTooMany(variable, `${variable}_FILE`)
  if (setPath !== undefined) return fromFile(secret, { path: setPath, source: `${variable}_FILE` }, input.warn)
  if (set !== undefined) return checked(secret, set, `The environment variable ${variable}`)
  const kept = input.file[secret]
  const keptPath = input.file[`${secret}File`]
  if (kept !== undefined && keptPath !== undefined)
    throw oneTooMany(`${secret} of the config file`, `its ${secret}File`)
  if (keptPath !== undefined)
    return fromFile(secret, { path: keptPath, source: `${secret}File in the config file` }, input.warn)
  if (kept === undefined) return null
  return checked(
    secret,
    typeof kept === 'string' ? kept : `${kept.username}:${kept.password}`,
    `${secret} of the config file`,
  )
}

/** User name and password, split at the first colon: the password may hold more of them (RFC 7617). */
export function splitBasicAuth(text: string): { username: string; password: string } {
  const colon = text.indexOf(':')
  return { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

/**
 * The secrets that were given at the start.
 * @throws UserError naming where a malformed one came from, never the secret
 */
export async function gatherSecrets(input: SecretInput): Promise<StartedSecrets> {
  const signatureKey = await secretText('signatureKey', input)
  const sourceKey = await secretText('sourceKey', input)
  const basicAuth = await secretText('basicAuth', input)
  return { signatureKey, sourceKey, basicAuth: basicAuth === null ? null : splitBasicAuth(basicAuth) }
}

/**
 * The token that opens the inspector.
 * @param fixed HOOKSCOPE_TOKEN
 * @returns null when it is not fixed
 */
export function checkToken(fixed: string | undefined): string | null {
  if (fixed === undefined || fixed === '') return null
  if (/^[A-Za-z0-9._~-]{16,256}$/.test(fixed)) return fixed
  throw new UserError(
    'HOOKSCOPE_TOKEN should be 16 to 256 letters, digits, dots, hyphens, underscores or tildes.',
    'Use a long random one, such as the output of: openssl rand -hex 32',
  )
}

/** Keys and passwords of hooks at rest: sealed with a key that is made of HOOKSCOPE_SECRET, for logs that many can reach. */
import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto'
import { UserError } from '../lib/errors.ts'
import type { SealedText, Sealer } from '../store/hook-secrets.ts'
import { textOfSecretFile } from './secrets.ts'
import { serverVariables } from './settings.ts'

const secretVariable = serverVariables.secret

const [algorithm, nonceBytes, tagBytes, keyBytes] = ['aes-256-gcm', 12, 16, 32] as const
/** The least that a secret has: 32 characters, of so many different ones that it is no word that is repeated. */
const [leastLength, leastDifferent] = [32, 10] as const
/** A secret is made slow to guess, should somebody have typed a sentence: about a tenth of a second, once a process. */
const [scryptSalt, scryptCost] = [
  'hookscope hook secrets 1',
  { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 },
] as const

/** What makes a new one. */
export const newSecretHint = `Make one with openssl rand -hex 32, and give it as ${secretVariable}, or its file as ${secretVariable}_FILE.`

const secretProblem = (message: string) => new UserError(message, newSecretHint, { code: 'secret-unusable' })

/**
 * The secrets of a text: the first seals, all open, so that one is exchanged by putting the new one before it.
 * @param where names the text in an error, never what it says
 * @throws UserError for one that is too short to keep anything
 */
export function readSecrets(text: string, where: string): string[] {
  const secrets = text.split(/[,\s]+/).filter(secret => secret !== '')
  if (secrets.length === 0) throw secretProblem(`${where} is empty.`)
  for (const [index, secret] of secrets.entries()) {
    const which = secrets.length === 1 ? where : `Secret ${index + 1} of ${where}`
    if (secret.length < leastLength) throw secretProblem(`${which} is shorter than ${leastLength} characters.`)
    if (new Set(secret).size < leastDifferent) throw secretProblem(`${which} repeats too few characters to be random.`)
  }
  return secrets
}

/** Where secrets of a server come from. */
export interface ServerEnvironment {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Takes a sentence about a file that others can read. */
  warn(line: string): void
}

/**
 * @returns the secrets of the environment; null where none is given
 * @throws UserError for one that keeps nothing, naming where it came from
 */
export async function secretsOfEnvironment({ environment, warn }: ServerEnvironment): Promise<string[] | null> {
  const { secret, secretFile } = serverVariables
  const [given, path] = [environment[secret] || undefined, environment[secretFile] || undefined]
  if (given !== undefined && path !== undefined)
    throw new UserError(`${secret} and ${secretFile} cannot be used together.`, 'Use only one of them.')
  if (path === undefined) return given === undefined ? null : readSecrets(given, `The environment variable ${secret}`)
  const text = await textOfSecretFile({ path, source: secretFile, name: 'secret' }, warn)
  return readSecrets(text, `The file of ${secretFile}, ${path},`)
}

interface Key {
  /** Says which key sealed a text; of the secret it tells nothing. */
  readonly id: string
  readonly bytes: Buffer
}

function keyOf(secret: string): Key {
  const made = scryptSync(secret, scryptSalt, keyBytes + 32, scryptCost)
  const id = createHash('sha256').update(made.subarray(keyBytes)).digest('hex').slice(0, 12)
  return { id, bytes: made.subarray(0, keyBytes) }
}

/** Whose secret it is, and which: a sealed text that is copied to another hook or field does not open. */
const bound = (hook: string, field: string) => Buffer.from(JSON.stringify([hook, field]))

/** @param secrets as `readSecrets` gives them: at least one. Keys are made of them when they are first needed */
export function openSealer(secrets: readonly string[]): Sealer {
  const keys = new Map<string, Key>()
  const keyOfSecret = (secret: string): Key => {
    const key = keys.get(secret) ?? keyOf(secret)
    keys.set(secret, key)
    return key
  }
  const [first = ''] = secrets
  return {
    seal(text, hook, field) {
      const { id, bytes } = keyOfSecret(first)
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, bytes, nonce).setAAD(bound(hook, field))
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return { key: id, sealed: sealed.toString('base64') }
    },
    open(text, hook, field) {
      const key = secrets.map(keyOfSecret).find(({ id }) => id === text.key)
      if (key === undefined) throw wrongSecret()
      return opened(text, key, bound(hook, field))
    },
    isCurrent: ({ key }) => key === keyOfSecret(first).id,
  }
}

function opened({ sealed }: SealedText, { bytes }: Key, of: Buffer): string {
  const all = Buffer.from(sealed, 'base64')
  const tagAt = all.length - tagBytes
  if (tagAt < nonceBytes) throw alteredText()
  const decipher = createDecipheriv(algorithm, bytes, all.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(of).setAuthTag(all.subarray(tagAt))
  try {
    return decipher.update(all.subarray(nonceBytes, tagAt), undefined, 'utf8') + decipher.final('utf8')
  } catch (error) {
    throw alteredText(error)
  }
}

const wrongSecret = () =>
  new UserError(
    `The keys of the hooks are sealed with another ${secretVariable}.`,
    `Give the one they were sealed with; to exchange it, put the new one before it, with a comma between. Nothing was changed.`,
    { code: 'secret-wrong' },
  )

const alteredText = (cause?: unknown) =>
  new UserError(
    'A sealed key of a hook was altered in the database, or belongs to another hook.',
    'Restore the database from a backup, or delete that hook and add it again.',
    { code: 'secret-altered', cause },
  )

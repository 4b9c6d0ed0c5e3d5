/** What `verify` and `sign` have in common: a body from a file or a pipe, and keys without a listener. */
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import type { SigningKey } from '../../core/hooks/hook.ts'
import { printable } from '../../core/text/text.ts'
import type { ConfigChoice } from '../../server/config/config-read.ts'
import { inHome } from '../../server/config/home.ts'
import { gatherSecrets, type SecretOptions } from '../../server/config/secrets.ts'
import { UserError, usageError } from '../../server/lib/errors.ts'
import type { Io } from './io.ts'
import { askSecret, canAsk } from './prompt.ts'
import { sayingTo } from './say.ts'
import { isSecretGiven, settingsFor } from './settings.ts'

export interface OfflineOptions extends SecretOptions {
  readonly config: ConfigChoice
  readonly json: boolean
  /** As typed; null or `-` for standard input. */
  readonly file: string | null
}

/** Larger bodies are no webhooks, and would only fill the memory. */
const largestBody = 64 * 1024 * 1024

const problems: Readonly<Record<string, { what: string; hint: string }>> = {
  ENOENT: { what: 'does not exist', hint: 'Check the path.' },
  EISDIR: { what: 'is a folder', hint: 'Name the file in it that contains the body.' },
}

/**
 * The bytes, exactly as they are.
 * @throws UserError for a file that cannot be read, a body that is too large, and a terminal in place of a pipe
 */
export async function readBodyFile({ file }: OfflineOptions, io: Io): Promise<Buffer> {
  const isPiped = file === null || file === '-'
  if (isPiped && io.stdin.isTTY === true) throw usageError('There is no body.', 'Name its file, or pipe it in.')
  const path = isPiped ? null : resolve(io.folder, inHome(file))
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of path === null ? io.stdin : createReadStream(path)) {
      const piece = Buffer.from(chunk)
      bytes += piece.length
      if (bytes > largestBody)
        throw new UserError('The body is larger than 64 MiB.', 'The gateway’s events are a few kilobytes.')
      chunks.push(piece)
    }
  } catch (error) {
    if (error instanceof UserError || path === null) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const { what, hint } = problems[code] ?? { what: `cannot be read (${code})`, hint: 'Check its permissions.' }
    throw new UserError(`The body file ${printable(path)} ${what}.`, hint, { cause: error })
  }
  if (bytes === 0) {
    sayingTo(io).warn(`The body is empty: nothing ${isPiped ? 'came through the pipe' : 'is in the file'}.`)
  }
  return Buffer.concat(chunks)
}

/**
 * The keys that are known here, the signature key first.
 * @throws UserError when there is none
 */
export async function readKeys(options: OfflineOptions, io: Io): Promise<readonly [SigningKey, ...SigningKey[]]> {
  const { warn } = sayingTo(io)
  const { environment } = io
  const { file } = await settingsFor(options, io, { reads: 'everything', optional: isSecretGiven(options, io) })
  const secrets = await gatherSecrets({ options, environment, file, ask: canAsk() ? askSecret : null, warn })
  const [first, ...rest]: SigningKey[] = [
    ...(secrets.signatureKey === null ? [] : [{ kind: 'signature-key', key: secrets.signatureKey } as const]),
    ...(secrets.sourceKey === null ? [] : [{ kind: 'source-key', key: secrets.sourceKey } as const]),
  ]
  if (first !== undefined) return [first, ...rest]
  throw usageError(
    'No key is known.',
    'Use --signature-key or --source-key, which ask for it, or set HOOKSCOPE_SIGNATURE_KEY.',
  )
}

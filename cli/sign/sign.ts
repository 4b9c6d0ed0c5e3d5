/** `hookscope sign`: the X-Signature of a body, as the gateway would write it. */
import { keyNames, maskKey } from '../../core/hooks/hook.ts'
import { exitCodes } from '../../server/lib/errors.ts'
import { sign as signatureOf } from '../../server/verify/signature.ts'
import type { Io } from '../shared/io.ts'
import { type OfflineOptions, readBodyFile, readKeys } from '../shared/offline.ts'
import { paintFor } from '../shared/style.ts'

/** One line on standard output: the signature alone, or an object under `--json`. @returns the exit code */
export async function signCommand(options: OfflineOptions, io: Io): Promise<number> {
  const [{ kind, key }] = await readKeys(options, io)
  const body = await readBodyFile(options, io)
  const signature = signatureOf(key, body)
  const line = { kind: 'signature', signature, bytes: body.length, key: { kind, masked: maskKey(key) } }
  io.stdout.write(`${options.json ? JSON.stringify(line) : signature}\n`)
  const paint = paintFor(io.stderr, io.environment)
  if (!options.json)
    io.stderr.write(`${paint.dim(`${body.length} bytes, signed with the ${keyNames[kind]} ${maskKey(key)}`)}\n`)
  return exitCodes.ok
}

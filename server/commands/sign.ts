/** `hookscope sign`: the X-Signature of a body, as the gateway would write it. */
import { maskKey } from '../../core/hook.ts'
import { exitCodes } from '../errors.ts'
import type { Io } from '../io.ts'
import { sign as signatureOf } from '../signature.ts'
import { paintFor } from '../terminal/style.ts'
import { keyNames, type OfflineOptions, readBody, readKeys } from './offline.ts'

/** One line on standard output: the signature alone, or an object under `--json`. @returns the exit code */
export async function sign(options: OfflineOptions, io: Io): Promise<number> {
  const [{ kind, key }] = await readKeys(options, io)
  const body = await readBody(options, io)
  const signature = signatureOf(key, body)
  const line = { kind: 'signature', signature, bytes: body.length, key: { kind, masked: maskKey(key) } }
  io.stdout.write(`${options.json ? JSON.stringify(line) : signature}\n`)
  const paint = paintFor(io.stderr, io.environment)
  if (!options.json)
    io.stderr.write(`${paint.dim(`${body.length} bytes, signed with the ${keyNames[kind]} ${maskKey(key)}`)}\n`)
  return exitCodes.ok
}

/** `hookscope completion`: prints a shell's script. */
import { exitCodes } from '../../server/lib/errors.ts'
import type { Io } from '../shared/io.ts'
import { type Shell, scripts } from './scripts.ts'

/** @returns the exit code */
export async function completion({ shell }: { readonly shell: Shell }, io: Io): Promise<number> {
  io.stdout.write(scripts[shell])
  return exitCodes.ok
}

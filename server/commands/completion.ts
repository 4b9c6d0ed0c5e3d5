/** `hookscope completion`: prints a shell's script. */
import { type Shell, scripts } from '../completion/scripts.ts'
import { exitCodes } from '../errors.ts'
import type { Io } from '../io.ts'

/** @returns the exit code */
export async function completion({ shell }: { readonly shell: Shell }, io: Io): Promise<number> {
  io.stdout.write(scripts[shell])
  return exitCodes.ok
}

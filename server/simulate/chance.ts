/** Chance that can be repeated: the same seed and the same question give the same answer, in any order and after a restart. */
import { createHash } from 'node:crypto'

/** @returns 0 inclusive to 1 exclusive */
export function chance(seed: number, ...question: readonly (string | number)[]): number {
  return (
    createHash('sha256')
      .update([seed, ...question].join(' '))
      .digest()
      .readUInt32BE(0) /
    2 ** 32
  )
}

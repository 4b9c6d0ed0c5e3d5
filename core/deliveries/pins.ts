/** Pinned deliveries and the limits of what is kept: they stay, and count against none. */
import { byteSize } from '../text/bytes.ts'
import { counted, withCommas } from '../text/text.ts'

/** What pinned deliveries alone take up, where that is more than a limit. */
export interface PinsBeyond {
  readonly count: number
  readonly bytes: number
}

/** That pinned deliveries alone are more than a limit, as sentences. */
export function pinsSentence(
  { count, bytes }: PinsBeyond,
  limits: { readonly count: number | null; readonly bytes: number | null },
): string {
  const pinned = counted(count, 'pinned delivery takes', 'pinned deliveries take')
  const what =
    limits.count !== null && count > limits.count
      ? `${withCommas(count)} deliveries are pinned, more than the ${withCommas(limits.count)} others that the limits let stay.`
      : `${pinned} up ${byteSize(bytes)}, more than the ${byteSize(limits.bytes ?? 0)} that the limits let stay beside ${count === 1 ? 'it' : 'them'}.`
  return `${what} Pinned ones stay until they are unpinned.`
}

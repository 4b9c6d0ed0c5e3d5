/** Two signatures one above the other, so that the eye finds where they part. */

export interface AlignedCell {
  /** From 0. */
  readonly place: number
  /** One character; empty where this side is shorter. */
  readonly expected: string
  readonly received: string
  readonly same: boolean
}

export interface Alignment {
  /** Groups of eight characters. */
  readonly groups: readonly (readonly AlignedCell[])[]
  /** Place of the first difference, from 0; null when both are the same. */
  readonly firstDifference: number | null
  /** How many characters differ. */
  readonly differences: number
}

const groupSize = 8
const longest = 256

/** Compares character by character, at most the first 256; case counts. */
export function align(expected: string, received: string): Alignment {
  const length = Math.min(longest, Math.max(expected.length, received.length))
  const cells = Array.from({ length }, (_, at): AlignedCell => {
    const [left = '', right = ''] = [expected[at], received[at]]
    return { place: at, expected: left, received: right, same: left === right }
  })
  const first = cells.findIndex(cell => !cell.same)
  const groups: AlignedCell[][] = []
  for (let at = 0; at < cells.length; at += groupSize) groups.push(cells.slice(at, at + groupSize))
  return {
    groups,
    firstDifference: first < 0 ? null : first,
    differences: cells.filter(cell => !cell.same).length,
  }
}

/** What the kind of difference suggests; null when it suggests nothing. */
export function differenceHint(expected: string, received: string): string | null {
  const bare = received.trim()
  if (expected === bare) return 'There is whitespace around it: something on the way rewrote the header.'
  if (expected === bare.toLowerCase()) return 'Only the case differs: the gateway sends lower case.'
  if (/^[a-z][a-z0-9-]{0,15}=./i.test(bare))
    return 'It begins with a prefix; the gateway sends the bare hexadecimal signature.'
  if (/^[A-Za-z0-9+/]{43}=$/.test(bare)) return 'It looks like base64; the gateway sends hexadecimal.'
  if (!/^[0-9a-f]{64}$/i.test(bare)) return `It is not 64 hexadecimal characters but ${bare.length} characters.`
  return null
}

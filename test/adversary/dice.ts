/** Chance that a failed run can be repeated with: the same seed, the same throws. */

export interface Dice {
  /** 0 inclusive to `sides` exclusive. */
  below(sides: number): number
  pick<Item>(items: readonly [Item, ...Item[]]): Item
  bytes(count: number): Buffer
}

/** @param seed a whole number; xorshift32, whose state must not be 0 */
export function openDice(seed: number): Dice {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) | 1
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  const below = (sides: number) => next() % sides
  return {
    below,
    pick: items => items[below(items.length)] ?? items[0],
    bytes: count => Buffer.from(Array.from({ length: count }, () => below(256))),
  }
}

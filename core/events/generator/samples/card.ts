/** Cards as the gateway shows them: all but the first and last four digits masked. */
import type { Dice } from './dice.ts'

export interface Card {
  /** As on transactions. */
  readonly letter: 'V' | 'M'
  /** As on card updates. */
  readonly brand: 'Visa' | 'MasterCard'
  /** The first and the last four digits. */
  readonly first: string
  readonly last: string
}

const brands = [
  { letter: 'V', brand: 'Visa', first: '4' },
  { letter: 'M', brand: 'MasterCard', first: '5' },
] as const

/** @param letter any brand when it is not given */
export function rollCard(dice: Dice, letter?: Card['letter']): Card {
  const chosen = brands.find(brand => brand.letter === letter) ?? dice.pick(brands)
  return {
    letter: chosen.letter,
    brand: chosen.brand,
    first: `${chosen.first}${dice.digits(3)}`,
    last: dice.digits(4),
  }
}

const masked = ({ first, last }: Card, hidden: number) => `${first}${'x'.repeat(hidden)}${last}`

/** As transactions show it: 4444xxxxxxxx1111. */
export const numberOnTransactions = (card: Card): string => masked(card, 8)

/** As the card updater shows it: with one x more. */
export const numberOnCardUpdates = (card: Card): string => masked(card, 9)

/** Cards as the gateway shows them: all but the first and last four digits masked. */
import type { Dice } from './dice.ts'

export interface Card {
  /** As on transactions. */
  readonly letter: 'V' | 'M'
  /** As on card updates. */
  readonly brand: 'Visa' | 'MasterCard'
  /** 4444xxxxxxxx1111. */
  readonly number: string
}

const brands = [
  { letter: 'V', brand: 'Visa', first: '4' },
  { letter: 'M', brand: 'MasterCard', first: '5' },
] as const

/** @param letter any brand when it is not given */
export function rollCard(dice: Dice, letter?: Card['letter']): Card {
  const chosen = brands.find(brand => brand.letter === letter) ?? dice.pick(brands)
  const number = `${chosen.first}${dice.digits(3)}xxxxxxxx${dice.digits(4)}`
  return { letter: chosen.letter, brand: chosen.brand, number }
}

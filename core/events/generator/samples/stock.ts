/** product.inventory.*: a sale takes from the stock, or someone counts it anew. */
import type { EventType } from '../../catalogue.ts'
import type { Dice } from './dice.ts'
import type { Fields } from './writing.ts'

export interface Stock {
  readonly key: string
  readonly locationid: string
  /** Before the first event. */
  readonly onHand: number
  /** What a sale takes at a time. */
  readonly ordered: number
  /** What the count changes, either way. */
  readonly adjusted: number
}

export function rollStock(dice: Dice): Stock {
  return {
    key: dice.key(16),
    locationid: String(dice.integer(1, 40)),
    onHand: dice.integer(60, 900),
    ordered: dice.integer(1, 9),
    adjusted: dice.chance(0.7) ? dice.integer(1, 30) * 10 : -dice.integer(1, 12),
  }
}

const movement = (stock: Stock, type: EventType) =>
  type === 'product.inventory.ordered' ? -stock.ordered : stock.adjusted

/** @param before the types of the events about this stock so far */
export function stockObject(type: EventType, stock: Stock, before: readonly EventType[]): Fields {
  const change = movement(stock, type)
  return {
    type: 'product',
    key: stock.key,
    locationid: stock.locationid,
    qtyonhand: [...before, type].reduce((left, moved) => left + movement(stock, moved), stock.onHand),
    qtyonhand_change: change > 0 ? `+${change}` : String(change),
    uri: `products/${stock.key}`,
  }
}

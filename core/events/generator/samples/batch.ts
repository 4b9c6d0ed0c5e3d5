/** settlement.batch.*: a batch of transactions settles, or does not. */
import type { EventType } from '../../catalogue.ts'
import type { Dice } from './dice.ts'
import { type Fields, plainCents } from './writing.ts'

/** A batch as its transactions and its settlement name it. */
export interface Batch {
  /** What its transactions call it. */
  readonly key: string
  /** What its settlement calls it; the same batch is known by its `refnum`. */
  readonly settlementKey: string
  readonly refnum: string
  /** Counts up with each batch. */
  readonly sequence: number
}

export function rollBatch(dice: Dice): Batch {
  return {
    key: dice.key(),
    settlementKey: dice.key(),
    refnum: dice.digits(6),
    sequence: dice.integer(1, 400),
  }
}

/** The batch after another. */
export function nextBatch(dice: Dice, { refnum, sequence }: Batch): Batch {
  return {
    key: dice.key(),
    settlementKey: dice.key(),
    refnum: String(Number(refnum) + dice.integer(1, 90)),
    sequence: sequence + 1,
  }
}

/** The batch as a transaction names it. */
export function batchOf(batch: Batch): Fields {
  return { type: 'batch', key: batch.key, batchrefnum: batch.refnum, sequence: String(batch.sequence) }
}

const failures = [
  'The processor could not be reached',
  'Batch rejected: totals do not match',
  'Settlement timed out',
] as const

/** @param sale cents of a sale that is certainly in it */
export function settlementObject(type: EventType, batch: Batch, dice: Dice, sale: number): Fields {
  const others = Array.from({ length: dice.integer(0, 40) }, () => dice.integer(500, 60_000))
  const sales = others.reduce((sum, cents) => sum + cents, sale)
  const credits = dice.chance(0.4) ? dice.integer(100, 9000) : 0
  const settled = type === 'settlement.batch.success'
  return {
    type: 'batch',
    key: batch.settlementKey,
    batchnum: String(batch.sequence),
    batchrefnum: batch.refnum,
    response: settled ? 'A' : 'E',
    ...(settled
      ? { totalsales: plainCents(sales), totalcredits: plainCents(credits), numsales: others.length + 1 }
      : { reason: dice.pick(failures) }),
    uri: `batches/${batch.settlementKey}`,
  }
}

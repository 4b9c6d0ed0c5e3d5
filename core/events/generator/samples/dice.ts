/** The chance that samples are made of: seeded, so that a seed gives the same event everywhere. Never for secrets. */

const hexDigits = '0123456789abcdef'
// Without vowels, so that no key spells a word.
const keyLetters = '0123456789bcdfghjkmnpqrstvwxyz'

/** A small generator with 128 bits of state (sfc32): any two pairs of seed and stream go ways of their own. */
export class Dice {
  private a: number
  private b: number
  private c = 0x9e3779b9 | 0
  private counter = 1

  /**
   * @param seed any 32-bit number
   * @param stream tells the uses of one seed apart
   */
  constructor(seed: number, stream: number) {
    this.a = seed | 0
    this.b = stream | 0
    for (let round = 0; round < 15; round++) this.next()
  }

  /** 0 inclusive to 1 exclusive. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }

  /** Both ends inclusive. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  /** @param share how often it is true, 0 to 1 */
  chance(share: number): boolean {
    return this.next() < share
  }

  pick<const List extends readonly [unknown, ...unknown[]]>(options: List): List[number] {
    return options[this.integer(0, options.length - 1)] ?? options[0]
  }

  /** Decimal digits, the first one not 0. */
  digits(length: number): string {
    return String(this.integer(1, 9)) + this.text('0123456789', length - 1)
  }

  /**
   * A key as the gateway gives them to its objects.
   * @param length 15 characters for merchants, transactions and batches; products and card updates have longer ones
   */
  key(length = 15): string {
    return this.text(keyLetters, length)
  }

  /** Lower-case hexadecimal. */
  hex(length: number): string {
    return this.text(hexDigits, length)
  }

  private text(alphabet: string, length: number): string {
    let text = ''
    while (text.length < length) text += alphabet.charAt(this.integer(0, alphabet.length - 1))
    return text
  }
}

/** Of what several processes on one log offer to be sent again: what each of them says of it to the others, in one order. */

export interface OfferSaid {
  /** Grows with each. */
  readonly seq: number
  readonly value: string
}

export interface OfferStore {
  /** What was said after another, in its order; what was said more than a day ago may be missing. */
  after(seq: number): Promise<readonly OfferSaid[]>
  /** The newest; 0 when there is none. */
  newest(): Promise<number>
  /**
   * Says one, for who knows all that was said before.
   * @param known the newest that is known
   * @returns its number; null when there is a newer one: nothing is said then
   * @throws StoreUnavailable when it cannot be kept
   */
  say(value: string, known: number): Promise<number | null>
  /** Called when another process has said one, within a second. @returns a function that stops the calls */
  onSaid(listener: () => void): () => void
}

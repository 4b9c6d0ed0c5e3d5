/** What makes a file of deliveries, one after the other. */
import type { Delivery } from '../../core/deliveries/delivery.ts'

export interface FileWriter {
  /** The media type. */
  readonly type: string
  /** Of the file's name, without the dot. */
  readonly extension: string
  readonly head: string
  /** Stands before each delivery but the first. */
  readonly between: string
  /** Never empty. */
  text(delivery: Delivery): Promise<string>
  /** @param count how many deliveries are in the file */
  foot(count: number): string
  /** The deliveries are in the order in which they came: those that repeat another follow it. */
  readonly oldestFirst: boolean
}

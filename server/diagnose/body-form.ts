import type { SignatureCause } from '../../core/deliveries/diagnosis.ts'

/** What may have been signed, and what is wrong when it was. */
export interface BodyForm {
  readonly causes: readonly SignatureCause[]
  readonly bytes: Uint8Array
}

import { signal } from '@preact/signals'
import type { TunnelChoice, TunnelChoiceWay } from '../../core/api/tunnel.ts'

/** Asked about: whether this way in is to be opened; null: nothing is. */
export const askedWay = signal<{ readonly way: TunnelChoiceWay; readonly choice: TunnelChoice } | null>(null)

/** Every flaw that a merchant's endpoint may have: how it is planted, and which findings it turns red, exactly. */
import { answersFlaws } from './answers.ts'
import { fastFlaws } from './fast.ts'
import type { Flaw } from './flaw.ts'
import { refusesFlaws } from './refuses.ts'
import { sturdyFlaws } from './sturdy.ts'
import { survivesFlaws } from './survives.ts'
import { takesFlaws } from './takes.ts'
import { wireFlaws } from './wire.ts'

export const flaws: readonly Flaw[] = [
  ...wireFlaws,
  ...takesFlaws,
  ...refusesFlaws,
  ...survivesFlaws,
  ...fastFlaws,
  ...sturdyFlaws,
  ...answersFlaws,
]

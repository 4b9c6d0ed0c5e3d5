/** What an endpoint takes and survives: each flaw turns exactly its own findings red. */
import { describe } from 'vitest'
import { answersFlaws } from '../../merchants/flaws/answers.ts'
import { fastFlaws } from '../../merchants/flaws/fast.ts'
import { sturdyFlaws } from '../../merchants/flaws/sturdy.ts'
import { survivesFlaws } from '../../merchants/flaws/survives.ts'
import { takesFlaws } from '../../merchants/flaws/takes.ts'
import { eachTurnsItsOwnRed } from '../../merchants/matrix.ts'

describe.concurrent('one flaw', () => {
  eachTurnsItsOwnRed([...answersFlaws, ...fastFlaws, ...sturdyFlaws, ...survivesFlaws, ...takesFlaws])
})

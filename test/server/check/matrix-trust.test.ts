/** The wire, and whom an endpoint believes: each flaw turns exactly its own findings red. */
import { describe } from 'vitest'
import { refusesFlaws } from '../../merchants/flaws/refuses.ts'
import { wireFlaws } from '../../merchants/flaws/wire.ts'
import { eachTurnsItsOwnRed } from '../../merchants/matrix.ts'

describe.concurrent('one flaw', () => {
  eachTurnsItsOwnRed([...refusesFlaws, ...wireFlaws])
})

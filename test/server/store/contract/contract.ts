/** What any engine of the Store must do. */
import { describe } from 'vitest'
import { changeContract } from './changes.ts'
import { checkContract } from './checks.ts'
import { claimContract } from './claims.ts'
import { deliveryContract } from './deliveries.ts'
import { editContract } from './edits.ts'
import { groupingContract } from './grouping.ts'
import { hookContract } from './hooks.ts'
import { laptopContract } from './laptops.ts'
import { maskedContract } from './masked.ts'
import { offerContract } from './offers.ts'
import { type Engine, usePlace } from './place.ts'
import { queryContract } from './query.ts'
import { relatedContract } from './related.ts'
import { retentionContract } from './retention.ts'
import { simulationContract } from './simulations.ts'
import { unfinishedContract } from './unfinished.ts'

const contracts = {
  deliveries: deliveryContract,
  changes: changeContract,
  grouping: groupingContract,
  hooks: hookContract,
  'related events': relatedContract,
  retention: retentionContract,
  simulations: simulationContract,
  checks: checkContract,
  unfinished: unfinishedContract,
  offers: offerContract,
  claims: claimContract,
  laptops: laptopContract,
  'what is masked': maskedContract,
}

export function storeContract(name: string, engine: Engine): void {
  describe(name, () => {
    for (const [what, contract] of Object.entries(contracts)) describe(what, () => contract(usePlace(engine)))
    // A slice ends after each delivery.
    describe('edits', () => editContract(usePlace(engine, { sliceMs: 0 })))
    describe('queries', () => queryContract(engine))
  })
}

import { describe, expect, it } from 'vitest'
import { catalogue, families, findEvent } from '../../core/catalogue.ts'

describe('the catalogue', () => {
  it('has the 25 events of the gateway, each once', () => {
    expect(new Set(catalogue.map(entry => entry.type)).size).toBe(25)
  })

  it('has events for every family', () => {
    expect(new Set(catalogue.map(entry => entry.family))).toEqual(new Set(families))
  })

  it('finds the six card updater events under both spellings', () => {
    const steps = ['created', 'submitted', 'updated_expiration', 'updated_card', 'contact_customer', 'account_closed']
    for (const step of steps) expect(findEvent(`cardupdate.${step}`)).toBe(findEvent(`cau.${step}`))
  })

  it.each(['', 'transaction.sale', 'TRANSACTION.SALE.SUCCESS', 'constructor', 'cardupdate.unknown'])(
    'does not know %j',
    type => {
      expect(findEvent(type)).toBeUndefined()
    },
  )
})

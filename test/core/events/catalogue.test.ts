import { describe, expect, expectTypeOf, it } from 'vitest'
import { catalogue, type EventType, families, findEvent } from '../../../core/events/catalogue.ts'

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

  it('names each event in its type, so that a misspelled one does not compile', () => {
    expectTypeOf<'cau.created'>().toExtend<EventType>()
    expectTypeOf<'cau.creatd'>().not.toExtend<EventType>()
  })

  it.each(['', 'transaction.sale', 'TRANSACTION.SALE.SUCCESS', 'constructor', 'cardupdate.unknown'])(
    'does not know %j',
    type => {
      expect(findEvent(type)).toBeUndefined()
    },
  )
})

/** `hookscope trigger` at a terminal with nothing named: what is sent is found by typing. */
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { pickable } from '../../../cli/trigger/picker.ts'
import { isFound } from '../../../cli/trigger/search-prompt.ts'
import { scenarios } from '../../../core/events/generator/scenarios.ts'
import type { Sample } from '../../../core/simulate/simulation.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { type Merchant, startMerchant } from '../../helpers/merchants.ts'
import { atTerminal, hasTerminal, type Terminal } from '../../helpers/terminal.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const enter = '\r'
const escapeKey = '\u001b'

async function asked(): Promise<{ terminal: Terminal; app: Merchant }> {
  const app = await startMerchant()
  closers.push(app.close)
  const terminal = atTerminal(['trigger', '--to', app.url, '--db', join(emptyFolder(), 'none.db')])
  closers.push(terminal.stop)
  await terminal.showsNext(/What should the gateway send\?[\s\S]*transaction\.sale\.success/)
  return { terminal, app }
}

const typesOf = (app: Merchant) => app.received.map(({ body }) => JSON.parse(body.toString()).event_type)

describe.skipIf(!hasTerminal)('at a terminal', () => {
  it('an event type is found by what it means, and sent', async () => {
    const { terminal, app } = await asked()
    terminal.type('payment returned')
    await terminal.showsNext(/1 match/)
    terminal.type(enter)
    await terminal.showsNext(/Delivered, unsigned: your app/)
    expect(await terminal.code, terminal.raw()).toBe(0)
    expect(typesOf(app)).toEqual(['ach.returned'])
  })

  it('a journey is found, too, and all its events are sent', async () => {
    const { terminal, app } = await asked()
    terminal.type('scenario unvoid')
    await terminal.showsNext(/1 match/)
    terminal.type(enter)
    await terminal.showsNext(/All 3 delivered/)
    expect(await terminal.code, terminal.raw()).toBe(0)
    expect(typesOf(app).sort()).toEqual([
      'transaction.sale.success',
      'transaction.sale.unvoided',
      'transaction.sale.voided',
    ])
  })

  it('given up, nothing is sent', async () => {
    const { terminal, app } = await asked()
    terminal.type(escapeKey)
    await terminal.showsNext(/Nothing was sent\./)
    expect(await terminal.code, terminal.raw()).toBe(1)
    expect(app.received).toEqual([])
  })
})

describe('what can be picked', () => {
  const sample: Sample = {
    name: 'refund',
    eventType: 'transaction.refund.success',
    body: '{}',
    createdAt: '2026-11-01T00:00:00.000Z',
    delivery: 3,
  }
  const choices = pickable([sample])
  const found = (typed: string) => choices.filter(choice => isFound(typed, choice)).map(({ named }) => named)

  it('is every event type, every journey and own samples, none under the name of another', () => {
    expect(choices).toHaveLength(25 + scenarios.length + 1)
    expect(new Set(choices.map(({ value }) => value)).size).toBe(choices.length)
  })

  it('is found by words in any order and case, of name, meaning and group', () => {
    expect(found('FAILURE settlement')).toEqual([{ words: ['settlement.batch.failure'], scenario: null }])
    expect(found('Card updater number')).toContainEqual({ words: [], scenario: 'card-update-number' })
    expect(found('sample refund')).toEqual([{ words: ['refund'], scenario: null }])
    expect(found('scenario refund')).toContainEqual({ words: [], scenario: 'refund' })
    expect(found('zebra')).toEqual([])
    expect(found('')).toHaveLength(choices.length)
  })
})

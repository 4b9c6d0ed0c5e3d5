/** What is learned of a shop by counting before and after; and where the counting is done. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { type EffectReading, openEffectMeter } from '../../../server/check/effect.ts'
import { effectOfUrl, parseReading } from '../../../server/check/effect-source.ts'
import { UserError } from '../../../server/lib/errors.ts'
import { type Manner, manners, startMerchant } from '../../helpers/merchants.ts'

/** A shop whose numbers a test changes. */
function counted(start: EffectReading, effectMs = 200) {
  let numbers: Record<string, number> = { ...start }
  const add = (change: EffectReading) => {
    for (const [name, by] of Object.entries(change)) numbers = { ...numbers, [name]: (numbers[name] ?? 0) + by }
  }
  return { add, meter: openEffectMeter(async () => ({ ...numbers }), { effectMs }, new AbortController().signal) }
}

describe('the effect of work', () => {
  it.each<[string, EffectReading, readonly EffectReading[], object]>([
    ['one sale', { orders: 1 }, [{ orders: 1 }], { kind: 'times', times: 1 }],
    ['two sales', { orders: 1 }, [{ orders: 1 }, { orders: 1 }], { kind: 'times', times: 2 }],
    ['nothing', { orders: 1 }, [], { kind: 'times', times: 0 }],
    ['sums of money', { orders: 1, total: 0.1 }, [{ orders: 3, total: 0.1 + 0.2 }], { kind: 'times', times: 3 }],
    ['stock that falls', { orders: 1, stock: -2 }, [{ orders: 2, stock: -4 }], { kind: 'times', times: 2 }],
    ['half of it', { orders: 1, stock: -1 }, [{ orders: 1 }], { kind: 'other', change: { orders: 1 } }],
    ['something else', { orders: 1 }, [{ refunds: 1 }], { kind: 'other', change: { refunds: 1 } }],
    ['what is not counted', {}, [{ orders: 1 }], { kind: 'blind' }],
  ])('is measured in what one sale does: %s', async (_, unit, changes, effect) => {
    const { add, meter } = counted({ orders: 7, total: 12.3, stock: 90 })
    await meter.calibrate(async () => {
      add(unit)
      return true
    })
    const work = async () => {
      for (const change of changes) add(change)
      return 'done'
    }
    expect(await meter.around(work)).toEqual({ result: 'done', effect })
  })

  it('is waited for when it comes after the answer', async () => {
    const { add, meter } = counted({ orders: 0 }, 10_000)
    const later = async () => {
      setTimeout(() => add({ orders: 1 }), 50)
      return true
    }
    await meter.calibrate(later)
    expect(meter.atAnswer).toBe(false)
    expect((await meter.around(later)).effect).toEqual({ kind: 'times', times: 1 })
  })

  it('of a shop that never rests comes to an end', async () => {
    let orders = 0
    const read = async () => ({ orders: orders++ })
    const meter = openEffectMeter(read, { effectMs: 100 }, new AbortController().signal)
    await meter.calibrate(async () => true)
    expect((await meter.around(async () => 'done')).result).toBe('done')
  })

  it('of what was sent before is not taken for that of the work, though it comes late', async () => {
    const { add, meter } = counted({ orders: 0 }, 10_000)
    const later = async () => {
      setTimeout(() => add({ orders: 1 }), 50)
      return true
    }
    await meter.calibrate(later)
    await later()
    expect((await meter.around(later)).effect).toEqual({ kind: 'times', times: 1 })
  })

  it('that is there with the answer is known to be', async () => {
    const { add, meter } = counted({ orders: 0 })
    await meter.calibrate(async () => {
      add({ orders: 1 })
      return true
    })
    expect(meter.atAnswer).toBe(true)
  })
})

describe('a reading', () => {
  it.each<[string, EffectReading]>([
    ['12\n', { effect: 12 }],
    ['{"orders": 12, "stock": 88, "name": "shop"}', { orders: 12, stock: 88 }],
  ])('%j is numbers by name', (text, reading) => expect(parseReading(text, 'It')).toEqual(reading))

  it.each([[''], ['twelve'], ['null'], ['[1]'], ['{}'], ['{"orders":"12"}']])('%j is none', text =>
    expect(() => parseReading(text, 'It')).toThrow(UserError),
  )
})

describe('a URL', () => {
  async function counter(manner: Manner) {
    const merchant = await startMerchant(manner)
    onTestFinished(() => merchant.close())
    return { merchant, read: effectOfUrl(new URL(merchant.url), new AbortController().signal) }
  }

  it('is asked for the numbers, with nothing of hookscope’s in the request', async () => {
    const { merchant, read } = await counter(manners.answers('200 OK', [], '{"orders":12}'))
    expect(await read()).toEqual({ orders: 12 })
    expect(merchant.received[0]?.head).toMatch(/^GET .*\r\nHost: .*\r\nAccept: application\/json\r\n/)
  })

  it('that leads elsewhere is not followed', async () => {
    const other = await counter(manners.answers('200 OK', [], '12'))
    const { read } = await counter(manners.answers('302 Found', [`Location: ${other.merchant.url}`]))
    await expect(read()).rejects.toThrow('The effect’s URL answered 302.')
    expect(other.merchant.received).toHaveLength(0)
  })

  it('that answers without an end is not read to it', async () => {
    const { read } = await counter(manners.answers('200 OK', [], ' '.repeat(2 * 1024 * 1024)))
    await expect(read()).rejects.toThrow('more than 1 MiB')
  })
})

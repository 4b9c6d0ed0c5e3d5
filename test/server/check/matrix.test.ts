/** Right merchants have no red finding, and there is a flaw for every probe; the flaws themselves are in files beside this one. */
import { describe, expect, it } from 'vitest'
import { type ProbeId, probes } from '../../../core/check/probes.ts'
import { startExpressShop } from '../../merchants/express.ts'
import { flaws } from '../../merchants/flaws/index.ts'
import { trusted } from '../../merchants/flaws/wire.ts'
import { bad, examine, those } from '../../merchants/matrix.ts'
import { type ShopServer, startNodeShop } from '../../merchants/node.ts'
import type { Shop } from '../../merchants/shop.ts'

describe('a right merchant', () => {
  it.each<[string, (shop: Shop) => Promise<ShopServer>]>([
    ['node:http', startNodeShop],
    ['node:https', shop => startNodeShop(shop, trusted)],
    ['Express over http', startExpressShop],
    ['Express over https', shop => startExpressShop(shop, trusted)],
  ])('on %s is ready', async (_, start) => {
    const report = await examine(start)
    expect(bad(report)).toEqual([])
    expect(report).toMatchObject({ score: 100, ready: true, complete: true })
    expect(those(report, 'told')).toEqual(['signature-upper-case', 'signature-twice'])
  })
})

describe('one flaw', () => {
  it('at least is known for every probe that can be asked on this machine', () => {
    const elsewhere: readonly ProbeId[] = ['public-address', 'signature-upper-case', 'signature-twice']
    const planted = new Set(flaws.flatMap(({ red }) => red))
    expect(probes.map(({ id }) => id).filter(id => !planted.has(id))).toEqual(elsewhere)
  })
})

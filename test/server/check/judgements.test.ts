/** What real servers do, and what the check makes of it: no right one is blamed for its manners. */
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../core/finding.ts'
import type { ProbeId } from '../../../core/probes.ts'
import { hex } from '../../merchants/flaws/flaw.ts'
import { examine } from '../../merchants/matrix.ts'
import { startNodeShop } from '../../merchants/node.ts'
import { type Came, openShop, type Shop } from '../../merchants/shop.ts'

/** The answers of a shop to some questions, by probe. */
async function answersOf(
  plant: (right: Shop) => Partial<Shop>,
  only: readonly ProbeId[],
): Promise<Partial<Record<ProbeId, Finding>>> {
  const right = openShop()
  const { findings } = await examine(startNodeShop, { shop: { ...right, ...plant(right) }, only })
  return Object.fromEntries(findings.map(finding => [finding.probe, finding]))
}

describe('two signature headers', () => {
  const lines = ({ rawHeaders }: Came) => rawHeaders.filter((_, index) => rawHeaders[index - 1] === 'X-Signature')
  it.each<[string, (came: Came) => boolean, string, string]>([
    ['joins them', () => false, 'Refuses two signature headers, one of them forged', '401, 401'],
    [
      'reads the first',
      came => lines(came)[0] === hex(came.body),
      'Reads the first of two signature headers',
      '401, 200',
    ],
    [
      'reads the last',
      came => lines(came).at(-1) === hex(came.body),
      'Reads the last of two signature headers',
      '200, 401',
    ],
    [
      'takes either',
      came => lines(came).includes(hex(came.body)),
      'Accepts two signature headers, one of them forged',
      '200, 200',
    ],
  ])('are told of a server that %s, and never held against it', async (_, also, title, statuses) => {
    const { 'signature-twice': twice } = await answersOf(
      right => ({ signed: came => right.signed(came) || also(came) }),
      ['signature-twice'],
    )
    expect(twice).toMatchObject({ outcome: 'told', title })
    expect(twice?.sentence.match(/\d{3}/g)?.join(', ')).toBe(statuses)
  })
})

describe('501', () => {
  it('is a refusal of a method, as servers answer one that they do not have', async () => {
    const { 'other-methods': methods } = await answersOf(
      () => ({ say: (given, { method }) => (method === 'POST' ? given : { status: 501 }) }),
      ['other-methods'],
    )
    expect(methods).toMatchObject({ outcome: 'pass' })
  })
})

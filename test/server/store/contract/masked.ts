/** No search tells deliveries apart that differ only in what is masked of card data in them. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseQuery } from '../../../../core/search/search.ts'
import { arrival, asItCame } from '../../../helpers/deliveries.ts'
import { guessesAt, maskedPairs } from '../../../helpers/masked-pairs.ts'
import type { ContractPlace } from './place.ts'

export function maskedContract(place: ContractPlace): void {
  it('what is masked of a body, or of what an app said, is not found: not listed, counted, drawn or handed over', async () => {
    const { store } = place
    const pairs = fc.sample(maskedPairs, { numRuns: 16, seed: 4 })
    const kept: { readonly ids: readonly number[]; readonly guesses: readonly string[] }[] = []
    for (const pair of pairs) {
      const ids: number[] = []
      for (const body of [pair.one, pair.other]) {
        const asked = arrival({ body, headers: pair.headers, receivedAt: place.now() })
        const delivery = await store.deliveries.append(asked)
        ids.push(delivery)
        const request = asItCame(asked, 'http://localhost:3000/in')
        const attempt = await store.attempts.start({
          ...{ delivery, source: 'forward', target: request.url, startedAt: place.now(), request },
        })
        await store.attempts.end(attempt, {
          ...{ outcome: 'answered', timing: { connectMs: 1, firstByteMs: 2, totalMs: 3 }, error: null, sloppy: [] },
          answer: { status: 500, headers: pair.headers, body, bodyBytes: body.length },
        })
      }
      kept.push({ ids, guesses: guessesAt(pair) })
    }
    await store.deliveries.settled()
    const told: string[] = []
    let [asked, found] = [0, 0]
    // A part of the guesses at each is enough, another one each time.
    for (const [at, { ids, guesses }] of kept.entries())
      for (const [which, guess] of guesses.entries()) {
        for (const text of which % 4 === at % 4 ? [guess, ...(which === at % 8 ? [`-${guess}`] : [])] : []) {
          const parsed = parseQuery(`id:${ids.join('-')} ${text}`)
          if (!parsed.ok) continue
          const { query } = parsed
          const matching: number[] = []
          const [page, counted, timeline, facets] = await Promise.all([
            store.deliveries.list({ query, before: null, limit: 10, grouped: false }),
            store.deliveries.count(query, 10),
            store.deliveries.timeline({ query, buckets: 1, from: null, to: null }),
            store.deliveries.facets({ query, cap: 10 }),
            store.deliveries.matching(query, some => matching.push(...some)),
          ])
          const drawn = timeline.buckets.reduce((sum, { unchecked }) => sum + unchecked, 0)
          const all = [page.deliveries.length, counted.count, drawn, facets.total, matching.length]
          asked += 1
          found += page.deliveries.length
          if (all.some(n => n === 1 || n !== all[0])) told.push(`${text}: ${all}`)
        }
      }
    expect(told).toEqual([])
    // What is found of them is what both have.
    expect(asked).toBeGreaterThan(60)
    expect(found).toBeGreaterThan(10)
  }, 30_000)
}

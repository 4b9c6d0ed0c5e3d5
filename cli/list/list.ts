/** `hookscope list`: deliveries that were kept, each in one line. */
import { searchedSentence } from '../../core/deliveries/preparing.ts'
import { localZone, meantSearch } from '../../core/search/search.ts'
import { withCommas } from '../../core/text/text.ts'
import { exitCodes } from '../../server/lib/errors.ts'
import type { MaybeEstimated } from '../../server/store/deliveries.ts'
import { answerOf } from '../client.ts'
import { causesFor } from '../shared/causes.ts'
import { findIds, findListed, foundLines, missingOf, rowJson } from '../shared/found.ts'
import { idsOfWords } from '../shared/ids.ts'
import type { Io } from '../shared/io.ts'
import { look } from '../shared/looking.ts'
import { missingText } from '../shared/missing-ids.ts'
import type { CommonOptions } from '../shared/options.ts'
import { wholeOf } from '../shared/options.ts'
import { preparingLines } from '../shared/preparing-lines.ts'
import { queryOfWords } from '../shared/query-words.ts'

export interface ListOptions extends CommonOptions {
  readonly words: readonly string[]
  /** As typed. */
  readonly limit: string | null
}

/** A longer count is estimated, milliseconds: the lines are there already. */
const longestCountMs = 150
/** The most that may be asked for. */
const mostListed = 100_000

/** @returns the exit code */
export async function listKept({ words, limit, ...options }: ListOptions, io: Io): Promise<number> {
  const asked = queryOfWords(words)
  const ids = idsOfWords(words) ?? []
  const most = wholeOf('--limit', limit ?? '20', { most: mostListed, hint: 'Such as --limit 100.' })
  return look({ ...options, rebuilt: true }, io, null, async ({ client, style, print, printJson, say }) => {
    const { api } = client
    const missing = missingOf(ids, await findIds(api, ids))
    const q = missing.length > 0 && missing.length === ids.length ? searchOf(words, missing) : asked
    const { found, preparing } = await findListed(api, q, most)
    const status = await answerOf(api.status.$get())
    const counted = await answerOf(
      api.deliveries.count.$get({ query: { q, zone: localZone(), within: String(longestCountMs) } }),
    )
    const all = { ...counted, count: Math.max(counted.count, found.length) }
    const causes = await causesFor(api, found)
    // A reader may take its time (`| less`): others have the database meanwhile.
    await client.close()
    if (missing.length > 0) say(`${missingText(missing)}${q === asked ? '' : `: searched for ${q} instead`}.`)
    if (preparing !== null) say(searchedSentence(preparing))
    if (options.json) {
      for (const delivery of found) await printJson(rowJson(delivery, status, causes))
      return exitCodes.ok
    }
    const { newest = [], count = 0 } = preparing ?? {}
    for (const delivery of newest.slice(0, most)) await print(preparingLines(delivery, count, style))
    let day = dayOf(new Date().toISOString())
    for (const delivery of found) {
      const own = dayOf(delivery.receivedAt)
      await print([...(own === day ? [] : [style.paint.dim(own)]), ...foundLines(delivery, status, causes, style)])
      day = own
    }
    if (found.length > 0) say(style.paint.dim(`${found.length} of ${foundLine(all)}`))
    else if (preparing === null || words.length > 0)
      say(words.length === 0 ? 'Nothing has come yet.' : `Nothing that was kept matches.${meantText(q)}`)
    return exitCodes.ok
  })
}

/** “67”, “more than 100000”, “about 41,000”, “at least 12”. */
export function foundLine({ count, capped, estimated }: { count: number; capped: boolean } & MaybeEstimated): string {
  if (estimated !== undefined) return `${estimated} ${withCommas(count)}`
  return capped ? `more than ${count}` : String(count)
}

/** None of them is the id of a delivery: reference numbers, for instance, or what the inspector's search would find. */
function searchOf(words: readonly string[], numbers: readonly number[]): string {
  const [word = '', ...more] = words
  return more.length === 0 ? word.replace('#', '') : `ref:${numbers.join()}`
}

function meantText(q: string): string {
  const meant = meantSearch(q)
  return meant === null ? '' : ` Did you mean ${meant}?`
}

/** The local day, which stands above the lines of each but today: `Mon, Nov 30, 2026`. */
const dayOf = (iso: string) =>
  new Date(iso).toLocaleDateString('en-US', { weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' })

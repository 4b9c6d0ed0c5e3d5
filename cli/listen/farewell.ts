/** What is said at the end: what is being waited for, what was kept, and what was not forwarded. */

import type { ReplayManner } from '../../core/deliveries/replay.ts'
import { rangeWords } from '../../core/text/id-ranges.ts'
import { counted, printable } from '../../core/text/text.ts'
import { type Awaited, endingMs } from '../../server/lib/openings.ts'
import { shellWord } from '../../server/lib/shell-word.ts'
import type { Unsent } from '../../server/sender/forward.ts'
import type { FileFate } from '../../server/store/store.ts'
import { wrapWords } from '../shared/wrap.ts'

/** Deliveries that are named before the rest is counted. */
const mostNamed = 3

export function waitingLine({ deliveries, simulated, requests }: Awaited): string {
  const named = deliveries.slice(0, mostNamed).map(id => `#${id}`)
  const more = deliveries.length - named.length
  const answers = `the app’s answer to ${joined(more === 0 ? named : [...named, `${more} more`])}`
  const what = [
    ...(deliveries.length === 0 ? [] : [answers]),
    ...(simulated === 0 ? [] : [`the answer to ${counted(simulated, 'simulated event')}`]),
    // Those that the app is to answer are named already.
    ...(requests === 0 || deliveries.length > 0 ? [] : [`${counted(requests, 'incoming request')}`]),
  ]
  const begin = what.length === 0 ? 'Finishing open requests' : `Waiting for ${what.join(' and ')}`
  return `${begin}, at most ${endingMs / 1000} s. Press Ctrl-C again to quit now.`
}

const joined = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/**
 * @param kept how many arrived in this run, and were kept
 * @param dropped how many of them were dropped for good since
 * @param fate where the database is by now
 * @param before whether others are kept
 */
export function keptLine(
  kept: number,
  db: string,
  fate: FileFate,
  { dropped = 0, before = false }: { readonly dropped?: number; readonly before?: boolean } = {},
): string {
  if (fate === 'deleted')
    return `${printable(db)} was deleted while hookscope was running, and with it ${counted(kept, 'delivery', 'deliveries')} of this run and everything kept before.`
  if (fate === 'moved')
    return `${printable(db)} was moved while hookscope was running: ${counted(kept, 'delivery', 'deliveries')} of this run ${kept === 1 ? 'is' : 'are'} in it, wherever it is now.`
  if (kept === 0) return `No deliveries arrived in this run.${before ? ` Earlier ones are in ${printable(db)}` : ''}`
  const came = `${counted(kept, 'delivery', 'deliveries')} arrived in this run`
  if (dropped > 0)
    return `${came}; ${kept - dropped} of them ${kept - dropped === 1 ? 'is' : 'are'} kept in ${printable(db)}, the others were deleted or dropped by the limits.`
  return `${came}, kept in ${printable(db)}`
}

/**
 * What to type to have deliveries sent.
 * @param ids ascending; not empty
 * @param db what `--db` was given; null when it was not
 * @param width of the terminal; null where there is none, and so nobody whom a replay of several could ask
 * @param manner of a replay that it goes on with
 */
export function replayCommands(
  ids: readonly number[],
  target: string,
  db: string | null,
  width: number | null,
  manner: ReplayManner | null = null,
): string[] {
  const ranges = rangeWords(ids)
  const commands: string[] = []
  for (let at = 0; at < ranges.length; at += rangesEach) {
    const query = `id:${ranges.slice(at, at + rangesEach).join(',')}`
    const options = ['--to', shellWord(printable(target)), ...(db === null ? [] : ['--db', shellWord(printable(db))])]
    if (manner !== null) options.push(...mannerOptions(manner))
    if (width === null && ids.length > 1) options.push('--yes')
    commands.push(`  hookscope replay ${query} ${options.join(' ')}`)
  }
  return commands
}

function mannerOptions({ order, rate, resign = false }: ReplayManner): string[] {
  return [
    ...(order === 'received' ? ['--order', 'received'] : []),
    ...(rate === null ? [] : ['--rate', String(rate)]),
    ...(resign ? ['--resign'] : []),
  ]
}

/** The same for those that waited when hookscope ended: what was never sent is sent by itself later, what was is not. */
export function unsentLines({ ids, tried, target }: Unsent, db: string | null, width: number | null = null): string[] {
  const before = new Set(tried)
  const fresh = ids.filter(id => !before.has(id))
  const isOne = fresh.length === 1
  const sentence = `${counted(fresh.length, 'delivery waits', 'deliveries wait')} for ${printable(target)}, and ${isOne ? 'is' : 'are'} sent when hookscope forwards there again within a day. To send now:`
  const refused = `${printable(target)} did not take ${counted(tried.length, 'delivery', 'deliveries')}: not sent again automatically. To send:`
  return [
    ...(fresh.length === 0 ? [] : [...wrapWords(sentence, width), ...replayCommands(fresh, target, db, width)]),
    ...(tried.length === 0 ? [] : [...wrapWords(refused, width), ...replayCommands(tried, target, db, width)]),
  ]
}

/** A search takes at most 100 conditions. */
const rangesEach = 100

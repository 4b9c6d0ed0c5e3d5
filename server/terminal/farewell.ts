/** What is said at the end: what is being waited for, what was kept, and what was not forwarded. */
import { printable } from '../../core/text.ts'

/** @param answers how many sends to the app are in flight */
export function waitingLine(answers: number): string {
  const what = answers === 0 ? 'Finishing what is in flight' : `Waiting for ${counted(answers, 'answer')} of your app`
  return `${what}; Ctrl-C again ends at once.`
}

export function keptLine(kept: number, db: string): string {
  if (kept === 0) return `No deliveries came. What was kept before is in ${printable(db)}`
  return `${counted(kept, 'delivery was', 'deliveries were')} kept in ${printable(db)}`
}

/**
 * What to type to have deliveries sent.
 * @param ids ascending; not empty
 * @param db what `--db` was given; null when it was not
 */
export function replayCommands(ids: readonly number[], target: string, db: string | null): string[] {
  const ranges = rangesOf(ids)
  const commands: string[] = []
  for (let at = 0; at < ranges.length; at += rangesEach) {
    const query = `id:${ranges.slice(at, at + rangesEach).join(',')}`
    const options = ['--to', shellWord(printable(target)), ...(db === null ? [] : ['--db', shellWord(printable(db))])]
    commands.push(`  hookscope replay ${query} ${options.join(' ')}`)
  }
  return commands
}

/** The same for those that waited when hookscope ended. */
export function unsentLines(ids: readonly number[], target: string, db: string | null): string[] {
  return [
    `${counted(ids.length, 'delivery', 'deliveries')} waited and went nowhere. To send what waited:`,
    ...replayCommands(ids, target, db),
  ]
}

/** A search takes at most 100 conditions. */
const rangesEach = 100

/** Ascending numbers as `4-8` and `12`. */
function rangesOf(ids: readonly number[]): string[] {
  const ranges: { first: number; last: number }[] = []
  for (const id of ids) {
    const newest = ranges.at(-1)
    if (newest?.last === id - 1) newest.last = id
    else ranges.push({ first: id, last: id })
  }
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`))
}

function shellWord(text: string): string {
  if (/^[\w@%+=:,./\\-]+$/.test(text)) return text
  return process.platform === 'win32' ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`
}

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

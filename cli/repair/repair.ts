/** `hookscope repair`: copies what reads of a damaged database into a new file, and says what does not. */
import { resolve } from 'node:path'
import { rangeWords } from '../../core/text/id-ranges.ts'
import { jsonText, printable } from '../../core/text/text.ts'
import { inHome } from '../../server/config/home.ts'
import { isDatabaseUrl, shownDatabase } from '../../server/lib/database-url.ts'
import { exitCodes, UserError } from '../../server/lib/errors.ts'
import { shellWord } from '../../server/lib/shell-word.ts'
import { contentOf, isPeople } from '../../server/store/sqlite/recovery/contents.ts'
import { type Repaired, type RepairedTable, repair } from '../../server/store/sqlite/repair/repair.ts'
import type { Io } from '../shared/io.ts'
import type { CommonOptions } from '../shared/options.ts'
import { sayingTo } from '../shared/say.ts'
import { settingsFor } from '../shared/settings.ts'

export interface RepairCommandOptions extends CommonOptions {
  /** The new file as typed; null for one beside the old. */
  readonly to: string | null
}

/** Of so many stretches of ids that do not read the ends are said; --json has all. */
const mostRanges = 20

/** One kind of content, of one table or several. */
interface Part {
  readonly words: string
  copied: number
  lost: number[]
  isWhole: boolean
  /** Whether ids of its rows are shown anywhere. */
  readonly hasIds: boolean
}

/** Tables that hold one thing for a person count once: the table of its rows, and what is lost of any. */
function partsOf(tables: readonly RepairedTable[]): Part[] {
  const parts = new Map<string, Part>()
  for (const { table, copied, lost, isWhole } of tables) {
    const words = contentOf(table)
    const part = parts.get(words)
    if (part === undefined) parts.set(words, { words, copied, lost: [...lost], isWhole, hasIds: !isPeople(table) })
    else {
      part.lost.push(...lost)
      part.isWhole &&= isWhole
    }
  }
  return [...parts.values()]
}

function lineOf({ words, copied, lost, isWhole, hasIds }: Part): string {
  const start = `  ${words.padEnd(30)}${String(copied).padStart(9)}`
  if (isWhole) return `${start}  all`
  if (!hasIds) return `${start}  some are left out`
  const ids = [...new Set(lost)].sort((one, other) => one - other)
  if (ids.length === 0) return `${start}  some do not read`
  const ranges = rangeWords(ids)
  const shown = ranges.slice(0, mostRanges).join(', ')
  return `${start}  at most ${ids.length} ${ids.length === 1 ? 'does' : 'do'} not read: ${shown}${ranges.length > mostRanges ? ', …' : ''}`
}

/** What a program is told; `lost` as ranges. */
const jsonOf = ({ from, to, unreadBytes, tables }: Repaired, isWhole: boolean) => ({
  kind: 'repair',
  from,
  to,
  isWhole,
  unreadBytes,
  tables: tables.map(({ lost, ...rest }) => ({ ...rest, lost: rangeWords(lost) })),
})

/** @returns the exit code: 1 when something does not read */
export async function repairDatabase(options: RepairCommandOptions, io: Io): Promise<number> {
  const { say } = sayingTo(io)
  const { settings } = await settingsFor(options, io, { reads: ['db'] })
  if (isDatabaseUrl(settings.db))
    throw new UserError(
      `${printable(shownDatabase(settings.db))} is on a PostgreSQL server: there is no file to repair.`,
      'Choose a file with --db.',
    )
  const announced = new Set<string>()
  const result = repair({
    path: settings.db,
    to: options.to === null ? null : resolve(io.folder, inHome(options.to)),
    progress(table) {
      const words = contentOf(table)
      if (!announced.has(words)) say(`Copying ${words} …`)
      announced.add(words)
    },
  })
  const isWhole = result.unreadBytes === 0 && result.tables.every(table => table.isWhole)
  if (options.json) io.stdout.write(`${jsonText(jsonOf(result, isWhole))}\n`)
  else {
    io.stdout.write(`Copied what can be read of ${printable(result.from)} to ${printable(result.to)}:\n\n`)
    for (const part of partsOf(result.tables)) io.stdout.write(`${lineOf(part)}\n`)
    if (result.tables.some(table => isPeople(table.table) && !table.isWhole))
      io.stdout.write(
        '\nNot everything about people could be read. Who cannot sign in needs a link: hookscope users reset EMAIL, or hookscope users invite EMAIL.\n',
      )
    io.stdout.write(`\nStart with it: hookscope --db ${shellWord(printable(result.to))}\n`)
  }
  return isWhole ? exitCodes.ok : exitCodes.failed
}

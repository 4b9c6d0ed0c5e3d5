/** `hookscope backup`: a copy of the database, also while a hookscope writes to it. */
import { resolve } from 'node:path'
import { byteSize } from '../../core/text/bytes.ts'
import { counted, jsonText, printable } from '../../core/text/text.ts'
import { inHome } from '../../server/config/home.ts'
import { exitCodes } from '../../server/lib/errors.ts'
import { shellWord } from '../../server/lib/shell-word.ts'
import { backUp } from '../../server/store/sqlite/file/backup.ts'
import { type Io, stoppable } from '../shared/io.ts'
import type { CommonOptions } from '../shared/options.ts'
import { sayingTo } from '../shared/say.ts'
import { settingsFor } from '../shared/settings.ts'

export interface BackupCommandOptions extends CommonOptions {
  /** The new file as typed. */
  readonly file: string
}

/** How far it is is said each so often, milliseconds: most are done before the first time. */
const tellMs = 2000

/** @returns the exit code: 1 when the database is damaged */
export async function backUpDatabase(options: BackupCommandOptions, io: Io): Promise<number> {
  const { say } = sayingTo(io)
  const { settings } = await settingsFor(options, io, { reads: ['db'] })
  const to = resolve(io.folder, inHome(options.file))
  let told = performance.now()
  return stoppable(io, say, async signal => {
    const { deliveries, bytes, isWhole } = await backUp({
      ...{ path: settings.db, to, signal },
      progress(done) {
        if (performance.now() - told < tellMs) return
        told = performance.now()
        say(`${Math.floor(done * 100)} % copied …`)
      },
    })
    if (options.json)
      io.stdout.write(`${jsonText({ kind: 'backup', from: settings.db, to, deliveries, bytes, isWhole })}\n`)
    else {
      const what = `${counted(deliveries, 'delivery', 'deliveries')}, ${byteSize(bytes)}`
      io.stdout.write(`Copied ${printable(settings.db)} to ${printable(to)}: ${what}.\n`)
    }
    if (isWhole) return exitCodes.ok
    say(
      `The database is damaged, and so is the copy. To copy what can be read: hookscope repair --db ${shellWord(printable(to))}`,
    )
    return exitCodes.failed
  })
}

/** `hookscope export`: kept deliveries as a file. */
import { type ExportFormat, emptyExportHeader, exportFormats } from '../../core/api/export-formats.ts'
import { anonymizedText } from '../../core/capture/capture.ts'
import { localZone } from '../../core/search/search.ts'
import { counted, printable } from '../../core/text/text.ts'
import { exitCodes, usageError } from '../../server/lib/errors.ts'
import { bodyOf } from '../client.ts'
import type { Io } from '../shared/io.ts'
import { look } from '../shared/looking.ts'
import type { CommonOptions } from '../shared/options.ts'
import { queryOfWords } from '../shared/query-words.ts'
import { savedWhole } from '../shared/whole-file.ts'

export interface ExportCommandOptions extends CommonOptions {
  readonly words: readonly string[]
  /** null: not said. */
  readonly format: ExportFormat | null
  readonly anonymize: boolean
  /** A file, as typed; null: standard output. */
  readonly output: string | null
}

/** The format that a file's name ends with. */
const formatOfName = (name: string): ExportFormat | undefined =>
  exportFormats.find(format => name.toLowerCase().endsWith(`.${format}`))

/** What stands in a file, for whoever hands it on. */
function contents(format: ExportFormat, anonymize: boolean): string {
  if (anonymize) return anonymizedText
  return format === 'hookscope'
    ? 'It is exact: Authorization, signatures and card data stand in it as received. Hand it only to whom you would show them; --anonymize replaces them.'
    : 'Credentials, signatures and card numbers are masked.'
}

const isEmpty = async (answer: Promise<{ readonly headers: Headers }>): Promise<boolean> =>
  (await answer).headers.has(emptyExportHeader)

/** @returns the exit code */
export async function exportKept(
  { words, format: said, output, anonymize, ...options }: ExportCommandOptions,
  io: Io,
): Promise<number> {
  const q = queryOfWords(words)
  if (options.json && said !== null && said !== 'ndjson')
    throw usageError(`--json and --format ${said} exclude each other.`, 'Give one of them.')
  const format = said ?? (options.json || output === null ? 'ndjson' : (formatOfName(output) ?? 'ndjson'))
  if (anonymize && format === 'csv')
    throw usageError('A CSV cannot be anonymized.', 'Choose another --format, such as ndjson.')
  return look({ ...options, rebuilt: true }, io, null, async ({ client, write, say, warn }) => {
    const query = { q, format, zone: localZone(), ...(anonymize && { anonymize: '1' as const }) }
    const answer = client.api.deliveries.export.$get({ query })
    const body = bodyOf(answer)
    if (output === null) {
      if (format === 'hookscope') warn(contents(format, anonymize))
      for await (const bytes of body) await write(bytes)
      if (await isEmpty(answer)) say('Nothing that was kept matches.')
    } else {
      const length = await savedWhole(io.folder, output, body)
      if (await isEmpty(answer)) say(`Nothing that was kept matches: ${printable(output)} has no delivery.`)
      else say(`Saved to ${printable(output)}, ${counted(length, 'byte')}. ${contents(format, anonymize)}`)
    }
    return exitCodes.ok
  })
}

/** `hookscope import`: deliveries of a file, into the database of a hookscope that listens or of none. */
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { type ImportSums, importFile } from '../../core/capture/batches.ts'
import { importSentences } from '../../core/capture/import-words.ts'
import { NoCapture } from '../../core/capture/read-capture.ts'
import { clip, jsonText, printable } from '../../core/text/text.ts'
import { inHome } from '../../server/config/home.ts'
import { exitCodes, usageError } from '../../server/lib/errors.ts'
import { answerOf } from '../client.ts'
import type { Io } from '../shared/io.ts'
import { look } from '../shared/looking.ts'
import type { CommonOptions } from '../shared/options.ts'

export interface ImportCommandOptions extends CommonOptions {
  /** As typed; `-` for standard input. */
  readonly file: string
}

const problems: Readonly<Record<string, { readonly what: string; readonly hint: string }>> = {
  ENOENT: { what: 'does not exist', hint: 'Check the path.' },
  EISDIR: { what: 'is a folder', hint: 'Name the file in it.' },
}

/** @throws UserError when it cannot be read */
async function* bytesOf(file: string, { stdin, folder }: Io): AsyncGenerator<Uint8Array> {
  if (file === '-' && stdin.isTTY === true)
    throw usageError('There is nothing to import.', 'Name a file, or pipe it in.')
  const source = file === '-' ? stdin : createReadStream(resolve(folder, inHome(file)))
  try {
    for await (const chunk of source) yield Buffer.from(chunk)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const { what, hint } = problems[code] ?? { what: `cannot be read (${code})`, hint: 'Check its permissions.' }
    throw usageError(`${clip(printable(file), 200)} ${what}.`, hint, { cause })
  }
}

/** What `--json` prints. */
const line = ({ leftOut, isDone: _, ...sums }: ImportSums) => ({
  kind: 'import',
  ...sums,
  leftOut: [...leftOut].map(([why, { count, first }]) => ({ why, count, first })),
})

const isWhole = ({ leftOut, cut }: ImportSums) => cut === null && [...leftOut.values()].every(({ isFine }) => isFine)

/** @returns the exit code: 2 when a part of it could not be read */
export async function importCommand({ file, ...options }: ImportCommandOptions, io: Io): Promise<number> {
  return look({ ...options, make: true }, io, null, async ({ client, print, say }) => {
    let sums: ImportSums | null = null
    try {
      const parts = importFile(bytesOf(file, io), deliveries =>
        answerOf(client.api.imports.$post({ json: { deliveries: [...deliveries] } })),
      )
      for await (const part of parts) sums = part
    } catch (error) {
      if (sums !== null && sums.added > 0) say(`${importSentences(sums)[0]} Then:`)
      if (error instanceof NoCapture) throw usageError(error.message, error.hint, { cause: error })
      throw error
    }
    if (sums === null) return exitCodes.ok
    if (options.json) await print([jsonText(line(sums))])
    else await print(importSentences(sums))
    return isWhole(sums) ? exitCodes.ok : exitCodes.usage
  })
}

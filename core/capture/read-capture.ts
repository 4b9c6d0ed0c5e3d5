/** Reads a file of deliveries, whichever of the known formats it has, as it comes: memory holds one delivery. */
import { clip } from '../text/text.ts'
import { captureVersion, type ImportedDelivery } from './capture.ts'
import { fromHar } from './from-har.ts'
import { fromNdjson, isExportLine } from './from-ndjson.ts'
import { fromCapture, jsonFields, LeftOut } from './imported.ts'
import { type FilePiece, fileLines, harEntries } from './pieces.ts'

export type CaptureFormat = 'hookscope' | 'har' | 'ndjson'

/** What is found in a file, in its order. `cut` comes last, where the file ends in the middle. */
export type CaptureNews =
  | { readonly kind: 'format'; readonly format: CaptureFormat; readonly testKey: string | null }
  | { readonly kind: 'delivery'; readonly delivery: ImportedDelivery }
  /** `where` names the place: “line 12”, “entry 3”; `why` ends the sentence; `isFine`: it is nothing for hookscope, and no fault. */
  | { readonly kind: 'left-out'; readonly where: string; readonly why: string; readonly isFine: boolean }
  | { readonly kind: 'cut'; readonly why: string }

/** Why a file cannot be imported at all: a sentence, and what to do. */
export class NoCapture extends Error {
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

const known = 'hookscope reads captures and NDJSON of hookscope export, and HAR 1.2 of browsers and proxies.'

/** Enough to tell a format by, bytes. */
const beginning = 4096

/** The first bytes of a file, and all of it. */
async function begun(chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]()
  const first: Uint8Array[] = []
  let length = 0
  let isDone = false
  while (length < beginning && !isDone) {
    const next = await iterator.next()
    isDone = next.done === true
    if (next.done !== true) {
      first.push(next.value)
      length += next.value.length
    }
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      let isFirst = true
      for (const chunk of first.splice(0)) {
        // A byte order mark, which editors write.
        const hasMark = isFirst && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf
        isFirst = false
        yield hasMark ? chunk.subarray(3) : chunk
      }
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
    } finally {
      await iterator.return?.()
    }
  }
  const decoder = new TextDecoder()
  const text = first.map(chunk => decoder.decode(chunk, { stream: true })).join('')
  return { text: text.trimStart(), head: first[0] ?? new Uint8Array(), isDone, all }
}

/** @throws NoCapture */
function formatOf(text: string, head: Uint8Array): CaptureFormat {
  if (head[0] === 0x1f && head[1] === 0x8b)
    throw new NoCapture('The file is compressed with gzip.', 'Decompress it first: gzip -d FILE.')
  if (head[0] === 0x50 && head[1] === 0x4b)
    throw new NoCapture('The file is a ZIP archive.', 'Unpack it, and import what is in it.')
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff))
    throw new NoCapture(
      'The file is UTF-16.',
      'Save it as UTF-8: a shell’s > may have changed it; use -o FILE instead.',
    )
  if (text === '') throw new NoCapture('The file is empty.', known)
  const [, name] = /^\{\s*"([^"\\]{0,64})"\s*:/.exec(text) ?? []
  if (name === undefined) throw new NoCapture('The file is none that can be imported.', known)
  if (name === 'hookscope') return 'hookscope'
  return name === 'log' ? 'har' : 'ndjson'
}

/** Undefined for what is no JSON, or too long to be read. */
function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @throws NoCapture */
function checkHead(line: string | null): { testKey: string | null } {
  const { hookscope, version, testKey } = jsonFields(parsed(line))
  if (hookscope !== 'capture') throw new NoCapture('The file’s first line is no beginning of a capture.', known)
  if (version !== captureVersion)
    throw new NoCapture(
      `The capture is of version ${clip(String(version), 20)}, and this hookscope reads version ${captureVersion}.`,
      typeof version === 'number' && version > captureVersion
        ? 'Update hookscope, or have it exported as NDJSON.'
        : 'Have it exported again.',
    )
  return { testKey: typeof testKey === 'string' ? testKey.slice(0, 200) : null }
}

/** What one piece is. @param json what it parses to; undefined when it is no JSON */
function newsOf(
  { text }: FilePiece,
  json: unknown,
  where: string,
  read: (json: unknown) => ImportedDelivery,
): CaptureNews {
  const leftOut = (why: string, isFine = false): CaptureNews => ({ kind: 'left-out', where, why, isFine })
  if (text === null) return leftOut('it is longer than any delivery that can be imported')
  if (json === undefined) return leftOut('it is no JSON')
  try {
    return { kind: 'delivery', delivery: read(json) }
  } catch (error) {
    if (error instanceof LeftOut) return leftOut(error.message, error.isFine)
    throw error
  }
}

async function* captureNews(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CaptureNews> {
  let isBegun = false
  let ended: number | null = null
  let read = 0
  for await (const line of fileLines(chunks)) {
    if (!isBegun) {
      isBegun = true
      yield { kind: 'format', format: 'hookscope', ...checkHead(line.text) }
      continue
    }
    const json = parsed(line.text)
    if (!line.isWhole && json === undefined) break
    const fields = jsonFields(json)
    if (fields['kind'] === 'end') {
      ended = Number(fields['deliveries'])
      continue
    }
    read += 1
    yield newsOf(line, json, `line ${line.number}`, fromCapture)
  }
  if (ended === null) yield { kind: 'cut', why: 'The file ends before its last line: it was cut off.' }
  else if (ended !== read)
    yield {
      kind: 'cut',
      why: `The file says that it has ${ended} deliveries, and has ${read}: a part of it is missing.`,
    }
}

async function* ndjsonNews(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CaptureNews> {
  let isBegun = false
  for await (const line of fileLines(chunks)) {
    const json = parsed(line.text)
    if (!isBegun) {
      if (!isExportLine(jsonFields(json))) throw new NoCapture('The file is none that can be imported.', known)
      isBegun = true
      yield { kind: 'format', format: 'ndjson', testKey: null }
    }
    if (!line.isWhole && json === undefined) {
      yield { kind: 'cut', why: 'The file ends in the middle of a line: it was cut off.' }
      return
    }
    yield newsOf(line, json, `line ${line.number}`, fromNdjson)
  }
}

async function* harNews(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CaptureNews> {
  yield { kind: 'format', format: 'har', testKey: null }
  const entries = harEntries(chunks)
  for (;;) {
    const next = await entries.next()
    if (next.done !== true) {
      yield newsOf(next.value, parsed(next.value.text), `entry ${next.value.number}`, fromHar)
      continue
    }
    if (next.value === 'no-entries') throw new NoCapture('The HAR has no entries.', known)
    if (next.value === 'cut') yield { kind: 'cut', why: 'The HAR ends in the middle: it was cut off.' }
    return
  }
}

/**
 * What is in a file.
 * @param chunks its bytes, in pieces of any size
 * @throws NoCapture for a file that is none of those, or of another version
 */
export async function* readCapture(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CaptureNews> {
  const { text, head, all } = await begun(chunks)
  const format = formatOf(text, head)
  const read = { hookscope: captureNews, har: harNews, ndjson: ndjsonNews }[format]
  yield* read(all())
}

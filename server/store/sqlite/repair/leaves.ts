/**
 * Rows of tables by the pages themselves, past the tree that should lead to them: where a page of it is damaged, all those below
 * it still hold their rows. The format: https://www.sqlite.org/fileformat.html
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

type Value = number | string | Uint8Array | null

export interface LeafRow {
  readonly rowid: number
  /** In the order of the columns; a row that is older than its last columns lacks them. */
  readonly values: readonly Value[]
}

/** The first byte of a page that holds rows of a table. */
const leafMark = 0x0d
const utf8 = new TextDecoder()

interface Pages {
  readonly count: number
  /** Bytes of a page that hold something. */
  readonly usable: number
  /** @param number from 1 */
  page(number: number): Buffer
  /** Pages that hold nothing any more: what stands in them was deleted. None where the first page does not say. */
  readonly free: ReadonlySet<number>
  close(): void
}

/** As hookscope makes its databases, for one whose first page does not say. */
const usualBytes = 4096
const formatMark = 'SQLite format 3\0'

function openPages(path: string): Pages {
  const file = openSync(path, 'r')
  const read = (at: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length)
    readSync(file, bytes, 0, length, at)
    return bytes
  }
  const header = read(0, 100)
  const isReadable = header.toString('latin1', 0, formatMark.length) === formatMark
  const said = header.readUInt16BE(16)
  const bytes = isReadable ? (said === 1 ? 65_536 : Math.max(512, said)) : usualBytes
  const usable = bytes - (isReadable ? header.readUInt8(20) : 0)
  const count = Math.floor(fstatSync(file).size / bytes)
  const page = (number: number) => read((number - 1) * bytes, bytes)

  const free = new Set<number>()
  for (let trunk = isReadable ? header.readUInt32BE(32) : 0; trunk > 0 && trunk <= count && !free.has(trunk); ) {
    free.add(trunk)
    const list = page(trunk)
    const leaves = Math.min(list.readUInt32BE(4), usable / 4 - 2)
    for (let index = 0; index < leaves; index += 1) free.add(list.readUInt32BE(8 + index * 4))
    trunk = list.readUInt32BE(0)
  }
  return { count, usable, page, free, close: () => closeSync(file) }
}

/** A number of one to nine bytes. @returns it and where the next byte is */
function varint(bytes: Buffer, at: number): readonly [value: number, next: number] {
  let value = 0
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes.readUInt8(at + index)
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return [value, at + index + 1]
  }
  return [value * 256 + bytes.readUInt8(at + 8), at + 9]
}

/** How much of a row stands in its own page. */
function localBytes(payload: number, usable: number): number {
  const most = usable - 35
  if (payload <= most) return payload
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const some = least + ((payload - least) % (usable - 4))
  return some <= most ? some : least
}

/** @throws RangeError where it is no row */
function payloadOf(pages: Pages, page: Buffer, at: number, length: number): Buffer {
  const local = localBytes(length, pages.usable)
  const parts = [page.subarray(at, at + local)]
  let left = length - local
  for (let next = left > 0 ? page.readUInt32BE(at + local) : 0; left > 0; ) {
    if (next < 2 || next > pages.count) throw new RangeError('A row continues on a page that is missing')
    const more = pages.page(next)
    const part = more.subarray(4, 4 + Math.min(left, pages.usable - 4))
    parts.push(part)
    left -= part.length
    next = more.readUInt32BE(0)
  }
  const bytes = Buffer.concat(parts)
  if (bytes.length !== length) throw new RangeError('A row is cut off')
  return bytes
}

const integerBytes = [0, 1, 2, 3, 4, 6, 8]

function fieldOf(type: number, bytes: Buffer, at: number): readonly [value: Value, next: number] {
  const size = integerBytes[type]
  if (type === 0) return [null, at]
  if (size === 8) return [Number(bytes.readBigInt64BE(at)), at + 8]
  if (size !== undefined) return [bytes.readIntBE(at, size), at + size]
  if (type === 7) return [bytes.readDoubleBE(at), at + 8]
  if (type === 8 || type === 9) return [type - 8, at]
  if (type < 12) throw new RangeError('No value has this type')
  const length = Math.floor((type - 12) / 2)
  if (at + length > bytes.length) throw new RangeError('A value is cut off')
  const part = bytes.subarray(at, at + length)
  return [type % 2 === 1 ? utf8.decode(part) : Uint8Array.from(part), at + length]
}

/** @throws RangeError where it is no row */
function recordOf(payload: Buffer): Value[] {
  const [headerBytes, first] = varint(payload, 0)
  const values: Value[] = []
  let at = headerBytes
  for (let place = first; place < headerBytes; ) {
    const [type, next] = varint(payload, place)
    const [value, after] = fieldOf(type, payload, at)
    values.push(value)
    place = next
    at = after
  }
  return values
}

function* rowsOf(pages: Pages, page: Buffer): Generator<LeafRow> {
  const cells = page.readUInt16BE(3)
  for (let index = 0; index < cells; index += 1) {
    try {
      const at = page.readUInt16BE(8 + index * 2)
      const [length, afterLength] = varint(page, at)
      const [rowid, start] = varint(page, afterLength)
      yield { rowid, values: recordOf(payloadOf(pages, page, start, length)) }
    } catch (error) {
      // What stands there is no row: the page was written over, or is none of a table.
      if (!(error instanceof RangeError)) throw error
    }
  }
}

/** Every row in every page of a database that is in use; its write-ahead log must have been moved into it. */
export function* leafRows(path: string): Generator<LeafRow> {
  const pages = openPages(path)
  try {
    for (let number = 2; number <= pages.count; number += 1) {
      if (pages.free.has(number)) continue
      const page = pages.page(number)
      if (page.readUInt8(0) === leafMark) yield* rowsOf(pages, page)
    }
  } finally {
    pages.close()
  }
}

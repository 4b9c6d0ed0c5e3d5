/** A file whose end is missing: SQLite reads none of it as long as its first page says that it is longer. */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'

const formatMark = 'SQLite format 3\0'
/** Where the first page tells the bytes of a page, and how many there are: https://www.sqlite.org/fileformat.html#the_database_header */
const pageBytesAt = 16
const countAt = 28

/**
 * Makes a copy say that it is as long as it is, in whole pages; what leads to others leads nowhere then.
 * @returns how many bytes are missing at its end
 */
export function endAtLastPage(copy: string): number {
  const file = openSync(copy, 'r+')
  try {
    const { size } = fstatSync(file)
    const header = Buffer.alloc(100)
    readSync(file, header, 0, header.length, 0)
    if (header.toString('latin1', 0, formatMark.length) !== formatMark) return 0
    const said = header.readUInt16BE(pageBytesAt)
    // 65,536 does not fit into two bytes.
    const pageBytes = said === 1 ? 65_536 : said
    const missing = header.readUInt32BE(countAt) * pageBytes - size
    const left = Math.floor(size / pageBytes)
    if (missing <= 0 || !Number.isFinite(left) || left === 0) return 0
    header.writeUInt32BE(left, countAt)
    writeSync(file, header, countAt, 4, countAt)
    return missing
  } finally {
    closeSync(file)
  }
}

/** Copies a file as far as the disk gives it: what cannot be read becomes zeros. */
import { closeSync, constants, copyFileSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'

/** Read at once; where that fails, in pieces of the smaller size, the page of a database. */
const largePiece = 4 * 1024 * 1024
const smallPiece = 4096

const isReadError = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EIO'

/**
 * @param to must not be there
 * @returns how many bytes could not be read
 */
export function copyReadable(from: string, to: string): number {
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    return 0
  } catch (error) {
    if (!isReadError(error)) throw error
    return copyInPieces(from, to)
  }
}

function copyInPieces(from: string, to: string): number {
  const source = openSync(from, 'r')
  const target = openSync(to, 'w', 0o600)
  try {
    const { size } = fstatSync(source)
    let lost = 0
    for (let at = 0; at < size; at += largePiece) lost += copyPiece(source, target, at, Math.min(largePiece, size - at))
    return lost
  } finally {
    closeSync(source)
    closeSync(target)
  }
}

function copyPiece(source: number, target: number, at: number, length: number): number {
  const bytes = Buffer.alloc(length)
  try {
    readSync(source, bytes, 0, length, at)
    writeSync(target, bytes, 0, length, at)
    return 0
  } catch (error) {
    if (!isReadError(error)) throw error
  }
  if (length <= smallPiece) {
    writeSync(target, Buffer.alloc(length), 0, length, at)
    return length
  }
  let lost = 0
  for (let offset = 0; offset < length; offset += smallPiece)
    lost += copyPiece(source, target, at + offset, Math.min(smallPiece, length - offset))
  return lost
}

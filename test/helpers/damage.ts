/** Writes over pages of a database file, as a dying disk or a program gone astray does. */
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs'
import Database from 'better-sqlite3'

const pageBytes = 4096

export interface Page {
  readonly name: string
  readonly page: number
  readonly kind: 'leaf' | 'internal' | 'overflow'
}

/** The pages of every table and index, in order of their numbers; the file must be closed. */
export function pagesOf(path: string): Page[] {
  const db = new Database(path, { readonly: true })
  try {
    return db.prepare<[], Page>('SELECT name, pageno AS page, pagetype AS kind FROM dbstat ORDER BY pageno').all()
  } finally {
    db.close()
  }
}

/** Writes bytes over the beginning of a page; its number counts from 1. */
export function writeOver(path: string, page: number, bytes: Uint8Array = new Uint8Array(pageBytes)): void {
  const file = openSync(path, 'r+')
  try {
    if (page * pageBytes > fstatSync(file).size) throw new Error(`There is no page ${page}`)
    writeSync(file, bytes, 0, bytes.length, (page - 1) * pageBytes)
  } finally {
    closeSync(file)
  }
}

/** Zeros in place of the pages of a table or index. @returns how many */
export function damage(
  path: string,
  name: string,
  kind: Page['kind'],
  which: 'first' | 'late' | 'last' | 'all' = 'all',
): number {
  const pages = pagesOf(path).filter(one => one.name === name && one.kind === kind)
  const at = { first: 0, late: Math.max(0, pages.length - 4), last: pages.length - 1 }
  const chosen = which === 'all' ? pages : pages.slice(at[which], at[which] + 1)
  for (const { page } of chosen) writeOver(path, page)
  return chosen.length
}

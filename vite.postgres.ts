/**
 * postgres 3.4.9 as it has to be where the server may go away: as published, what is asked on a connection that has closed throws
 * where nobody can catch it and ends the process, and after reconnecting it may run outside of its transaction (issues 1154, 1208
 * and pull request 1155 of porsager/postgres, open as of November 2026).
 */
import type { Plugin } from 'vite'

type Change = readonly [was: string, is: string]

/**
 * A text that is not written yet when its connection has closed: who asked is told; and neither that text nor why it was closed is
 * left for the next connection.
 */
const connection: readonly Change[] = [
  [
    'function nextWrite(fn) {\n',
    `function nextWrite(fn) {
    if (socket === null) {
      nextWriteTimer !== null && clearImmediate(nextWriteTimer)
      chunk = nextWriteTimer = null
      error(Errors.connection('CONNECTION_CLOSED', options, socket))
      query = null
      return false
    }
`,
  ],
  [
    'incomings = null\n    clearImmediate(nextWriteTimer)\n',
    'incomings = null\n    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = errorResponse = null\n',
  ],
  // Also what was asked between an error of the socket and its end.
  ['!hadError && (query || sent.length) && error(', ';(query || sent.length) && error('],
]

/** A transaction, or a connection that was reserved, ends with its connection. */
const pool: readonly Change[] = [
  [
    'let savepoints = 0\n',
    `let gone = null
      , savepoints = 0
`,
  ],
  [
    'connection.onclose = reject)\n',
    `connection.onclose = e => {
          gone = e
          while (queries.length)
            queries.shift().reject(e)
          reject(e)
        })
`,
  ],
  [
    'q.catch(e => uncaughtError || (uncaughtError = e))\n',
    `q.catch(e => uncaughtError || (uncaughtError = e))
        if (gone)
          return q.reject(gone)
`,
  ],
  [
    'c.reserved.release = true\n',
    `c.reserved.release = true
    let gone = null
    c.onclose = e => {
      gone = e
      while (queue.length)
        queue.shift().reject(e)
    }
`,
  ],
  ['sql.release = () => {\n', 'sql.release = () => {\n      if (gone) return\n'],
  [
    'return sql\n\n    function handler(q) {\n      c.queue === full\n        ? queue.push(q)',
    'return sql\n\n    function handler(q) {\n      if (gone) return q.reject(gone)\n      c.queue === full\n        ? queue.push(q)',
  ],
]

const changes: Readonly<Record<string, readonly Change[]>> = { 'connection.js': connection, 'index.js': pool }

/** Which files they are; where packages are not bundled, these have to be. */
export const postgresFiles = /node_modules[\\/]postgres[\\/](?:cjs[\\/])?src[\\/]/

/** @throws when the package is not the one that this is for */
export const mendedPostgres: Plugin = {
  name: 'mended-postgres',
  enforce: 'pre',
  transform(code, id) {
    const [, name = ''] = /[\\/]postgres[\\/](?:cjs[\\/])?src[\\/](\w+\.js)/.exec(id) ?? []
    let mended = code
    for (const [was, is] of changes[name] ?? []) {
      if (mended.split(was).length !== 2) throw new Error(`postgres/src/${name} is another one than this mends: ${was}`)
      mended = mended.replace(was, () => is)
    }
    return mended === code ? null : mended
  },
}

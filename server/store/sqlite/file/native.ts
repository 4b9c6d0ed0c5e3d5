/** Guards the one native package: loading a build for another Node ends the process instead of throwing. */
import { createRequire } from 'node:module'
import { UserError } from '../../../lib/errors.ts'

/** Node-API level that better-sqlite3 13 is built for. */
const neededNapi = 10

function installedMajor(): number | null {
  try {
    const manifest: unknown = createRequire(import.meta.url)('better-sqlite3/package.json')
    const version: unknown = typeof manifest === 'object' && manifest !== null && Reflect.get(manifest, 'version')
    return typeof version === 'string' ? Number.parseInt(version, 10) : null
  } catch {
    return null
  }
}

/**
 * Whether the installed better-sqlite3 can run here: 13 needs a newer Node-API than Node 20 has, 12 ends Node 24.19 and later.
 * @returns what to say instead of loading it, or null
 */
export function sqliteProblem(major: number | null, napi: number, node: readonly [number, number]): UserError | null {
  const [nodeMajor, nodeMinor] = node
  const tooNew = major !== null && major >= 13 && napi < neededNapi
  const tooOld = major !== null && major < 13 && (nodeMajor > 24 || (nodeMajor === 24 && nodeMinor >= 19))
  if (!tooNew && !tooOld) return null
  return new UserError(
    `better-sqlite3 ${major} does not run on Node ${nodeMajor}.${nodeMinor}.`,
    `Install hookscope again with this Node, or "npm install better-sqlite3@${tooNew ? '12.9.0' : '13'}" beside it.`,
  )
}

/** @throws UserError when SQLite would take the process down */
export function checkSqlite(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const problem = sqliteProblem(installedMajor(), Number(process.versions['napi'] ?? 0), [major, minor])
  if (problem) throw problem
}

/** Whether this Node.js can run hookscope, asked before anything is loaded that a wrong one would fail on without a word. */
import { UserError } from '../server/lib/errors.ts'

/**
 * package.json's `engines`: ^20.19.0 || >=22.14.0.
 * @param version `process.versions.node`
 * @throws UserError for one that is too old. Which better-sqlite3 it can load is checked where that is loaded.
 */
export function checkNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(part => Number.parseInt(part, 10))
  if (major === 20 ? minor >= 19 : major === 22 ? minor >= 14 : major > 22) return
  throw new UserError(
    `hookscope does not run on Node.js ${version}.`,
    'Install Node.js 20.19 or newer, 22.14 or newer, or any later release: https://nodejs.org',
  )
}

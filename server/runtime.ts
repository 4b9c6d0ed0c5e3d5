/** Whether this Node.js can run hookscope at all: asked before better-sqlite3 loads, since a wrong pair ends the process. */
import { UserError } from './errors.ts'

export interface Runtime {
  /** `process.versions.node`. */
  readonly node: string
  /** `process.versions.napi`: the Node-API version native addons can rely on. */
  readonly napi: string | undefined
  /** Version of the installed better-sqlite3; null when it is not there. */
  readonly sqlite: string | null
}

/** Major, minor and patch as numbers; what is not a number counts as 0. */
function parts(version: string): [major: number, minor: number, patch: number] {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(part => Number.parseInt(part, 10) || 0)
  return [major, minor, patch]
}

/** package.json's `engines`: ^20.19.0 || >=22.14.0. */
function isSupported(node: string): boolean {
  const [major, minor] = parts(node)
  return major === 20 ? minor >= 19 : major === 22 ? minor >= 14 : major > 22
}

/**
 * The pairs that are known to crash: better-sqlite3 12 aborts from Node.js 24.19 on, 13 needs Node-API 10.
 * @throws UserError for a Node.js that is too old, or one that the installed better-sqlite3 would crash
 */
export function checkRuntime(runtime: Runtime): void {
  if (!isSupported(runtime.node)) {
    throw new UserError(
      `hookscope does not run on Node.js ${runtime.node}.`,
      'Install Node.js 20.19 or newer, 22.14 or newer, or any later release: https://nodejs.org',
    )
  }
  if (runtime.sqlite === null) {
    throw new UserError(
      'The package better-sqlite3, which keeps the deliveries, is not installed.',
      'Install hookscope again: npm install hookscope',
    )
  }
  const [nodeMajor, nodeMinor] = parts(runtime.node)
  const [sqliteMajor] = parts(runtime.sqlite)
  if (sqliteMajor >= 13 && Number(runtime.napi ?? 0) < 10) {
    throw new UserError(
      `better-sqlite3 ${runtime.sqlite} does not run on Node.js ${runtime.node}.`,
      'Use Node.js 22.14 or newer, or install the older one: npm install better-sqlite3@12.9.0',
    )
  }
  if (sqliteMajor <= 12 && (nodeMajor > 24 || (nodeMajor === 24 && nodeMinor >= 19))) {
    throw new UserError(
      `better-sqlite3 ${runtime.sqlite} does not run on Node.js ${runtime.node}.`,
      'Install the newer one: npm install better-sqlite3@^13.2.0',
    )
  }
}

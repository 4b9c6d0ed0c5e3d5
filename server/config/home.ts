/** Paths that begin in the user's home folder. */
import { homedir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import { isDatabaseUrl } from '../lib/database-url.ts'

/** `~/x` as a shell would have it, for where no shell has seen the path; on Windows, whose shells leave it alone, `~\x` too. */
export const inHome = (path: string, separator: string = sep): string =>
  path === '~' || path.startsWith('~/') || path.startsWith(`~${separator}`) ? join(homedir(), path.slice(1)) : path

/** The absolute path of one that may be relative; the URL of a database stays as it is. */
export const absolutePlace = (folder: string, path: string): string =>
  isDatabaseUrl(path) ? path : resolve(folder, inHome(path))

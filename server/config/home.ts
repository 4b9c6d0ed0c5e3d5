/** Paths that begin in the user's home folder. */
import { homedir } from 'node:os'
import { join, sep } from 'node:path'

/** `~/x` as a shell would have it, for where no shell has seen the path; on Windows, whose shells leave it alone, `~\x` too. */
export const inHome = (path: string, separator: string = sep): string =>
  path === '~' || path.startsWith('~/') || path.startsWith(`~${separator}`) ? join(homedir(), path.slice(1)) : path

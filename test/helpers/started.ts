/** What the tests of a file have started and made: `after-file.ts` ends it. */
import type { ChildProcess } from 'node:child_process'

export const running = new Set<ChildProcess>()
export const folders = new Set<string>()

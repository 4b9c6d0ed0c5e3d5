/** A process that brings a database to the newest format, and ends: bundled as a text of its own, see `threads` in vite.server.config.ts. */
import { Worker } from 'node:worker_threads'
import { takeDatabase } from './database.ts'

/** Looks whether the process that started this one is there, also while a statement runs: else the database stays taken. */
const watch = `
  const { ppid } = process
  setInterval(() => {
    try {
      if (process.ppid !== ppid) throw new Error()
      process.kill(ppid, 0)
    } catch {
      process.kill(process.pid, 'SIGKILL')
    }
  }, 200)`

// A terminal's Ctrl-C comes here, too: what becomes of it is for the one that started this to say.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {})
new Worker(watch, { eval: true }).unref()

const [, , path = ''] = process.argv
try {
  takeDatabase(path, { log: line => process.send?.(line) }).release()
} catch {
  // Whoever opens it next is told why it cannot be.
  process.exitCode = 1
}
process.disconnect?.()

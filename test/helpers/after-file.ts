/**
 * Nothing that a test started may outlive its file, also when the test failed before its clean-up, and workers end without telling
 * `process`. Vitest runs this before each file, also where files share their modules; hooks that are made first run last.
 */
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { afterAll } from 'vitest'
import { folders, running } from './started.ts'

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await Promise.all([...running].map(child => once(child, 'close')))
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  folders.clear()
})

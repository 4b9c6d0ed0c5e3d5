/** What `npm test` and CI go by. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

/** Set in the run within the run. */
const toldToFail = 'TEST_TOLD_TO_FAIL'
const root = fileURLToPath(new URL('..', import.meta.url))

it('a run in which a test fails does not pass', async () => {
  if (process.env[toldToFail] === '1') expect.fail('It was told to.')
  const words = ['node_modules/vitest/vitest.mjs', 'run', 'test/exit-code.test.ts']
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: { ...process.env, [toldToFail]: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  child.stdout.on('data', data => {
    said += data
  })
  const code = await new Promise(resolve => child.once('close', resolve))
  expect(said).toContain('1 failed')
  expect(code).toBe(1)
})

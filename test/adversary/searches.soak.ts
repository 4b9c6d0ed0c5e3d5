import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { emptyFolder, type RunningCommand, startCommand } from '../helpers/command.ts'
import { fillDatabase } from '../helpers/many.ts'
import { flood, floodText } from './flood.ts'

const key = 'a-key-of-the-adversary'
const rows = Number(process.env['HOOKSCOPE_SOAK_ROWS'] ?? 1_000_000)
const searches = 50
const ms = 25_000
const mostLogBytes = 128 * 1024 * 1024

let command: RunningCommand | undefined
afterEach(() => command?.stop('SIGKILL'))

test(`the write-ahead log stays small while ${searches} searches go on over ${rows} deliveries`, {
  timeout: 600_000,
}, async () => {
  const folder = emptyFolder()
  await fillDatabase(join(folder, 'kept.db'), rows)
  command = startCommand(['--tunnel', 'none', '--port', '0', '--inspector-port', '0', '--no-open', '--json'], {
    cwd: folder,
    env: { HOOKSCOPE_DB: 'kept.db', HOOKSCOPE_SIGNATURE_KEY: key, HOOKSCOPE_TOKEN: 'token-of-the-adversary' },
  })
  const ready = await command.waitForLine('ready')
  const headers = { Authorization: 'Bearer token-of-the-adversary' }
  const signal = AbortSignal.timeout(ms)
  let answered = 0
  let quick = 0
  const searching = Array.from({ length: searches }, async (_, at) => {
    const asked = `${ready.inspectorUrl}/api/deliveries/count?q=header:nothing-has-this-${at}`
    await fetch(asked, { headers, signal }).then(
      answer => {
        if (answer.ok) answered += 1
      },
      () => {},
    )
  })
  const listing = (async () => {
    while (!signal.aborted) {
      const began = performance.now()
      await fetch(`${ready.inspectorUrl}/api/deliveries?limit=50`, { headers, signal }).catch(() => {})
      if (!signal.aborted) quick = Math.max(quick, performance.now() - began)
    }
  })()
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, statSync(join(folder, 'kept.db-wal')).size)
  }, 100)
  const result = await flood({ url: ready.hooks[0]?.localUrl ?? '', key, rate: 1000, ms })
  await Promise.all([...searching, listing])
  clearInterval(timer)
  console.log(
    `${answered} of ${searches} searches answered in ${ms / 1000} s, a page of the list within ${quick.toFixed(0)} ms, log at most ${most}\n  ${floodText(result)}`,
  )
  expect(most).toBeLessThan(mostLogBytes)
})

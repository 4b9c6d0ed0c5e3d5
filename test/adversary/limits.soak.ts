import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, expect, test } from 'vitest'
import { emptyFolder, type RunningCommand, startCommand } from '../helpers/command.ts'
import { flood, floodText } from './flood.ts'

const key = 'a-key-of-the-adversary'
const limits = { count: 5000, days: null, bytes: 10 * 1024 * 1024 }
const rate = Number(process.env['HOOKSCOPE_SOAK_RATE'] ?? 2000)
const ms = Number(process.env['HOOKSCOPE_SOAK_SECONDS'] ?? 60) * 1000

let command: RunningCommand | undefined
afterEach(() => command?.stop('SIGKILL'))

/** What the database holds and takes up, as another program sees it. */
function look(path: string) {
  const size = (ending: string) => statSync(`${path}${ending}`, { throwIfNoEntry: false })?.size ?? 0
  const db = new Database(path, { readonly: true })
  try {
    const number = (pragma: string) => Number(db.pragma(pragma, { simple: true }))
    const used = (number('page_count') - number('freelist_count')) * number('page_size')
    const rows = Number(db.prepare('SELECT count(*) FROM arrival').pluck().get())
    return { rows, bytes: used + size('-wal'), file: size(''), log: size('-wal') }
  } finally {
    db.close()
  }
}

async function run(retention: object) {
  const folder = emptyFolder()
  writeFileSync(join(folder, 'hookscope.config.json'), JSON.stringify({ retention }))
  command = startCommand(['--tunnel', 'none', '--port', '0', '--inspector-port', '0', '--no-open', '--json'], {
    cwd: folder,
    env: { HOOKSCOPE_DB: 'kept.db', HOOKSCOPE_SIGNATURE_KEY: key },
  })
  const ready = await command.waitForLine('ready')
  const path = join(folder, 'kept.db')
  const seen: ReturnType<typeof look>[] = []
  const timer = setInterval(() => seen.push(look(path)), 1000)
  const result = await flood({ url: ready.hooks[0]?.localUrl ?? '', key, rate, ms })
  clearInterval(timer)
  const most = (field: keyof (typeof seen)[number]) => Math.max(...seen.map(one => one[field]))
  console.log(
    `${JSON.stringify(retention)}: ${floodText(result)}\n  most rows ${most('rows')}, bytes ${most('bytes')}, file ${most('file')}, log ${most('log')}`,
  )
  return { result, seen, path }
}

// For a machine that has nothing else to do.
test(`limits hold at ${rate} deliveries a second for ${ms / 1000} s`, { timeout: 600_000 }, async () => {
  await run({ count: null, days: null, bytes: null })
  await command?.stop('SIGKILL')
  const { seen, path, result } = await run(limits)
  // A machine that has no time for hookscope lets so many come at once afterwards, of some kilobytes each.
  const atOnce = (rate * (result.waits.at(-1) ?? 0)) / 1000
  for (const { rows, bytes } of seen) {
    expect(rows).toBeLessThanOrEqual(limits.count * 1.1 + atOnce)
    expect(bytes).toBeLessThanOrEqual(limits.bytes * 1.1 + atOnce * 4096)
  }
  await expect.poll(() => look(path).rows, { timeout: 30_000 }).toBeLessThanOrEqual(limits.count)
  await expect.poll(() => look(path).file, { timeout: 30_000 }).toBeLessThanOrEqual(limits.bytes * 1.1)
  console.log(
    `  afterwards ${JSON.stringify(look(path))}, said: ${command
      ?.stderr()
      .match(/.*dropped before.*/g)
      ?.join(' · ')}`,
  )
})

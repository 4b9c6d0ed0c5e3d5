/** `hookscope backup` beside a hookscope that receives: what was answered 2xx before it began is in the copy. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { emptyFolder, type RunningCommand, runCommand, startListening } from '../../helpers/command.ts'
import { type Gateway, openGateway } from '../../helpers/gateway.ts'
import { runHere } from '../../helpers/here.ts'

const folder = emptyFolder()
const db = join(folder, 'deliveries.db')
let listening: RunningCommand
let gateway: Gateway

beforeAll(async () => {
  listening = startListening([], { db, env: { HOOKSCOPE_SIGNATURE_KEY: 'a-key' } })
  const { hooks } = await listening.waitForLine('ready')
  gateway = openGateway({ url: hooks[0]?.localUrl ?? '', key: 'a-key' })
})
afterAll(async () => {
  gateway?.close()
  await listening?.stop()
})

it('copies while deliveries come, and the copy is a database of its own', async () => {
  for (let count = 0; count < 20; count += 1) await gateway.post('transaction.sale.success')
  let isDone = false
  const posting = (async () => {
    let posted = 0
    for (; !isDone; posted += 1) expect((await gateway.post('ach.settled')).status).toBe(200)
    return posted
  })()
  const { code, stdout, stderr } = await runCommand(['backup', 'copy.db', '--db', db, '--json'], { cwd: folder })
  isDone = true
  expect([code, stderr]).toEqual([0, ''])
  const told = JSON.parse(stdout)
  expect(told).toMatchObject({ kind: 'backup', from: db, to: join(folder, 'copy.db'), isWhole: true })
  expect(told.deliveries).toBeGreaterThanOrEqual(20)
  expect(told.deliveries).toBeLessThanOrEqual(20 + (await posting))
  expect(statSync(join(folder, 'copy.db')).mode & 0o777).toBe(0o600)

  const listed = await runHere(['list', 'type:transaction.sale.success', '--db', 'copy.db', '--json'], { cwd: folder })
  expect(listed.stdout.trimEnd().split('\n')).toHaveLength(20)
  const inWords = await runHere(['backup', 'second.db', '--db', 'copy.db'], { cwd: folder })
  expect(inWords.stdout).toMatch(/^Copied .*copy\.db to .*second\.db: \d+ deliveries, [\d.]+ [KM]B\.\n$/)
})

it('wants a new file', async () => {
  const { code, stderr } = await runHere(['backup', 'deliveries.db', '--db', db], { cwd: folder })
  expect([code, stderr]).toEqual([3, expect.stringContaining('is there already')])
  expect((await runHere(['backup', '--db', db], { cwd: folder })).code).toBe(2)
})

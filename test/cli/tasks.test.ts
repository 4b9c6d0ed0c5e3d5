/** Eight tasks of a day with webhooks, each done by one command; the wait of a script is in test/docs/ci.test.ts. */
import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSqlite } from '../../server/store/sqlite/sqlite.ts'
import { emptyFolder } from '../helpers/command.ts'
import { arrival, saleEvent } from '../helpers/deliveries.ts'
import { signatureOf } from '../helpers/gateway.ts'
import { runHere } from '../helpers/here.ts'
import { type Merchant, startMerchant } from '../helpers/merchants.ts'

const folder = emptyFolder()
const db = join(folder, 'deliveries.db')
const key = 'a-key'
const run = (...words: string[]) => runHere([...words, '--db', db], { cwd: folder })
const fileAt = (name: string) => join(folder, name)

/** Noon, in this machine's zone. */
const noon = (daysAgo: number) => {
  const now = new Date()
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo, 12).getTime()
}
const declined = saleEvent({ id: 'd'.repeat(64), type: 'transaction.sale.failure', key: 'declined1' })
const voided = saleEvent({ id: 'v'.repeat(64), type: 'transaction.sale.voided' })

let app: Merchant

beforeAll(async () => {
  app = await startMerchant()
  writeFileSync(fileAt('key.txt'), key)
  const fields = ['--events', 'all', '--authentication', 'none', '--signature', 'signature-key']
  expect(
    await run('hooks', 'add', '--label', 'Shop', ...fields, '--signature-key-file', fileAt('key.txt')),
  ).toMatchObject({ code: 0 })
  const store = openSqlite({ path: db, log: () => {} })
  const verified = { kind: 'verified', key: 'signature-key', basic: false } as const
  const wrong = JSON.stringify(saleEvent({ id: 'w'.repeat(64), key: 'other1' }))
  const base64 = createHmac('sha256', key).update(wrong).digest('base64')
  await store.deliveries.append(arrival({ receivedAt: noon(1), verdict: verified, body: saleEvent() }))
  await store.deliveries.append(arrival({ receivedAt: noon(1) + 1000, verdict: verified, body: voided }))
  await store.deliveries.append(arrival({ receivedAt: noon(1) + 2000, verdict: verified, body: declined }))
  await store.deliveries.append(
    arrival({
      ...{ receivedAt: noon(0), body: wrong, headers: [['X-Signature', base64]], status: 401 },
      verdict: { kind: 'rejected', reasons: ['signature-malformed'] },
    }),
  )
  await store.deliveries.settled()
  await store.close()
})
afterAll(() => app?.close())

it('yesterday’s declined sale, replayed to another port', async () => {
  const { code } = await run('replay', 'type:transaction.sale.failure', 'on:yesterday', '--to', app.url, '--yes')
  const [sent] = await app.arrived(1)
  expect([code, JSON.parse(`${sent?.body}`)]).toEqual([0, declined])
})

it('why signatures fail since noon', async () => {
  const { stdout } = await run('list', 'is:rejected', `after:${new Date(noon(0) - 1000).toISOString()}`)
  expect(stdout).toMatch(/#4 .*✗ rejected.*\n +X-Signature is not one lower-case hex SHA-256: Digest in base64\.\n/)
})

it('everything about one sale', async () => {
  expect((await run('show', '1', '--html', 'sale.html', '--related')).code).toBe(0)
  expect(readFileSync(fileAt('sale.html'), 'utf8').match(/<h2 id="d\d+"/g)).toEqual(['<h2 id="d1"', '<h2 id="d2"'])
})

it('a signed ACH return to the app', async () => {
  const before = app.received.length
  const { code } = await run('trigger', 'ach.returned', '--to', app.url, '--signature-key-file', fileAt('key.txt'))
  const sent = (await app.arrived(before + 1)).at(-1)
  expect(code).toBe(0)
  expect(sent?.headers).toContainEqual(['X-Signature', signatureOf(key, sent?.body ?? Buffer.alloc(0))])
})

it('a hand-over to a colleague, and taking it', async () => {
  expect((await run('export', 'on:yesterday', '-o', 'day.hookscope')).code).toBe(0)
  const { code, stdout } = await runHere(['import', 'day.hookscope', '--db', fileAt('colleague.db')], { cwd: folder })
  expect([code, stdout]).toEqual([0, 'Imported 3 deliveries.\n'])
})

it('the same for somebody who may see nobody’s data', async () => {
  const { code, stderr } = await run('export', '1', '--anonymize', '-o', 'one.har')
  expect([code, stderr]).toEqual([0, expect.stringContaining('with the test key hookscope-test-key')])
})

it('a CSV of a day', async () => {
  expect((await run('export', 'on:yesterday', '-o', 'day.csv')).code).toBe(0)
  expect(readFileSync(fileAt('day.csv'), 'utf8').trimEnd().split('\r\n')).toHaveLength(1 + 3)
})

it('a test for the suite out of what came', async () => {
  expect((await run('show', '1', '--fixture')).stdout).toMatch(/test\('the app takes the webhook'/)
})

/** `hookscope show` as something to hand on: a page, a test that runs, a command for the shells of Windows. */
import { execFile } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, it } from 'vitest'
import { testKey } from '../../core/capture/capture.ts'
import { openSqlite } from '../../server/store/sqlite/sqlite.ts'
import { emptyFolder } from '../helpers/command.ts'
import { arrival, saleEvent } from '../helpers/deliveries.ts'
import { runHere } from '../helpers/here.ts'
import { listenApart } from '../helpers/ports.ts'

const folder = emptyFolder()
const db = join(folder, 'deliveries.db')
const show = (...words: string[]) => runHere(['show', ...words, '--db', db], { cwd: folder })

beforeAll(async () => {
  const store = openSqlite({ path: db, log: () => {} })
  const headers: [string, string][] = [
    ['Content-Type', 'application/json'],
    ['Authorization', 'Basic c2VjcmV0'],
  ]
  await store.deliveries.append(arrival({ headers }))
  await store.deliveries.append(
    arrival({ headers, body: saleEvent({ id: 'b'.repeat(64), type: 'transaction.sale.voided' }) }),
  )
  await store.deliveries.append(arrival({ headers, body: '' }))
  await store.deliveries.append(arrival({ headers, method: 'GET', body: 'x=1' }))
  await store.deliveries.append(
    arrival({ headers, body: '', bytes: 2_000_000, verdict: { kind: 'rejected', reasons: ['body-too-large'] } }),
  )
  await store.deliveries.append(arrival({ headers, method: 'DELETE', body: '' }))
  const rejected = { kind: 'rejected', reasons: ['signature-wrong'] } as const
  await store.deliveries.append(arrival({ headers, body: Uint8Array.of(0, 255, 1), verdict: rejected }))
  await store.deliveries.settled()
  await store.close()
})

it('--html saves a page, with --related that of all that happened to the object', async () => {
  const { code, stderr } = await show('1', '--html', 'one.html')
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^Saved to one\.html, [\d,]+ bytes\. Credentials/)])
  await show('1', '--html', 'all.html', '--related')
  const articles = (name: string) => readFileSync(join(folder, name), 'utf8').match(/<article/g)?.length
  expect([articles('one.html'), articles('all.html')]).toEqual([1, 2])
  expect(readFileSync(join(folder, 'all.html'), 'utf8')).not.toContain('c2VjcmV0')
})

it.each([
  ['a delivery', '1', 2],
  ['one that has no body', '3', 2],
  ['a GET with a body', '4', 1],
  ['a DELETE without a body', '6', 1],
  ['a rejected one that is no text', '7', 1],
])('--fixture of %s is a test that passes at an app that verifies with the test key', async (_, id, tests) => {
  const { code, stdout, stderr } = await show(id, '--fixture')
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout.includes(testKey)).toBe(tests === 2)
  expect(stdout).not.toContain('c2VjcmV0')
  const seen: (string | undefined)[] = []
  const app = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const expected = createHmac('sha256', testKey).update(Buffer.concat(chunks)).digest('hex')
      seen.push(request.headers['content-type'])
      const isGood = request.method === 'POST' && request.headers['x-signature'] === expected
      response.writeHead(isGood ? 200 : 401).end()
    })
  })
  const url = `http://127.0.0.1:${await listenApart(app)}/`
  // What vitest brings, in small: the second test changes a byte of what the first one sent.
  const small = `
    const expect = value => ({
      toBe(other) { if (value !== other) throw new Error(value + ' is not ' + other) },
      toBeGreaterThanOrEqual(least) { if (value < least) throw new Error(value + ' is less than ' + least) },
    })
    const test = (name, run) => { ends = ends.then(run).then(() => console.log('passed', name)) }
    let ends = Promise.resolve()`
  const script = join(folder, 'fixture.mjs')
  writeFileSync(script, stdout.replace("import { expect, test } from 'vitest'", small))
  const ran = await promisify(execFile)(process.execPath, [script], { env: { ...process.env, WEBHOOK_URL: url } })
  app.close()
  expect(ran.stdout.match(/^passed /gm)).toHaveLength(tests)
  expect(seen).toEqual(Array(tests).fill('application/json'))
})

it('--fixture says so where the body was not kept', async () => {
  const { code, stderr } = await show('5', '--fixture')
  expect([code, stderr]).toEqual([0, expect.stringContaining('Its body was not kept')])
})

it('--curl is for the shell that is named', async () => {
  const commandIn = async (...words: string[]) => (await show('1', '--curl', ...words)).stdout.trim().split('\n').at(-1)
  expect(await commandIn()).not.toMatch(/^curl\.exe/)
  expect(await commandIn('--shell', 'cmd')).toMatch(/^curl\.exe .*--header "Authorization: %WEBHOOK_AUTHORIZATION%"/)
  expect((await show('1', '--curl', '--shell', 'powershell')).stdout).toContain('$env:WEBHOOK_AUTHORIZATION')
})

it.each([
  [['1', '--shell', 'cmd'], '--shell needs --curl.'],
  [['1', '--related'], '--related needs --html FILE.'],
  [['1', '--html', 'x.html', '--body'], 'exclude each other'],
])('refuses %j', async (words, message) => {
  const { code, stderr } = await show(...words)
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
})

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { probe } from '../../../server/tunnel/probe.ts'

let server: Server | null = null

afterEach(async () => {
  server?.closeAllConnections()
  await new Promise(resolve => (server === null ? resolve(null) : server.close(resolve)))
  server = null
})

async function answering(answer: (from: IncomingMessage, to: ServerResponse) => void): Promise<string> {
  const started = createServer(answer)
  server = started
  await new Promise<void>(resolve => started.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`
}

function ask(url: string, { signal = new AbortController().signal, timeoutMs = 20_000 } = {}) {
  let withdrawn = 0
  const issued = { path: '/nonce', expected: 'proof', withdraw: () => withdrawn++ }
  return probe(url, issued, { timeoutMs, signal }).then(outcome => ({ outcome, withdrawn }))
}

test('arrives when the very body comes back; asks on a connection of its own, as no browser would', async () => {
  const seen: IncomingMessage[] = []
  const url = await answering((from, to) => {
    seen.push(from)
    to.end('proof')
  })
  const { outcome, withdrawn } = await ask(`${url}/base`)
  expect(outcome).toMatchObject({ arrived: true, ms: expect.any(Number) })
  expect(withdrawn).toBe(1)
  expect(seen[0]?.url).toBe('/base/nonce')
  expect(seen[0]?.headers).toMatchObject({
    'bypass-tunnel-reminder': '1',
    'user-agent': 'hookscope',
    connection: 'close',
  })
})

test.each<[string, (from: IncomingMessage, to: ServerResponse) => void, RegExp]>([
  ['another body', (_, to) => to.end('proof?'), /^Something else answers at 127\.0\.0\.1:\d+ \(200\)\.$/],
  ['the body with another status', (_, to) => to.writeHead(203).end('proof'), /\(203\)/],
  [
    'a redirect, which is not followed',
    (_, to) => to.writeHead(302, { location: '/x' }).end('proof'),
    /redirects.+302/,
  ],
  ['404', (_, to) => to.writeHead(404).end(), /answers 404: it does not lead to this receiver/],
  ['502', (_, to) => to.writeHead(502).end(), /answers 502: nothing behind it answers\./],
  ['a password page', (_, to) => to.writeHead(401).end('<html>'), /Something else.+401/],
  ['a body without end', (_, to) => pour(to), /Something else/],
  ['a reset', from => from.socket.resetAndDestroy(), /does not answer \(ECONNRESET/],
  ['no HTTP', from => from.socket.end('SSH-2.0\r\n'), /cannot be reached|does not answer/],
])('does not arrive at what answers with %s', async (_what, answer, reason) => {
  const { outcome, withdrawn } = await ask(await answering(answer))
  expect(outcome).toMatchObject({ arrived: false, reason: expect.stringMatching(reason) })
  expect(withdrawn).toBe(1)
})

test.each<[string, (from: IncomingMessage, to: ServerResponse) => void]>([
  ['nothing', () => {}],
  ['half a body', (_, to) => to.write('pro')],
])('does not arrive in time at what answers with %s', async (_what, answer) => {
  const { outcome, withdrawn } = await ask(await answering(answer), { timeoutMs: 500 })
  expect(outcome).toMatchObject({ arrived: false, reason: expect.stringMatching(/did not answer within 0\.5 s/) })
  expect(withdrawn).toBe(1)
})

test('does not arrive where nothing listens', async () => {
  const url = await answering(() => {})
  await new Promise(resolve => server?.close(resolve))
  server = null
  const { outcome } = await ask(url)
  expect(outcome).toMatchObject({
    reason: `The public URL ${url} does not answer (ECONNREFUSED ${new URL(url).host}).`,
  })
})

test('ends when it is called off', async () => {
  const calledOff = new AbortController()
  const url = await answering(() => calledOff.abort())
  const { outcome, withdrawn } = await ask(url, { signal: calledOff.signal })
  expect(outcome.arrived).toBe(false)
  expect(withdrawn).toBe(1)
})

function pour(to: ServerResponse): void {
  Readable.from(endless())
    .on('error', () => {})
    .pipe(to)
}

function* endless(): Generator<string> {
  for (;;) yield 'proof'.repeat(1000)
}

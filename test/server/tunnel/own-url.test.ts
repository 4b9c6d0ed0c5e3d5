import { createServer } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listenApart } from '../../helpers/ports.ts'
import type { Probed, Watched } from './probed.ts'
import { inState, openQuickly, provedUp, startProbed } from './probed.ts'

let probed: Probed
let tunnel: Watched

beforeEach(async () => {
  probed = await startProbed()
})
afterEach(async () => {
  await tunnel.close()
  await probed.close()
})

test('is up at once, then with a round trip; whatever provider was named', async () => {
  const publicUrl = `http://127.0.0.1:${probed.port}/`
  tunnel = openQuickly(probed, { provider: 'none', publicUrl })
  const first = await inState(tunnel, 'up')
  expect(first).toEqual({ state: 'up', url: publicUrl.slice(0, -1), roundTripMs: null, changedFrom: null })
  await provedUp(tunnel)
})

test('that leads elsewhere is told and kept, and is up once it leads here', async () => {
  const elsewhere = createServer((_, to) => to.writeHead(404).end())
  const port = await listenApart(elsewhere)
  const url = `http://127.0.0.1:${port}`
  tunnel = openQuickly(probed, { publicUrl: url })
  const status = await inState(tunnel, 'retrying')
  expect(status).toMatchObject({ url, reason: expect.stringContaining('answers 404') })
  expect(tunnel.lines).toEqual([])

  elsewhere.closeAllConnections()
  await new Promise(resolve => elsewhere.close(resolve))
  const here = await startProbed(port)
  try {
    // The probes are still issued by the first receiver, which the second one stands in front of.
    here.answer = async (from, to) => {
      const behind = await fetch(`http://127.0.0.1:${probed.port}${from.url}`)
      to.writeHead(behind.status).end(await behind.text())
    }
    expect(await provedUp(tunnel)).toMatchObject({ url })
  } finally {
    await here.close()
  }
})

test('says which URL the console may still have from the last session', async () => {
  const publicUrl = `http://127.0.0.1:${probed.port}`
  tunnel = openQuickly(probed, { publicUrl, previousUrl: 'https://till.tunnel.example/' })
  expect(await provedUp(tunnel)).toMatchObject({ changedFrom: 'https://till.tunnel.example' })
})

test.each(['till.example', 'ftp://till.example', 'https://user@till.example', 'https://till.example/?q', ''])(
  'that is none (%j) is down with a hint',
  async publicUrl => {
    tunnel = openQuickly(probed, { publicUrl })
    expect((await inState(tunnel, 'down')).hint).toContain('--public-url')
  },
)

test('without one and without a provider there is no tunnel', async () => {
  tunnel = openQuickly(probed, { provider: 'none' })
  expect(tunnel.status()).toEqual({ state: 'off' })
  await tunnel.close()
  expect(tunnel.history).toHaveLength(1)
})

/** The public door behind the real localtunnel client: what a refusal must not cost it. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTunnel, type Tunnel } from '../../../server/tunnel/tunnel.ts'
import { openGateway } from '../../helpers/gateway.ts'
import { startTunnelServer, type TunnelServer } from '../../helpers/tunnel-server.ts'
import { type Door, guardedHook, key, openDoor, openHook } from './door.ts'

let door: Door
let server: TunnelServer
let tunnel: Tunnel
let url: string
beforeEach(async () => {
  server = await startTunnelServer()
  door = await openDoor({ bodyBytes: 10_000, deadlines: { headerMs: 50 } })
  tunnel = openTunnel({
    provider: 'localtunnel',
    host: server.host,
    subdomain: null,
    publicUrl: null,
    previousUrl: null,
    port: door.port,
    issueProbe: door.receiver.issueProbe,
    log: () => {},
  })
  url = await new Promise(resolve => {
    tunnel.onChange(status => {
      if (status.state === 'up' && status.roundTripMs !== null) resolve(status.url)
    })
  })
})
afterEach(async () => {
  await tunnel.close()
  await server.close()
  await door.close()
})

function gatewayTo(hook: typeof openHook) {
  return openGateway({ url: url + hook.path, ...(hook.signing.kind === 'hmac' && { key }) })
}

test('signed bytes come through whole', async () => {
  const gateway = openGateway({
    url: url + guardedHook.path,
    key,
    basicAuth: { username: 'shop', password: 'open sesame' },
  })
  const body = Buffer.from([0, 255, 128, 10, 13])
  expect((await gateway.post(body)).status).toBe(200)
  gateway.close()
  const [delivery] = await door.deliveries()
  expect(delivery?.verdict).toBe('verified')
  expect(Buffer.from(delivery?.body ?? []).equals(body)).toBe(true)
})

test('many refusals of every kind cost no slot: what comes after them still arrives', async () => {
  const gateway = gatewayTo(openHook)
  const lost = gatewayTo({ ...openHook, path: '/nothing' })
  const forged = gatewayTo({ ...guardedHook, signing: { kind: 'none' } })
  for (let times = 0; times < 12; times += 1) {
    const answers = await Promise.all([
      gateway.post(Buffer.alloc(1_000_000, 'x')),
      gateway.post(Buffer.alloc(10_001, 'x')),
      lost.post(Buffer.alloc(100_000, 'x')),
      forged.post({}),
    ])
    expect(answers.map(({ status }) => status)).toEqual([413, 413, 404, 401])
  }
  const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.post('ach.settled')))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  await expect.poll(() => server.tunnels()[0]?.sockets).toBe(10)
  for (const opened of [gateway, lost, forged]) opened.close()
})

test('sockets that idle past every deadline still carry the next delivery', async () => {
  const gateway = gatewayTo(openHook)
  expect((await gateway.post('ach.settled')).status).toBe(200)
  // A slow header on a connection of its own tells when the deadline has passed for every other one too.
  const slow = await door.raw()
  slow.write('P')
  await slow.closed
  const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.post('ach.settled')))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  gateway.close()
})

/** The stream of a laptop, at a server of which only the other end of the WebSocket is there. */
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { mostBodyBytes } from '../../../core/http/limits.ts'
import type { ToLaptop } from '../../../core/laptops/frames.ts'
import { type Loss, openConnection } from '../../../server/laptop/connection.ts'

it('takes a delivery with a large body that a server can be told to take', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  // Half of the largest takes half of the time.
  const body = 'A'.repeat(((mostBodyBytes / 2) * 4) / 3 + 1_000_000)
  server.on('connection', socket => socket.send(JSON.stringify({ kind: 'delivery', delivery: { body } })))
  await new Promise(resolve => server.once('listening', resolve))
  const came = await new Promise<ToLaptop | Loss>(resolve => {
    const connection = openConnection({
      server: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      token: () => 'token',
      query: async () => new URLSearchParams(),
      onFrame: resolve,
      onLoss: resolve,
    })
    server.once('close', () => connection.close())
  })
  expect(came.kind).toBe('delivery')
  for (const client of server.clients) client.terminate()
  await new Promise(resolve => server.close(resolve))
})

/** The stream of a laptop, at a server of which only the other end of the WebSocket is there. */
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { mostBodyBytes } from '../../../core/http/limits.ts'
import type { ToLaptop } from '../../../core/laptops/frames.ts'
import { type Loss, openConnection } from '../../../server/laptop/connection.ts'

/** @returns what a laptop makes of a server that says this first */
async function heardFrom(first: string | Buffer): Promise<ToLaptop | Loss> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', socket => socket.send(first))
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
  for (const client of server.clients) client.terminate()
  await new Promise(resolve => server.close(resolve))
  return came
}

it('takes a delivery with a large body that a server can be told to take', async () => {
  // Half of the largest takes half of the time.
  const body = 'A'.repeat(((mostBodyBytes / 2) * 4) / 3 + 1_000_000)
  expect((await heardFrom(JSON.stringify({ kind: 'delivery', delivery: { body } }))).kind).toBe('delivery')
})

it.each(['<html>', '"hello"', 'null', '{}', Buffer.from('{"kind":"hello"}')])(
  'begins anew where %j is said, which is no frame',
  async said => {
    expect(await heardFrom(said)).toEqual({
      kind: 'lost',
      reason: 'What answers there does not speak as hookscope serve does.',
    })
  },
)

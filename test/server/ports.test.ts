import net from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { onPort } from '../../server/ports.ts'

const servers: net.Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

function listen(port: number): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    servers.push(server)
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve({ port: address !== null && typeof address === 'object' ? address.port : 0 })
    })
  })
}

describe('onPort', () => {
  it('takes the usual port when it is free, without a word', async () => {
    const { port: free } = await listen(0)
    await new Promise(resolve => servers[0]?.close(resolve))
    expect(await onPort(null, free, '--port', 'receiver', listen)).toEqual({ opened: { port: free }, notice: null })
  })

  it('takes a free one when the usual is taken, and says so', async () => {
    const { port: taken } = await listen(0)
    const { opened, notice } = await onPort(null, taken, '--port', 'receiver', listen)
    expect(opened.port).not.toBe(taken)
    expect(notice).toBe(`Port ${taken} is in use, so the receiver took ${opened.port}. Choose one with --port.`)
  })

  it('takes no other when one was chosen', async () => {
    const { port: taken } = await listen(0)
    await expect(onPort(taken, 1, '--port', 'receiver', listen)).rejects.toThrow(`Port ${taken} cannot be used`)
  })

  it('leaves other failures alone', async () => {
    const broken = () => Promise.reject(new Error('broken'))
    await expect(onPort(null, 1, '--port', 'receiver', broken)).rejects.toThrow('broken')
  })
})

import net from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { cannotListen, doors, onPort } from '../../../server/lib/ports.ts'
import { portApart } from '../../helpers/ports.ts'

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

const receiverAt = (usual: number) => ({ ...doors.receiver, usual })

describe('onPort', () => {
  it('takes the usual port when it is free, without a word', async () => {
    const free = await portApart()
    expect(await onPort(null, receiverAt(free), listen)).toEqual({ opened: { port: free }, notice: null })
  })

  it('takes a free one when the usual is taken, and says so', async () => {
    const { port: taken } = await listen(0)
    const { opened, notice } = await onPort(null, receiverAt(taken), listen)
    expect(opened.port).not.toBe(taken)
    expect(notice).toBe(`Port ${taken} is in use, so the receiver took ${opened.port}. Choose one with --port.`)
  })

  it('sees a taken port behind the words for it, too', async () => {
    const { port: taken } = await listen(0)
    const inWords = (port: number) =>
      listen(port).catch((error: Error) => Promise.reject(cannotListen(doors.receiver, port, error)))
    expect((await onPort(null, receiverAt(taken), inWords)).opened.port).not.toBe(taken)
  })

  it('takes no other when one was chosen', async () => {
    const { port: taken } = await listen(0)
    await expect(onPort(taken, receiverAt(1), listen)).rejects.toMatchObject({ code: 'EADDRINUSE', port: taken })
  })

  it('leaves other failures alone', async () => {
    const broken = () => Promise.reject(new Error('broken'))
    await expect(onPort(null, receiverAt(1), broken)).rejects.toThrow('broken')
  })
})

describe('cannotListen', () => {
  it.each([
    ['EADDRINUSE', 80, 'it is in use', 'End the program that uses it, choose another with --inspector-port'],
    ['EACCES', 80, 'this account may not use it', 'Choose one above 1023 with --inspector-port'],
    ['EACCES', 4780, 'this account may not use it', 'Choose another with --inspector-port'],
    ['EPERM', 80, 'no such luck', 'Choose another with --inspector-port'],
  ])('%s at %d: the door, the reason and the way out', (code, port, reason, wayOut) => {
    const error = Object.assign(new Error('no such luck'), { code })
    expect(cannotListen(doors.inspector, port, error)).toMatchObject({
      name: 'UserError',
      message: `Port ${port} cannot be used for the inspector: ${reason}.`,
      hint: `${wayOut}, or use any free port with --inspector-port 0.`,
      cause: error,
    })
  })
})

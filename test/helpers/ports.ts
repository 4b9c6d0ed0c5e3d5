/** Ports that are given up and wanted again, or at which nobody is to listen. */
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/** Below what any system chooses from by itself: none of these goes to somebody else while nobody listens at it. */
const [lowest, highest] = [20_000, 32_000]

/** Has a server listen at such a port. @returns the port @throws when the host is none of this machine */
export async function listenApart(server: Server, host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest)
    try {
      server.listen(port, host)
      await once(server, 'listening')
      return port
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    }
  }
}

/** A port of 127.0.0.1 at which nobody listens, nor will unless asked to. */
export async function portApart(): Promise<number> {
  const server = createServer()
  const port = await listenApart(server)
  await new Promise(resolve => server.close(resolve))
  return port
}

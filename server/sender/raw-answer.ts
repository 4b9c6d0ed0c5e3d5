/** Listens to the bytes of an answer beside the parser, which does not say what it put up with. */
import type { Socket } from 'node:net'
import { type Faults, faultsOf, lookedAtBytes } from './sloppiness.ts'

export interface RawAnswer {
  /** What is wrong with what came so far. */
  faults(): Faults
  /** Lets go of the connection, which may serve another request. */
  stop(): void
}

/** @param socket of a request that was not sent yet @param method of that request */
export function listenTo(socket: Socket, method: string): RawAnswer {
  const came: Buffer[] = []
  let room = lookedAtBytes
  function note(chunk: Buffer) {
    came.push(chunk.subarray(0, room))
    room -= chunk.length
    if (room <= 0) stop()
  }
  function stop() {
    socket.off('data', note)
  }
  // Before the parser: what it takes offence at must be here already.
  socket.prependListener('data', note)
  return { faults: () => faultsOf(Buffer.concat(came), method), stop }
}

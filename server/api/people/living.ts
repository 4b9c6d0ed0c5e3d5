/** Connections that last end with the session that they were opened in. */
import type { Duplex } from 'node:stream'
import { errorLine } from '../../lib/errors.ts'
import type { Sessions } from '../../people/sessions.ts'

/** How often it is asked which sessions have ended, milliseconds. */
const lookMs = 2000

export interface Living {
  /** Ends the connection once the session has ended. */
  watch(session: string, connection: Duplex): void
  close(): void
}

export function openLiving(sessions: Pick<Sessions, 'living'>, log: (line: string) => void): Living {
  const watched = new Map<string, Set<Duplex>>()
  let isLooking = false

  async function look(): Promise<void> {
    if (watched.size === 0 || isLooking) return
    isLooking = true
    try {
      const living = await sessions.living([...watched.keys()])
      for (const [session, connections] of watched) {
        if (living.has(session)) continue
        for (const connection of connections) connection.destroy()
        watched.delete(session)
      }
    } catch (error) {
      log(`Sessions could not be looked at: ${errorLine(error)}`)
    } finally {
      isLooking = false
    }
  }

  const timer = setInterval(() => void look(), lookMs)
  timer.unref()
  return {
    watch(session, connection) {
      const connections = watched.get(session) ?? new Set()
      watched.set(session, connections.add(connection))
      connection.once('close', () => {
        connections.delete(connection)
        if (connections.size === 0 && watched.get(session) === connections) watched.delete(session)
      })
    },
    close: () => clearInterval(timer),
  }
}

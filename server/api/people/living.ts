/** Connections that last end with the session that they were opened in, and when its person may do more or less. */
import type { Duplex } from 'node:stream'
import type { Role } from '../../../core/people/person.ts'
import { errorLine } from '../../lib/errors.ts'
import type { Sessions } from '../../people/sessions.ts'

/** How often it is asked which sessions have ended, milliseconds. */
const lookMs = 2000

export interface Living {
  /** Ends the connection once the session has ended, or has another role than the one that it shows things to; null: whatever its role. */
  watch(session: string, role: Role | null, connection: Duplex): void
  close(): void
}

export function openLiving(sessions: Pick<Sessions, 'living'>, log: (line: string) => void): Living {
  const watched = new Map<string, Map<Duplex, Role | null>>()
  let isLooking = false

  async function look(): Promise<void> {
    if (watched.size === 0 || isLooking) return
    isLooking = true
    try {
      const living = await sessions.living([...watched.keys()])
      for (const [session, connections] of watched) {
        const now = living.get(session)
        for (const [connection, role] of connections)
          if (now === undefined || (role !== null && role !== now)) connection.destroy()
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
    watch(session, role, connection) {
      const connections = watched.get(session) ?? new Map<Duplex, Role | null>()
      watched.set(session, connections.set(connection, role))
      connection.once('close', () => {
        connections.delete(connection)
        if (connections.size === 0 && watched.get(session) === connections) watched.delete(session)
      })
    },
    close: () => clearInterval(timer),
  }
}

/** The token that opens a server's stream: one file a server, which this user alone can read. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface TokenFile {
  read(): string | null
  write(token: string): void
  /** It opens nothing any more. */
  forget(): void
}

/** @param folder this user's data folder */
export function tokenFile(folder: string, server: URL): TokenFile {
  const places = join(folder, 'servers')
  // A port's colon is no part of a name everywhere.
  const path = join(places, `${server.host.replaceAll(/[^\w.-]/g, '_')}.json`)
  return {
    read() {
      try {
        const kept: unknown = JSON.parse(readFileSync(path, 'utf8'))
        if (typeof kept !== 'object' || kept === null || !('token' in kept) || !('server' in kept)) return null
        // Another scheme is another server.
        return kept.server === server.origin && typeof kept.token === 'string' ? kept.token : null
      } catch {
        return null
      }
    },
    write(token) {
      mkdirSync(places, { recursive: true, mode: 0o700 })
      const temporary = `${path}.${process.pid}`
      writeFileSync(temporary, JSON.stringify({ server: server.origin, token }), { mode: 0o600 })
      renameSync(temporary, path)
    },
    forget: () => rmSync(path, { force: true }),
  }
}

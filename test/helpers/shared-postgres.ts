/** One PostgreSQL for all tests that only need databases: to make a server takes seconds of work. */
import { createServer } from 'node:http'
import { listenApart } from './ports.ts'
import { type PostgresServer, sharedVariable, startPostgres } from './postgres.ts'

/** Vitest calls it before the first test. Workers ask at a port; the first has the server started. @returns what it calls at the end */
export default async function setup(): Promise<() => Promise<void>> {
  let starting: Promise<PostgresServer> | undefined
  const door = createServer(async (_request, response) => {
    starting ??= startPostgres()
    try {
      response.end((await starting).urlOf(''))
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })
  const port = await listenApart(door)
  // Workers take it over.
  process.env[sharedVariable] = `http://127.0.0.1:${port}/`
  return async () => {
    door.close()
    door.closeAllConnections()
    await (await starting?.catch(() => undefined))?.close()
  }
}

/** What an app of this machine answered reaches the server, also when it ended late. */
import { expect, it } from 'vitest'
import { openReports } from '../../../server/laptop/reports.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { arrival, asItCame } from '../../helpers/deliveries.ts'

it('tells at the next start of a slow attempt that ended after newer ones were told, while nobody was connected', async () => {
  const store = openSqlite({ path: `${emptyFolder()}/a.db` })
  const server = new URL('https://hooks.example.com')
  const target = 'http://localhost:3000/webhooks'
  const delivery = await store.deliveries.append({ ...arrival(), origin: { server: server.origin, id: 7 } })
  await store.deliveries.settled()
  const request = asItCame((await store.deliveries.get(delivery)) ?? arrival(), target)
  const start = () => store.attempts.start({ delivery, source: 'forward', target, startedAt: 1, request })
  const end = (id: number) =>
    store.attempts.end(id, {
      outcome: 'answered',
      answer: { status: 200, headers: [], body: new Uint8Array(), bodyBytes: 0 },
      timing: { connectMs: 1, firstByteMs: 2, totalMs: 3 },
      error: null,
    })
  const told: number[] = []
  const open = () =>
    openReports({
      ...{ store, server, failed: error => expect(error).toBe(null) },
      send: ({ id }) => told.push(id) > 0,
    })

  const first = await open()
  first.begin()
  const [slow, quick] = [await start(), await start()]
  await end(quick)
  await expect.poll(() => told).toEqual([quick])
  first.reported(quick)
  first.pause()
  await end(slow)
  await first.close(0)
  const second = await open()
  second.begin()
  await expect.poll(() => told).toContain(slow)
  await second.close(0)
  await store.close()
})

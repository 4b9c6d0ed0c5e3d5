import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openForwarder } from '../../../server/sender/forward.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { startMerchant } from '../../helpers/merchants.ts'

test('while the store can keep nothing, nothing is sent; what waits goes out afterwards', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookscope-'))
  const path = join(folder, 'hookscope.db')
  const store = openSqlite({ path })
  const target = await startMerchant()
  const forwarder = await openForwarder({
    store,
    targets: [{ url: new URL(target.url) }],
    isOwnUrl: () => false,
    rejectedToo: false,
  })
  const another = new Database(path)
  try {
    const came = arrival()
    const id = await store.deliveries.append(came)
    await store.deliveries.settled()
    another.exec('BEGIN IMMEDIATE')

    const answer = await forwarder.answer(id, came)
    expect(answer.status).toBe(503)
    expect(JSON.parse(Buffer.from(answer.body).toString())).toMatchObject({ error: { code: 'store-unavailable' } })

    const ended = new Promise(resolve => store.attempts.onEnded(resolve))
    // The first offer is of the one just answered; the second one stands for any later delivery.
    forwarder.offer(await store.deliveries.summaries([id]))
    forwarder.offer(await store.deliveries.summaries([id]))
    expect(target.received).toEqual([])
    another.exec('ROLLBACK')
    expect(await ended).toMatchObject({ delivery: id, outcome: 'answered' })
    expect(target.received).toHaveLength(1)
  } finally {
    another.close()
    await forwarder.close()
    await target.close()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('an answer reaches the gateway although its end cannot be kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookscope-'))
  const path = join(folder, 'hookscope.db')
  const store = openSqlite({ path })
  const another = new Database(path)
  const target = await startMerchant((socket, received) => {
    another.exec('BEGIN IMMEDIATE')
    socket.write(`HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nX-Turn: ${received.turn}\r\n\r\n`)
  })
  const forwarder = await openForwarder({
    store,
    targets: [{ url: new URL(target.url) }],
    isOwnUrl: () => false,
    rejectedToo: false,
  })
  try {
    const came = arrival()
    const id = await store.deliveries.append(came)
    await store.deliveries.settled()
    expect((await forwarder.answer(id, came)).status).toBe(202)
    expect(await store.attempts.ofDelivery(id)).toMatchObject([{ outcome: 'pending' }])
  } finally {
    another.close()
    await forwarder.close()
    await target.close()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

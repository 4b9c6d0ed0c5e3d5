/** kill -9 while deliveries wait for the app: after the restart each reaches it, once; what was on its way is named. */
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { headerValue } from '../../core/http/headers.ts'
import { emptyFolder, type RunningCommand, startListening } from '../helpers/command.ts'
import { openGateway } from '../helpers/gateway.ts'
import { type Merchant, manners, startMerchant } from '../helpers/merchants.ts'
import { openDice } from './dice.ts'

const rounds = import.meta.env.MODE === 'soak' ? 40 : 3
const each = 100
const seed = 9

let command: RunningCommand | undefined
let app: Merchant | undefined
afterEach(async () => {
  await command?.stop('SIGKILL')
  await app?.close()
})

test(`what is owed to the app survives ${rounds} kills`, { timeout: 600_000 }, async () => {
  const dice = openDice(seed)
  const db = join(emptyFolder(), 'deliveries.db')
  const held: (() => void)[] = []
  let isSlow = false
  app = await startMerchant((socket, received) => {
    const answer = () => manners.answers()(socket, received)
    if (isSlow) held.push(answer)
    else answer()
  })
  const reached = () => app?.received.map(({ headers }) => Number(headerValue(headers, 'Hookscope-Delivery'))) ?? []
  const kept: number[] = []
  const named = new Set<number>()
  let queued = 0

  const start = async () => {
    const running = startListening(['--forward', app?.url ?? ''], { db })
    command = running
    const { hooks } = await running.waitForLine('ready')
    return { running, url: hooks[0]?.localUrl ?? '' }
  }
  let { running, url } = await start()
  for (let round = 0; round < rounds; round += 1) {
    isSlow = true
    const gateway = openGateway({ url, connections: 10 })
    const before = reached().length
    await Promise.all(
      Array.from({ length: each }, async () => {
        expect((await gateway.post('transaction.sale.success')).status).toBe(200)
      }),
    )
    gateway.close()
    // Some have an answer by then, 20 wait for one, the others have not left.
    const answers = dice.below(40)
    for (let given = 0; given < answers; given += 1) {
      await app.arrived(before + 20 + given)
      held.shift()?.()
    }
    await running.stop('SIGKILL')
    // Each was answered 200, and ids follow one another.
    for (let n = 1; n <= each; n += 1) kept.push(kept.length + 1)
    queued += each - (reached().length - before)
    held.splice(0)
    isSlow = false
    ;({ running, url } = await start())
    const last = running
    await expect
      .poll(() => {
        for (const line of last.lines()) if (line.kind === 'left') for (const id of line.ids) named.add(id)
        const arrived = new Set(reached())
        return kept.filter(id => !arrived.has(id) && !named.has(id))
      })
      .toEqual([])
  }
  const { code } = await running.stop()
  expect(code).toBe(0)
  const sent = reached()
  expect(
    sent.filter((id, at) => sent.indexOf(id) !== at),
    'sent twice',
  ).toEqual([])
  console.log(
    `kills: ${queued} waited at ${rounds} kills, ${sent.length} of ${kept.length} reached the app, ${named.size} were named`,
  )
})

/** A damaged index under a running session: what is answered 200 reaches the app once, before, while and after it is rebuilt. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { defaults } from '../../../server/config/settings.ts'
import { type Listener, startListener } from '../../../server/listener.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { damage } from '../../helpers/damage.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'

const sale = (number: number) => saleEvent({ id: `event-${number}`, invoice: `${number}`.repeat(100) })
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

async function started(db: string, app: Merchant, lines: string[]): Promise<Listener> {
  const session = await startListener({
    settings: {
      ...defaults,
      ...{ port: 0, inspectorPort: 0, forward: [app.url], tunnel: 'none', tunnelHost: null, subdomain: null },
      ...{ publicUrl: null, open: false, label: 'My shop', db },
    },
    secrets: { signatureKey: null, sourceKey: null, basicAuth: null },
    token: 'a-token-of-this-launch',
    uiFolder: join(db, '..'),
    log: line => lines.push(line),
    onDelivery: () => {},
    onDiagnosis: () => {},
    onAttempt: () => {},
  })
  session.announce()
  return session
}

async function post(session: Listener, from: number, count: number): Promise<void> {
  const url = session.workspace.status().hooks[0]?.localUrl ?? ''
  const answers = await Promise.all(
    numbers(from, count).map(number => fetch(url, { method: 'POST', body: JSON.stringify(sale(number)) })),
  )
  expect(answers.map(({ status }) => status)).toEqual(numbers(from, count).map(() => 200))
}

/** The ids of deliveries that the app got, ascending. */
const got = (app: Merchant) =>
  app.received
    .map(({ headers }) => Number(headers.find(([name]) => /^hookscope-delivery$/i.test(name))?.[1]))
    .sort((one, other) => one - other)

it.each(['delivery', 'delivery_key', 'feed'])('%s: each reaches the app once, over a restart as well', async name => {
  const db = join(emptyFolder(), 'hookscope.db')
  const app = await startMerchant(manners.answers())
  const lines: string[] = []
  let session: Listener | undefined
  try {
    const store = openSqlite({ path: db })
    await Promise.all(numbers(1, 100).map(number => store.deliveries.append(arrival({ body: sale(number) }))))
    await store.deliveries.settled()
    await store.close()

    session = await started(db, app, lines)
    await post(session, 101, 10)
    await expect.poll(() => got(app)).toEqual(numbers(101, 10))
    await session.close()

    damage(db, name, 'leaf')
    session = await started(db, app, lines)
    await post(session, 111, 10)
    await expect.poll(() => got(app)).toEqual(numbers(101, 20))
    await expect.poll(() => session?.workspace.status().trouble).toBeNull()
    expect(lines.join('\n')).toContain('The index was rebuilt from the log.')
    await session.close()

    session = await started(db, app, lines)
    await post(session, 121, 1)
    await expect.poll(() => got(app)).toEqual(numbers(101, 21))
  } finally {
    await session?.close()
    await app.close()
  }
})

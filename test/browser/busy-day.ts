/** A hookscope on which a believable day has happened: sales, retries, rewritten bodies, strangers, an app that fails now and then. */
import { catalogue } from '../../core/events/catalogue.ts'
import { sampleEvent } from '../../core/events/generator/samples.ts'
import { type RunningCommand, startListening } from '../helpers/command.ts'
import { basicHeader, eventBytes, openGateway } from '../helpers/gateway.ts'
import { type Merchant, manners, startMerchant } from '../helpers/merchants.ts'

export interface BusyDay {
  readonly command: RunningCommand
  readonly merchant: Merchant
  /** Where the inspector is, and the link that lets a browser in. */
  readonly inspectorUrl: string
  readonly inspectorLink: string
  /** The hook on this machine. */
  readonly hookUrl: string
  /** How many deliveries were posted. */
  readonly posted: number
  close(): Promise<void>
}

const working = manners.answers('200 OK', ['Content-Type: application/json'], '{"ok":true}')
const broken = manners.answers(
  '500 Internal Server Error',
  ['Content-Type: text/plain'],
  'Call to a member function on null',
)

export const dayKey = 'sk_4f0e5f0d7b3a4f6e9c1d'

/** Posts a sample of every event, then what makes a day interesting; resolves when all of it is kept and forwarded. */
export async function startBusyDay(): Promise<BusyDay> {
  const merchant = await startMerchant(working)
  const command = startListening(['--forward', merchant.url], {
    env: { HOOKSCOPE_SIGNATURE_KEY: dayKey, HOOKSCOPE_BASIC_AUTH: 'shop:open sesame' },
  })
  const ready = await command.waitForLine('ready')
  const hookUrl = ready.hooks[0]?.localUrl ?? ''
  const basicAuth = { username: 'shop', password: 'open sesame' }
  const gateway = openGateway({ url: hookUrl, key: dayKey, basicAuth })
  let posted = 0
  const post = async (...args: Parameters<typeof gateway.post>) => {
    posted++
    await gateway.post(...args)
  }
  const started = new Date()
  for (const [index, { type }] of catalogue.entries()) {
    await post(sampleEvent(type, index + 1, new Date(started.getTime() - (40 - index) * 60_000)))
  }
  const sale = sampleEvent('transaction.sale.success', 4711, started)
  await merchant.arrived(catalogue.length)
  merchant.behave(broken)
  await post(sale)
  await command.waitForLine('attempt', line => line.status === 500)
  merchant.behave(working)
  await post(sale)
  await post(sale)
  const spelled = sampleEvent('cau.updated_card', 12, started)
  await post({ ...spelled, event_type: 'cardupdate.updated_card' })
  await post(new TextEncoder().encode('{"type":"event","event_type":"ach.settled",'))
  await post({ ...sampleEvent('transaction.sale.success', 99, started), event_type: 'transaction.sale.disputed' })
  // Something on the way has parsed the body and written it anew.
  const refund = sampleEvent('transaction.refund.success', 98, started)
  await gateway.post(new TextEncoder().encode(JSON.stringify(refund, null, 2)), {
    allHeaders: gateway.headersFor(eventBytes(refund)).filter(([name]) => name !== 'Content-Length'),
  })
  await gateway.post(sampleEvent('transaction.sale.success', 97, started), {
    allHeaders: [
      ['Content-Type', 'application/json'],
      ['Authorization', basicHeader('shop', 'guess')],
    ],
  })
  posted += 2
  gateway.close()
  await command.waitForLine('delivery', line => line.id === posted)
  await command.waitForLine('attempt', line => line.delivery === posted - 2)
  return {
    command,
    merchant,
    inspectorUrl: ready.inspectorUrl,
    inspectorLink: ready.inspectorLink,
    hookUrl,
    posted,
    async close() {
      await command.stop()
      await merchant.close()
    },
  }
}

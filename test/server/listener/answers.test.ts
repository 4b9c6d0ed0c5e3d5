/** With --answer app: what hookscope answers in the app's place is told with its reason. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import type { DeliveryWhy } from '../../../core/deliveries/not-forwarded.ts'
import { defaults } from '../../../server/config/settings.ts'
import { startListener } from '../../../server/listener.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'
import { portApart } from '../../helpers/ports.ts'

it('says why a delivery is answered 502 or 508', async () => {
  const app = await startMerchant(manners.answers('202 Accepted'))
  const told: [delivery: DeliverySummary, why: DeliveryWhy][] = []
  let heard = () => {}
  const folder = emptyFolder()
  const session = await startListener({
    settings: {
      ...defaults,
      port: 0,
      inspectorPort: 0,
      forward: [app.url],
      answer: 'app',
      tunnel: 'none',
      tunnelHost: null,
      subdomain: null,
      publicUrl: null,
      open: false,
      db: join(folder, 'hookscope.db'),
      label: 'My shop',
    },
    secrets: { signatureKey: null, sourceKey: null, basicAuth: null },
    token: 'a-token-of-this-launch',
    uiFolder: folder,
    log: () => {},
    onDelivery(...one) {
      told.push(one)
      heard()
    },
    onDiagnosis: () => {},
    onAttempt: () => {},
  })
  try {
    session.announce()
    const { workspace } = session
    const url = workspace.status().hooks[0]?.localUrl ?? ''
    const post = async (headers: Record<string, string> = {}) => {
      const isTold = new Promise<void>(resolve => (heard = resolve))
      const { status } = await fetch(url, { method: 'POST', body: '{}', headers })
      await isTold
      const [delivery, why] = told.at(-1) ?? []
      expect(delivery?.status).toBe(status)
      return [status, why?.statusReason?.code, why?.statusReason?.message, why?.notForwarded?.code]
    }
    expect(await post()).toEqual([202, undefined, undefined, undefined])
    expect(await post({ 'Hookscope-Source': 'forward' })).toEqual([
      508,
      'loop',
      'hookscope sent this itself, so it was not forwarded again.',
      'loop',
    ])
    workspace.listening.pauseForwarding(true)
    expect(await post()).toEqual([502, 'paused', 'Forwarding is paused in hookscope.', 'answered-in-place'])
    expect(told.at(-1)?.[1].notForwarded?.message).toContain('forwarding was paused')
    workspace.listening.pauseForwarding(false)
    const port = await portApart()
    await workspace.listening.setForwardTargets([`http://127.0.0.1:${port}/`])
    expect(await post()).toEqual([502, 'refused', `Nothing listens at 127.0.0.1:${port}.`, undefined])
    await workspace.listening.setForwardTargets([])
    expect(await post()).toEqual([502, 'no-target', 'hookscope has no target to forward to.', 'no-target'])
  } finally {
    await session.close()
    await app.close()
  }
})

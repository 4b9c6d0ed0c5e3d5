/** Wrong signatures are explained as they come; who sends many is no gateway, and keeps nothing busy. */
import { expect, it } from 'vitest'
import type { Hook } from '../../../core/hooks/hook.ts'
import { openDiagnoses } from '../../../server/diagnose/diagnoses.ts'
import { openExplainer } from '../../../server/diagnose/explainer.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { useStore } from '../store/fixture.ts'

const place = useStore()
const hook: Hook = {
  id: 'main',
  label: 'Shop',
  path: '/shop',
  authentication: { kind: 'none' },
  signing: { kind: 'none' },
}

it('of many that come at once the first ten are explained, and one more every five seconds', async () => {
  const { store } = place
  const told: number[] = []
  const logged: string[] = []
  let now = 0
  const explainer = openExplainer({
    store,
    diagnoses: openDiagnoses(() => ({ hooks: [hook], stored: [], removed: [] })),
    tell: ({ id }) => told.push(id),
    log: line => logged.push(line),
    now: () => now,
  })
  const ids: number[] = []
  for (let count = 0; count < 14; count++) {
    const verdict = { kind: 'rejected', reasons: ['signature-wrong'] } as const
    ids.push(await store.deliveries.append(arrival({ verdict, headers: [['X-Signature', 'ab'.repeat(32)]] })))
  }
  await store.deliveries.settled()
  const summaries = await store.deliveries.summaries(ids)
  for (const delivery of summaries.slice(0, 12)) explainer.offer(delivery)
  now = 5000
  for (const delivery of summaries.slice(12)) explainer.offer(delivery)
  await explainer.close()
  expect([told, logged]).toEqual([[...ids.slice(0, 10), ids[12]], []])
})

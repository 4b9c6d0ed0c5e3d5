/** GET /api/deliveries/:id says why a signature is wrong, with every key that is known now. */
import { afterEach, expect, it } from 'vitest'
import type { Rejection } from '../../../core/deliveries/delivery.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { signatureOf } from '../../helpers/gateway.ts'
import { openDoor, signatureKey, type TestDoor } from './door.ts'

let door: TestDoor | undefined
afterEach(async () => {
  await door?.close()
  door = undefined
})

const body = Buffer.from('{"type":"event","uri":"a/b"}')

/** The diagnosis of a delivery with this signature. */
async function diagnosisOf(signature: string, reasons: readonly [Rejection, ...Rejection[]] | null): Promise<unknown> {
  door ??= await openDoor({ ui: false })
  const [id] = await door.add(
    arrival({
      body,
      headers: [['X-Signature', signature]],
      verdict:
        reasons === null ? { kind: 'verified', key: 'signature-key', basic: false } : { kind: 'rejected', reasons },
    }),
  )
  const { json } = await door.call(`/api/deliveries/${id}`)
  return json !== null && typeof json === 'object' && 'diagnosis' in json ? json.diagnosis : undefined
}

it('names the cause of a wrong and of a malformed signature, and never the key', async () => {
  const found = await diagnosisOf(signatureOf(signatureKey, Buffer.concat([body, Buffer.from('\n')])), [
    'signature-wrong',
  ])
  expect(found).toMatchObject({ kind: 'found', causes: ['body-newline-removed'], key: { hook: 'main', label: 'Main' } })
  expect(JSON.stringify(found)).not.toContain(signatureKey)
  const malformed = await diagnosisOf(`sha256=${signatureOf(signatureKey, body)}`, ['signature-malformed'])
  expect(malformed).toMatchObject({ kind: 'found', causes: ['digest-prefixed'] })
})

it('names another gateway by its own signature', async () => {
  door = await openDoor({ ui: false })
  const headers = [['Webhook-Signature', `t=f3c1a2,s=${'ab'.repeat(32)}`]] as const
  const [id] = await door.add(arrival({ body, headers, verdict: { kind: 'rejected', reasons: ['signature-missing'] } }))
  const { json } = await door.call(`/api/deliveries/${id}`)
  expect(json).toMatchObject({
    notes: expect.arrayContaining(['sent-by-nmi']),
    diagnosis: {
      kind: 'other-gateway',
      gateway: 'NMI',
      sentence: expect.stringMatching(/^It was sent by NMI’s gateway, not by USAePay: /),
    },
  })
})

it('says nothing where nothing is wrong with the signature, or it fits by now', async () => {
  expect(await diagnosisOf(signatureOf(signatureKey, body), null)).toBeNull()
  expect(await diagnosisOf(signatureOf(signatureKey, body), ['credentials-wrong'])).toBeNull()
  expect(await diagnosisOf(signatureOf(signatureKey, body), ['signature-wrong'])).toBeNull()
})

it('knows the keys of hooks that were removed', async () => {
  door = await openDoor({ ui: false })
  const saved = await door.session.hooks.add({
    label: 'Warehouse',
    customUrl: null,
    events: ['ach.settled'],
    authentication: { kind: 'none' },
    signature: { kind: 'source-key', key: 'the-warehouse-key-77aa' },
  })
  await door.session.hooks.remove(saved.hook.id)
  const found = await diagnosisOf(signatureOf('the-warehouse-key-77aa', body), ['signature-wrong'])
  expect(found).toMatchObject({
    causes: ['key-other-hook'],
    sentence: expect.stringContaining('source key of another hook, “Warehouse”'),
    key: { kind: 'source-key', masked: '••••77aa', hook: saved.hook.id },
  })
})

it('knows the key that was saved for a hook before another was given', async () => {
  door = await openDoor({ ui: false, savedSourceKey: 'a-source-key-55e0' })
  const found = await diagnosisOf(signatureOf('a-source-key-55e0', body), ['signature-wrong'])
  expect(found).toMatchObject({ causes: ['key-other-kind'], key: { kind: 'source-key', hook: 'main' } })
})

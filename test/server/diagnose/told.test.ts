/** What is told with a cause: sentence, key, expected signature, and where the bodies part. */
import pc from 'picocolors'
import { expect, it } from 'vitest'
import { diagnosisLines } from '../../../cli/listen/diagnosis-line.ts'
import { nmiSentence } from '../../../core/events/nmi.ts'
import type { Hook } from '../../../core/hooks/hook.ts'
import { diagnose } from '../../../server/diagnose/diagnose.ts'
import { partingOf } from '../../../server/diagnose/parting.ts'
import { signatureOf } from '../../helpers/gateway.ts'

const hook: Hook = {
  id: 'main',
  label: 'Shop',
  path: '/in',
  authentication: { kind: 'none' },
  signing: {
    kind: 'hmac',
    keys: [
      { kind: 'signature-key', key: 'a-signature-key-9c1d' },
      { kind: 'source-key', key: 'a-source-key-55e0' },
    ],
  },
}
const other: Hook = {
  ...hook,
  id: 'second',
  label: 'Ware\u001b[31mhouse',
  signing: { kind: 'hmac', keys: [{ kind: 'source-key', key: 'the-warehouse-key-77aa' }] },
}
const body = Buffer.from('{"card":"4111111111111111","uri":"a/b"}')
const ask = (received: string) => diagnose({ hook, others: [other], received: [received], body, headers: [] })

it('one sentence names the cause and what to do, the key masked and whose it is', async () => {
  expect(await ask(signatureOf('the-warehouse-key-77aa', body))).toEqual({
    kind: 'found',
    causes: ['key-other-hook'],
    sentence:
      'It was signed with the source key of another hook, “Ware\ufffd[31mhouse”: enter the key that the console shows for this webhook, or compare the two Hook URLs.',
    key: { kind: 'source-key', masked: '••••77aa', hook: 'second', label: other.label },
    expected: signatureOf('a-signature-key-9c1d', body),
    signedBytes: body.length,
    parting: null,
  })
})

it('expects what the key that was used would give, when the hook checks with several', async () => {
  const told = await ask(signatureOf('a-source-key-55e0', Buffer.from(body.toString().replaceAll('/', '\\/'))))
  expect(told).toMatchObject({
    causes: ['body-escaped-slashes'],
    key: { kind: 'source-key', hook: 'main' },
    expected: signatureOf('a-source-key-55e0', body),
    signedBytes: body.length + 1,
  })
})

it('says once what mends several causes', async () => {
  const told = await ask(
    signatureOf('a-signature-key-9c1d', Buffer.from(`${body.toString().replaceAll('/', '\\/')}\n`)),
  )
  expect(told?.sentence).toBe(
    'The signature fits the same JSON with slashes written as \\/, as PHP writes them; and the signed body ended with a line break, which was removed: find what rewrites the body on the way (proxy, tunnel, relay, parser) and verify the raw bytes.',
  )
})

it('shows both bodies where they part, card data masked', async () => {
  const told = await ask(signatureOf('a-signature-key-9c1d', Buffer.from(body.toString().replaceAll('/', '\\/'))))
  expect(told).toMatchObject({
    parting: {
      offset: 35,
      received: { before: '…11xxxxxxxx1111","uri":"a', after: '/b"}' },
      signed: { after: '\\/b"}' },
    },
  })
  expect(JSON.stringify(told)).not.toContain('4111111111111111')
})

it.each<
  [string, string | Uint8Array, string | Uint8Array, { offset: number; received: string; signed: string } | null]
>([
  ['the same', 'abc', 'abc', null],
  ['longer', 'abc', 'abc\n', { offset: 3, received: '', signed: '\\n' }],
  ['a mark before', '\ufeffabc', 'abc', { offset: 0, received: '\\u{feff}abc', signed: 'abc' }],
  ['in the middle of a character', 'é', 'è', { offset: 1, received: 'é', signed: 'è' }],
  ['no text', Uint8Array.of(0xff, 0x1b), 'a', { offset: 0, received: '\ufffd\\u{1b}', signed: 'a' }],
])('a parting: %s', (_, received, signed, parting) => {
  const found = partingOf(Buffer.from(received), Buffer.from(signed))
  const shown = found && { offset: found.offset, received: found.received.after, signed: found.signed.after }
  expect(shown).toEqual(parting)
})

it('tells in the terminal which gateway it was', () => {
  const told = { kind: 'other-gateway', gateway: 'NMI', sentence: nmiSentence } as const
  const lines = diagnosisLines(2, told, { paint: pc.createColors(false), width: 80 })
  expect(lines[0]).toMatch(/^ {4}#2 {2}It was sent by NMI’s gateway, not by USAePay: /)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
})

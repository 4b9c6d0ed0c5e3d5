/** What common languages really write after parsing, and the exact causes that must come of an HMAC over it. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Hook } from '../../../core/hooks/hook.ts'
import { diagnose } from '../../../server/diagnose/diagnose.ts'
import { signatureOf } from '../../helpers/gateway.ts'

const key = 'a-signature-key-9c1d'
const hook: Hook = {
  id: 'main',
  label: 'Shop',
  path: '/main',
  authentication: { kind: 'none' },
  signing: { kind: 'hmac', keys: [{ kind: 'signature-key', key }] },
}

const lines = readFileSync(new URL('written-by-languages.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map(line => line.split('\t'))
const bodies = new Map(lines.flatMap(([kind, name = '', text = '']) => (kind === 'body' ? [[name, textOf(text)]] : [])))
const writers = new Set(lines.flatMap(([kind, name = '']) => (kind === 'writer' ? [name] : [])))
const rows = lines.filter(([kind]) => kind !== 'body' && kind !== 'writer')

function textOf(json: string): string {
  const text: unknown = JSON.parse(json)
  if (typeof text !== 'string') throw new Error(`${json} is no string.`)
  return text
}

describe.each([...bodies])('%s', (name, body) => {
  const ofThis = rows.filter(([of]) => of === name)
  it.each(ofThis.map(([, by = '', causes = '', written = '']) => ({ by, causes, written })))(
    'as $by writes it: $causes',
    async ({ causes, written }) => {
      const signed = written === '' ? body : textOf(written)
      const told = await diagnose({
        hook,
        others: [],
        received: [signatureOf(key, Buffer.from(signed))],
        body: Buffer.from(body),
        headers: [],
      })
      if (causes === '') expect(told).toBeNull()
      else expect(told).toMatchObject({ kind: 'found', causes: causes.split(' ') })
    },
  )
})

it('is told of every writer that is listed, and of no other', () => {
  expect(new Set(rows.flatMap(([, by = '']) => by.split(' ')))).toEqual(writers)
})

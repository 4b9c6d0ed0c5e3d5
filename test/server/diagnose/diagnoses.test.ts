/** A delivery is diagnosed once, until the keys or its verdict are others. */
import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Hook } from '../../../core/hooks/hook.ts'
import { type Diagnoses, openDiagnoses } from '../../../server/diagnose/diagnoses.ts'
import type { Explainable } from '../../../server/diagnose/explain.ts'
import { signatureOf } from '../../helpers/gateway.ts'

const hookWith = (key: string, label = 'Shop'): Hook => ({
  id: 'main',
  label,
  path: '/main',
  authentication: { kind: 'none' },
  signing: { kind: 'hmac', keys: [{ kind: 'signature-key', key }] },
})
const body = Buffer.from('{"uri":"a/b"}')
const wrong = (id: number, changes: Partial<Explainable> = {}): Explainable => ({
  id,
  hook: 'main',
  reasons: ['signature-wrong'],
  notes: [],
  headers: [['X-Signature', signatureOf('another-key-0b4e', body)]],
  body,
  ...changes,
})

/** Diagnoses of one hook, which can be exchanged. */
function withHook(hook: Hook): Diagnoses & { use(hook: Hook): void } {
  let current = hook
  const diagnoses = openDiagnoses(() => ({ hooks: [current], stored: [], removed: [] }))
  return {
    of: diagnoses.of,
    use(next) {
      current = next
    },
  }
}

it('asked twice, also at once, it is found out once', async () => {
  const { of } = withHook(hookWith('a-signature-key-9c1d'))
  const first = of(wrong(1))
  expect(of(wrong(1))).toBe(first)
  expect((await first)?.kind).toBe('unknown')
  expect(of(wrong(1))).toBe(first)
  expect(of(wrong(2))).not.toBe(first)
})

it('another key, label or verdict is another answer', async () => {
  const { of, use } = withHook(hookWith('a-signature-key-9c1d'))
  const before = of(wrong(1))
  use(hookWith(' another-key-0b4e '))
  expect(await of(wrong(1))).toMatchObject({ kind: 'found', causes: ['key-untrimmed'] })
  use(hookWith(' another-key-0b4e ', 'Warehouse'))
  expect(await of(wrong(1))).toMatchObject({ key: { label: 'Warehouse' } })
  const rejected = of(wrong(1, { reasons: ['signature-wrong', 'credentials-wrong'] }))
  expect(rejected).not.toBe(of(wrong(1)))
  expect(await of(wrong(1, { reasons: [] }))).toBeNull()
  expect((await before)?.kind).toBe('unknown')
})

it('remembers the last few hundred only', async () => {
  const { of } = withHook(hookWith('another-key-0b4e'))
  const asked = Array.from({ length: 501 }, (_, id) => of(wrong(id)))
  await Promise.all(asked)
  expect(of(wrong(500))).toBe(asked[500])
  expect(of(wrong(1))).toBe(asked[1])
  expect(of(wrong(0))).not.toBe(asked[0])
})

it('everything else has its turn in between', async () => {
  const large = Buffer.from(
    JSON.stringify(Array.from({ length: 400 }, (_, n) => ({ [`b${n}`]: n + 0.5, a: `é/<${n}` }))),
  )
  const { of } = withHook(hookWith('a-signature-key-9c1d'))
  const signature = randomBytes(32).toString('hex')
  const running = [1, 2].map(id => of(wrong(id, { body: large, headers: [['X-Signature', signature]] })))
  let [turns, isDone] = [0, false]
  const count = () => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  const told = await Promise.all(running)
  isDone = true
  expect(told.map(one => one?.kind)).toEqual(['unknown', 'unknown'])
  expect(turns).toBeGreaterThan(20)
})

import { describe, expect, it } from 'vitest'
import { nearest } from '../../../core/text/nearest.ts'

describe('nearest', () => {
  const known = ['port', 'inspectorPort', 'forward', 'tunnel', 'listen', 'replay']
  const cases: readonly [typed: string, near: string | undefined][] = [
    ['prot', 'port'],
    ['Port', 'port'],
    ['forwrad', 'forward'],
    ['inspectorport', 'inspectorPort'],
    ['lisen', 'listen'],
    ['reply', 'replay'],
    ['tunnels', 'tunnel'],
    ['xyz', undefined],
    ['', undefined],
    ['p', undefined],
    ['x'.repeat(10_000), undefined],
  ]
  it.each(cases)('%.20s → %s', (typed, near) => expect(nearest(typed, known)).toBe(near))
})

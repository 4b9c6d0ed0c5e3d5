/** Findings are statements: what stands over each, by its outcome. */
import { describe, expect, it } from 'vitest'
import { outcomes } from '../../../core/check/finding.ts'
import { nameOf, titleOf } from '../../../core/check/finding-title.ts'
import { probes } from '../../../core/check/probes.ts'

describe('a finding', () => {
  it('is titled by a statement, never a question, whatever its outcome', () => {
    const titles = probes.flatMap(({ id }) => outcomes.map(outcome => titleOf({ probe: id, outcome })))
    expect(titles.filter(title => !/^[A-Z]/.test(title) || /[?.]$|^(?:Does it|Is|Can|How) /.test(title))).toEqual([])
  })

  it('says the opposite when it fails, and no more than is true when it warns', () => {
    expect(titleOf({ probe: 'duplicate', outcome: 'pass' })).toBe('Acts once on a repeated event')
    expect(titleOf({ probe: 'duplicate', outcome: 'fail' })).toBe('Acts more than once on a repeated event')
    expect(titleOf({ probe: 'signature-missing', outcome: 'warn' })).toBe(
      'Refuses an event without a signature, but not with 401',
    )
    expect(titleOf({ probe: 'tls-old', outcome: 'warn' })).toBe('Still speaks TLS 1.0 or 1.1')
    expect(probes.filter(({ pass, fail }) => pass === (fail as string))).toEqual([])
  })

  it('keeps the title that its probe gave it', () => {
    expect(titleOf({ probe: 'duplicate', outcome: 'fail', title: 'Acts twice' })).toBe('Acts twice')
  })

  it('without an answer is called by what ought to be; one of another version by its id', () => {
    expect(nameOf('nulls')).toBe('Accepts null instead of a value')
    expect(nameOf('of-tomorrow')).toBe('of-tomorrow')
  })
})

/** Names of probes and groups as people type them, and what an earlier report excuses. */
import { describe, expect, it } from 'vitest'
import { checkNames, failuresOf, frameworkNamed, knownFailures } from '../../../server/check/choice.ts'
import { UserError } from '../../../server/lib/errors.ts'

describe('names', () => {
  it.each([[[]], [['wire', 'dns']], [['duplicate-twenty']]])('%j are known', names =>
    expect(checkNames(names, '--only')).toEqual(names),
  )

  it.each([
    ['duplicat', 'Did you mean duplicate?'],
    ['Wire', 'Did you mean wire?'],
    ['xylophone', 'Groups: wire, takes, refuses, survives, fast, sturdy. hookscope check --list names all probes.'],
    ['toString', expect.stringContaining('Groups: ')],
  ])('%s is not, and is told what is', (name, hint) => {
    const wrong = () => checkNames(['dns', name], '--skip')
    expect(wrong).toThrow(UserError)
    expect(wrong).toThrow(expect.objectContaining({ message: `--skip: there is no probe or group “${name}”.`, hint }))
  })

  it('that hold control characters are shown without them', () =>
    expect(() => checkNames(['d\u001b[31mns'], '--only')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('\u001b') }),
    ))
})

describe('an earlier report', () => {
  it('excuses what failed, was warned of, or had no answer', () => {
    const outcomes = ['pass', 'warn', 'fail', 'told', 'skipped', 'unknown'] as const
    const ids = ['dns', 'https', 'nulls', 'unicode', 'burst', 'duplicate'] as const
    const findings = ids.map((probe, index) => ({ probe, outcome: outcomes[index] ?? 'pass' }))
    expect(failuresOf(findings)).toEqual(new Set(['https', 'nulls', 'duplicate']))
  })

  it('of another version may have probes that are not known here', () => {
    const text = JSON.stringify({
      kind: 'hookscope-check',
      format: 9,
      findings: [
        { probe: 'luck', outcome: 'fail' },
        { probe: 'dns', outcome: 'fail' },
      ],
    })
    expect(knownFailures(Buffer.from(text), 'The baseline')).toEqual(new Set(['dns']))
  })

  it.each<[string, BufferEncoding, string]>([
    ['UTF-8 with a mark', 'utf8', '\ufeff'],
    ['UTF-16, as Windows PowerShell writes it', 'utf16le', '\ufeff'],
    ['UTF-8', 'utf8', ''],
  ])('is read as %s', (_, encoding, mark) => {
    const text = JSON.stringify({ kind: 'hookscope-check', findings: [{ probe: 'dns', outcome: 'fail' }] })
    expect(knownFailures(Buffer.from(mark + text, encoding), 'The baseline')).toEqual(new Set(['dns']))
  })

  it.each([
    ['{', 'The baseline is not JSON.'],
    ['[]', 'The baseline is not a check report.'],
    ['{"kind":"other","findings":[]}', 'The baseline is not a check report.'],
    ['{"kind":"hookscope-check","findings":[null]}', 'The baseline is not a check report.'],
  ])('cannot be read from %s', (text, message) =>
    expect(() => knownFailures(Buffer.from(text), 'The baseline')).toThrow(
      expect.objectContaining({ message, hint: 'Use a report written by hookscope check --json.' }),
    ),
  )
})

it('takes a stack by its name or another word for it, and names the nearest to one it does not know', () => {
  expect(['Koa', 'nuxt', 'woocommerce', null].map(frameworkNamed)).toEqual(['koa', 'h3', 'wordpress', null])
  expect(() => frameworkNamed('fastfy')).toThrow(
    expect.objectContaining({ exitCode: 2, hint: 'Did you mean fastify?' }),
  )
})

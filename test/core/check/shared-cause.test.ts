/** What one mistake explains of a report. */
import { expect, it } from 'vitest'
import type { Exchange, FindingOutcome } from '../../../core/check/finding.ts'
import { type ProbeId, probes } from '../../../core/check/probes.ts'
import { rootCauses } from '../../../core/check/shared-cause.ts'

const forged: readonly ProbeId[] = ['signature-missing', 'signature-other-key', 'signature-other-body', 'body-changed']
const credentials: readonly ProbeId[] = ['credentials-missing', 'credentials-wrong', 'credentials-malformed']
type Said = Readonly<Partial<Record<ProbeId, string>>>

const answered = (line: string | undefined, status: number): Exchange[] =>
  line === undefined ? [] : [{ answer: { status, headers: [], body: '', bytes: 0, line } } as unknown as Exchange]
const failing = (failed: readonly ProbeId[], said: Said = {}, status = 500) =>
  probes.map(({ id }) => ({
    probe: id,
    outcome: (failed.includes(id) ? 'fail' : 'pass') as FindingOutcome,
    exchanges: answered(said[id], status),
  }))
const titles = (...given: Parameters<typeof failing>) => rootCauses(failing(...given)).map(({ title }) => title)

it.each<[string, readonly ProbeId[], readonly string[]]>([
  ['nothing is signed', forged, ['Accepts 4 of 10 forged events: the signature is not checked']],
  [
    'nothing is signed, and more fails for it',
    [...forged, 'signature-empty', 'connection-reused', 'large-body'],
    ['Accepts 6 of 10 forged events: the signature is not checked'],
  ],
  [
    'credentials are not looked at',
    credentials,
    ['Accepts 3 of 3 events with wrong credentials: the user name and the password are not checked'],
  ],
  [
    'neither is looked at',
    [...forged, ...credentials],
    [
      'Accepts 4 of 10 forged events: the signature is not checked',
      'Accepts 3 of 3 events with wrong credentials: the user name and the password are not checked',
    ],
  ],
  ['the same JSON in other words is taken', ['body-respaced', 'signature-empty'], []],
])('%s', (_, failed, expected) => expect(titles(failed)).toEqual(expected))

it.each([...forged])('says nothing of the signature when it passes %s', passed =>
  expect(titles(forged.filter(probe => probe !== passed))).toEqual([]),
)

it('one error behind many findings is one cause, in the words of the endpoint, with its places', () => {
  const places: readonly ProbeId[] = ['every-event', 'minimal-body', 'nulls', 'duplicate-later']
  const error = (line: number) => `TypeError: Cannot read properties of undefined (reading 'type') in order ${line}`
  const said = Object.fromEntries(places.map((probe, index) => [probe, error(index)])) as Said
  const [cause, ...others] = rootCauses(failing([...places, 'large-body'], said))
  expect(others).toEqual([])
  expect(cause).toEqual({
    title: `Breaks in 4 places with “${error(0)}”`,
    fix: expect.stringContaining('Find this error'),
    severity: 'critical',
    probes: places,
  })
})

it.each<[string, ...Parameters<typeof titles>]>([
  ['one finding alone', ['nulls'], { nulls: 'TypeError: x' }],
  ['different errors', ['nulls', 'unicode'], { nulls: 'TypeError: x', unicode: 'RangeError: y' }],
  ['a bare phrase', ['nulls', 'unicode'], { nulls: 'Internal Server Error', unicode: 'Internal Server Error' }],
  ['a refusal', ['nulls', 'unicode'], { nulls: 'no such order', unicode: 'no such order' }, 422],
  ['what passed', [], { nulls: 'TypeError: x', unicode: 'TypeError: x' }],
  ['what strangers met', ['signature-empty', 'body-changed'], { 'signature-empty': 'E: x', 'body-changed': 'E: x' }],
])('%s has no cause in common', (_, ...given) => expect(titles(...given)).toEqual([]))

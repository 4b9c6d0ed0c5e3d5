/** What one mistake explains of a report. */
import { expect, it } from 'vitest'
import type { FindingOutcome } from '../../core/finding.ts'
import { type ProbeId, probes } from '../../core/probes.ts'
import { sharedCauses } from '../../core/shared-cause.ts'

const forged: readonly ProbeId[] = ['signature-missing', 'signature-other-key', 'signature-other-body', 'body-changed']
const credentials: readonly ProbeId[] = ['credentials-missing', 'credentials-wrong', 'credentials-malformed']
const failing = (...failed: ProbeId[]) =>
  probes.map(({ id }) => ({ probe: id, outcome: (failed.includes(id) ? 'fail' : 'pass') as FindingOutcome }))

it.each<[string, readonly ProbeId[], readonly string[]]>([
  ['nothing is signed', forged, ['4 of these have one cause: it takes events whatever their X-Signature.']],
  [
    'nothing is signed, and more fails for it',
    [...forged, 'signature-empty', 'connection-reused', 'large-body'],
    ['6 of these have one cause: it takes events whatever their X-Signature.'],
  ],
  [
    'credentials are not looked at',
    credentials,
    ['3 of these have one cause: it takes events whatever their user name and password.'],
  ],
  [
    'neither is looked at',
    [...forged, ...credentials],
    [
      '4 of these have one cause: it takes events whatever their X-Signature.',
      '3 of these have one cause: it takes events whatever their user name and password.',
    ],
  ],
  ['the same JSON in other words is taken', ['body-respaced', 'signature-empty'], []],
])('%s', (_, failed, sentences) => expect(sharedCauses(failing(...failed))).toEqual(sentences))

it.each([...forged])('says nothing of the signature when it passes %s', passed =>
  expect(sharedCauses(failing(...forged.filter(probe => probe !== passed)))).toEqual([]),
)

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Command, Happening, Manner, Supervision } from '../../../server/tunnel/supervision.ts'
import { begin, statusOf, step } from '../../../server/tunnel/supervision.ts'

const manner: Manner = {
  trusted: false,
  settleMs: 0,
  patience: 2,
  probeEveryMs: 45_000,
  backoffMs: [1000, 2000, 4000],
}
const moment = { now: Date.UTC(2026, 10, 23), chance: 0 }

const opened = (url: string, insteadOf: string | null = null): Happening => ({ kind: 'opened', url, insteadOf })
const arrived: Happening = { kind: 'arrived', ms: 80 }
const missed: Happening = { kind: 'missed', reason: 'missed', busy: false }
const busy: Happening = { kind: 'missed', reason: 'missed', busy: true }
const failed: Happening = { kind: 'failed', reason: 'failed' }
const lost: Happening = { kind: 'lost', reason: 'lost' }
const rested: Happening = { kind: 'rested' }

type Pending = 'open' | 'probe' | 'rest'

interface Told {
  readonly state: Supervision
  readonly commands: readonly Command[]
}

function play(happenings: readonly Happening[], to: Manner = manner, previousUrl: string | null = null): Told {
  let told: Told = { state: begin(previousUrl), commands: [] }
  for (const happening of happenings) {
    const { next, commands } = step(told.state, happening, to, moment)
    told = { state: next, commands }
  }
  return told
}

const told = (commands: readonly Command[]) =>
  commands.map(command => (command.kind === 'rest' ? `rest ${command.ms}` : command.kind)).join(', ')

describe('what is done next', () => {
  const up = [opened('http://a'), arrived]
  test.each<[string, readonly Happening[], string]>([
    ['an opened line is probed at once', [opened('http://a')], 'probe'],
    ['a proved line is probed again in half a minute or so', up, 'rest 30000'],
    ['and that probe comes', [...up, rested], 'probe'],
    ['a failed opening waits', [failed], 'rest 1000'],
    ['longer each time', [failed, rested, failed], 'rest 2000'],
    ['up to the cap', [failed, rested, failed, rested, failed, rested, failed, rested, failed], 'rest 4000'],
    ['then opens', [failed, rested], 'open'],
    ['one missed probe is asked again', [...up, missed], 'rest 1000'],
    ['by another probe', [...up, missed, rested], 'probe'],
    ['two of them open it anew', [...up, missed, rested, missed], 'drop, rest 2000'],
    ['a busy line is only asked again', [...up, busy, busy, busy, busy], 'rest 1000'],
    ['a lost line is dropped at once', [...up, lost], 'drop, rest 1000'],
    ['doubt probes now', [...up, { kind: 'doubt' }], 'probe'],
    ['doubt without a line does nothing', [failed, { kind: 'doubt' }], ''],
    ['one good probe does not forgive', [failed, rested, ...up, lost], 'drop, rest 2000'],
    ['two do', [failed, rested, ...up, rested, arrived, lost], 'drop, rest 1000'],
    ['hopeless is not tried again', [{ kind: 'hopeless', reason: 'r', hint: 'h' }], 'drop'],
    ['nothing follows the end', [...up, { kind: 'close' }, rested], ''],
  ])('%s', (_what, happenings, commands) => {
    expect(told(play(happenings).commands)).toBe(commands)
  })

  test('a URL that needs a moment gets one', () => {
    const slow = { ...manner, settleMs: 1500 }
    expect(told(play([opened('http://a')], slow).commands)).toBe('rest 1500')
    expect(told(play([opened('http://a'), rested], slow).commands)).toBe('probe')
  })

  test('waits are spread upwards, by a quarter at most; probes by a third either way', () => {
    const late = { ...moment, chance: 0.999 }
    expect(step(begin(null), failed, manner, late).commands).toEqual([{ kind: 'rest', ms: 1250 }])
    const [rest] = step(play([opened('http://a')]).state, arrived, manner, late).commands
    expect(rest).toMatchObject({ kind: 'rest', ms: expect.closeTo(60_000, -3) })
  })
})

describe('what is told', () => {
  const status = (happenings: readonly Happening[], previousUrl: string | null = null, to = manner) =>
    statusOf(play(happenings, to, previousUrl).state, to)

  test('starting until it is proved', () => {
    expect(status([])).toEqual({ state: 'starting' })
    expect(status([opened('http://a')])).toEqual({ state: 'starting' })
    expect(status([opened('http://a'), arrived])).toMatchObject({ state: 'up', roundTripMs: 80 })
  })

  test('the own URL is up at once; a failed probe keeps it and says why; the next good one clears that', () => {
    const own = { ...manner, trusted: true, patience: Number.POSITIVE_INFINITY }
    const url = 'https://own.example'
    expect(status([opened(url)], null, own)).toMatchObject({ state: 'up', url, roundTripMs: null })
    const many = Array.from({ length: 20 }, () => [missed, rested]).flat()
    expect(status([opened(url), ...many], null, own)).toMatchObject({ state: 'retrying', url, reason: 'missed' })
    expect(status([opened(url), ...many, arrived], null, own)).toMatchObject({ state: 'up', url, roundTripMs: 80 })
  })

  test('up again with the time in which nothing could arrive', () => {
    const back = [opened('http://a'), arrived, lost, rested, opened('http://a'), arrived]
    const at = '2026-11-23T00:00:00.000Z'
    expect(status(back)).toMatchObject({ state: 'up', outage: { from: at, to: at } })
    expect(status([opened('http://a'), arrived])).not.toHaveProperty('outage')
  })

  test('still retrying while it tries, until it is proved', () => {
    const tried = [opened('http://a'), arrived, lost, rested, opened('http://a')]
    expect(status(tried)).toEqual({
      reachedAt: '2026-11-23T00:00:00.000Z',
      state: 'retrying',
      url: 'http://a',
      reason: 'lost',
      retryAt: '2026-11-23T00:00:01.000Z',
    })
  })

  test.each<[string, string | null, readonly Happening[], string | null]>([
    ['the same as in the last session', 'http://a', [opened('http://a')], null],
    ['another than in the last session', 'http://a', [opened('http://b')], 'http://a'],
    ['another than asked for, the first time', null, [opened('http://b', 'http://a')], 'http://a'],
    ['another after a reconnect', null, [opened('http://a'), arrived, lost, rested, opened('http://b')], 'http://a'],
    [
      'still another after the next',
      'http://a',
      [opened('http://b'), arrived, lost, rested, opened('http://b')],
      'http://a',
    ],
    ['back again', 'http://a', [opened('http://b'), arrived, lost, rested, opened('http://a')], null],
  ])('the URL is %s', (_what, previousUrl, happenings, changedFrom) => {
    expect(status([...happenings, arrived], previousUrl)).toMatchObject({ state: 'up', changedFrom })
  })
})

test('whatever happens, it either waits for something, is down, or is closed; and waits are bounded', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const choice = fc.record({
    chance,
    pick: fc.nat(),
    interrupt: fc.option(fc.constantFrom<Happening>(lost, { kind: 'doubt' })),
  })
  fc.assert(
    fc.property(fc.array(choice, { maxLength: 60 }), choices => {
      let state = begin(null)
      let pending: Pending = 'open'
      const outcomes: Record<Pending, readonly Happening[]> = {
        open: [failed, opened('http://a'), opened('http://b')],
        probe: [arrived, missed, busy],
        rest: [rested],
      }
      for (const { chance, pick, interrupt } of choices) {
        const possible = outcomes[pending]
        const happening = interrupt ?? possible[pick % possible.length] ?? rested
        const { next, commands } = step(state, happening, manner, { now: moment.now, chance })
        state = next
        if (interrupt === null) expect(commands.at(-1)?.kind).not.toBe('drop')
        if (interrupt === null) expect(commands.length).toBeGreaterThan(0)
        for (const command of commands) {
          if (command.kind !== 'drop') pending = command.kind
          if (command.kind === 'rest') expect(command.ms).toBeLessThanOrEqual(60_000)
        }
      }
    }),
  )
})

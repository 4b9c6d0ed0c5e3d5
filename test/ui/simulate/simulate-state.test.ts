// @vitest-environment happy-dom
import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { catalogue } from '../../../core/events/catalogue.ts'
import { asObject } from '../../../core/events/envelope.ts'
import { changeEvent } from '../../../core/events/generator/event-changes.ts'
import { sampleEvent } from '../../../core/events/generator/samples.ts'
import { attemptInstants } from '../../../core/simulate/schedule.ts'
import type { SimulatedAttempt, SimulatedEvent } from '../../../core/simulate/simulation.ts'
import { ownSamples, proposedName, sampleNameProblem } from '../../../ui/app/samples.ts'
import {
  change,
  chooseWhat,
  type Draft,
  draft,
  freshDraft,
  problemsOfDraft,
  readWhat,
  requestOf,
  whatName,
} from '../../../ui/simulate/compose/draft.ts'
import { draftProblems, noFaultsText } from '../../../ui/simulate/compose/faults.ts'
import { keepDraft, keptText, readKept } from '../../../ui/simulate/compose/kept-draft.ts'
import {
  changeStep,
  choiceGroups,
  chosenTypes,
  editedEvent,
  editJson,
  remarks,
  sampled,
  shownJson,
  steps,
} from '../../../ui/simulate/compose/library.ts'
import {
  asSampled,
  changesBetween,
  inputKindOf,
  leavesOf,
  noChanges,
  readTyped,
  withField,
  withoutField,
} from '../../../ui/simulate/compose/sample-changes.ts'
import { loadOver, scheduleAxis, timeAxis, usualAxis } from '../../../ui/simulate/run/axis.ts'
import { dueText, instantText, retriesText } from '../../../ui/simulate/words.ts'

beforeEach(() => {
  draft.value = freshDraft()
  ownSamples.value = []
})

describe('form and JSON', () => {
  it('say the same, whichever of an event’s fields is changed or left out', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...catalogue.map(({ type }) => type)),
        fc.nat(),
        fc.nat(),
        fc.string(),
        fc.boolean(),
        (type, seed, nth, text, leave) => {
          const sample = sampleEvent(type, seed)
          const leaves = leavesOf(sample)
          const path = leaves[nth % leaves.length]?.path ?? ''
          const wanted = leave ? withoutField(noChanges, path) : withField(noChanges, path, text)
          const made = changeEvent(sample, wanted)
          const again = made.ok ? changesBetween(sample, made.json) : null
          const remade = again && changeEvent(sample, again)
          expect(remade?.ok && remade.json).toEqual(made.ok && made.json)
        },
      ),
    )
  })

  it.each([
    ['another value', { a: 1, b: { c: 'x' } }, { a: 2, b: { c: 'x' } }, { set: [{ path: 'a', value: 2 }], unset: [] }],
    ['a field gone', { a: 1, b: { c: 'x', d: 2 } }, { a: 1, b: { d: 2 } }, { set: [], unset: ['b.c'] }],
    ['an object gone', { a: 1, b: { c: 'x' } }, { a: 1 }, { set: [], unset: ['b'] }],
    ['an object in place of a text', { a: 'x' }, { a: { b: 1 } }, { set: [{ path: 'a', value: { b: 1 } }], unset: [] }],
    ['a field more', { a: {} }, { a: { b: null } }, { set: [{ path: 'a.b', value: null }], unset: [] }],
    ['a list', { a: [1] }, { a: [1, 2] }, { set: [{ path: 'a', value: [1, 2] }], unset: [] }],
    ['nothing', { a: [1], b: { c: null } }, { b: { c: null }, a: [1] }, noChanges],
    ['a name with a dot', { a: 1 }, { a: 1, 'b.c': 2 }, null],
    ['no object any more', { a: 1 }, [1], null],
  ])('%s', (_, from, to, changes) => {
    expect(changesBetween(from, to)).toEqual(changes)
  })

  it('the editor’s text becomes changes of fields; what they cannot say is sent as it is written', () => {
    const sale = JSON.stringify({ ...sampled.value, event_id: 'mine' })
    editJson(sale)
    expect(draft.value).toMatchObject({
      text: null,
      changes: { set: [{ path: 'event_id', value: 'mine' }], unset: [] },
    })
    expect(editedEvent.value).toMatchObject({ event_id: 'mine' })
    for (const text of ['{"type":', '[]', '', '{"nothing of the sample":true}']) {
      editJson(text)
      expect(draft.value.text).toBe(text)
      expect(shownJson.value).toBe(text)
      expect(requestOf(draft.value).items).toEqual([{ kind: 'body', text }])
    }
    editJson(sale)
    expect(requestOf(draft.value).items).toEqual([
      { kind: 'event', type: 'transaction.sale.success', set: [{ path: 'event_id', value: 'mine' }] },
    ])
  })

  it('each event of a journey is changed on its own, and asked for so', () => {
    chooseWhat({ kind: 'journey', name: 'ach-return' })
    expect(requestOf(draft.value).items).toEqual([{ kind: 'journey', name: 'ach-return' }])
    changeStep(2, withoutField(withField(noChanges, 'event_body.object.orderid', 'A1'), 'event_body.object.refnum'))
    changeStep(3, noChanges)
    const objects = steps.value.map(({ event }) => asObject(asObject(asObject(event)?.['event_body'])?.['object']))
    expect(objects.map(object => object?.['orderid'] === 'A1')).toEqual([false, true, false, false])
    expect(objects.map(object => 'refnum' in (object ?? {}))).toEqual([true, false, true, true])
    expect(requestOf(draft.value).items).toEqual([
      {
        kind: 'journey',
        name: 'ach-return',
        steps: [
          { step: 2, set: [{ path: 'event_body.object.orderid', value: 'A1' }], unset: ['event_body.object.refnum'] },
        ],
      },
    ])
    changeStep(1, withoutField(noChanges, 'type'))
    expect(remarks.value).toEqual(['It is no longer the gateway’s envelope: type is not “event”.'])
    chooseWhat({ kind: 'journey', name: 'card-sale' })
    expect(draft.value.steps).toEqual({})
    expect(chosenTypes.value).toEqual([
      'transaction.sale.success',
      'transaction.sale.captured',
      'settlement.batch.success',
    ])
  })

  it('a field that was changed can be left out, and brought back as it was', () => {
    const changed = withField(noChanges, 'a', 1)
    expect(withoutField(changed, 'a')).toEqual({ set: [], unset: ['a'] })
    expect(withField(withoutField(changed, 'a'), 'a', 2)).toEqual({ set: [{ path: 'a', value: 2 }], unset: [] })
    expect(asSampled(changed, 'a')).toEqual(noChanges)
  })

  it.each([
    ['12', 'string', '12'],
    ['12', 'number', 12],
    ['true', 'boolean', true],
    ['{"a":1}', 'json', { a: 1 }],
  ] as const)('%s, typed for a %s, keeps the type', (text, kind, value) => {
    expect(readTyped(text, kind)).toEqual({ value })
    expect(inputKindOf(value)).toBe(kind)
  })

  it.each(['', 'twelve', '"12"', 'true', '1 2'])('%j is not a number', text => {
    expect(readTyped(text, 'number')).toBeNull()
  })
})

describe('what is chosen', () => {
  it('has a name for the URL that leads back to it, the other spelling included', () => {
    const names = choiceGroups.value.flatMap(({ choices }) => choices.map(({ what }) => whatName(what)))
    expect(names.length).toBeGreaterThan(25)
    for (const name of [...names, 'cardupdate.created', 'sample:tip-7']) {
      const what = readWhat(name)
      expect(what && whatName(what)).toBe(name)
    }
  })

  it.each(['', 'transaction', 'sample:', 'sample:A', 'journey:a b', 'toString'])('%j is nothing', name => {
    expect(readWhat(name)).toBeNull()
  })
})

describe('the draft', () => {
  it('asks for nothing but what is needed', () => {
    expect(problemsOfDraft(draft.value)).toEqual({})
    expect(requestOf(draft.value)).toMatchObject({
      recipients: { kind: 'subscribed' },
      count: 1,
      rate: null,
      weather: {},
    })
  })

  it.each([
    ['count', ''],
    ['count', '0'],
    ['count', '1.5'],
    ['count', '100001'],
    ['count', 'many'],
    ['rate', '0'],
    ['rate', '-1'],
    ['rate', '10001'],
    ['rate', 'fast'],
  ] as const)('%s cannot be %j', (field, typed) => {
    change({ [field]: typed })
    expect(Object.keys(problemsOfDraft(draft.value))).toEqual([field])
  })

  it('says what a URL needs, and keeps what the others do not', () => {
    change({ to: 'target', authentication: 'basic', username: 'a:b', signature: 'source-key' })
    // From the top of the form down: the first is said beside Send.
    expect(Object.keys(problemsOfDraft(draft.value))).toEqual(['url', 'username', 'password', 'key'])
    change({ url: ' http://127.0.0.1:3000/in ', username: 'ä', password: 'p:w', key: 'k' })
    expect(problemsOfDraft(draft.value)).toEqual({})
    expect(requestOf(draft.value).recipients).toEqual({
      kind: 'target',
      url: 'http://127.0.0.1:3000/in',
      authentication: { kind: 'basic', username: 'ä', password: 'p:w' },
      key: { kind: 'source-key', key: 'k' },
    })
    change({ to: 'hook' })
    expect(problemsOfDraft(draft.value)).toEqual({ hook: 'Choose a hook.' })
  })

  it('takes the keys of a hook in place of those that are entered', () => {
    change({ to: 'target', url: 'http://127.0.0.1:3000/in', keysOf: 'main', signature: 'source-key', key: '' })
    expect(problemsOfDraft(draft.value)).toEqual({})
    expect(requestOf(draft.value).recipients).toEqual({
      kind: 'target',
      url: 'http://127.0.0.1:3000/in',
      authentication: { kind: 'none' },
      key: null,
      hook: 'main',
    })
  })

  it('says which fault can have no effect, until it can', () => {
    const said = () => draftProblems.value.faults
    change({ to: 'target', url: 'http://127.0.0.1:3000/in', faults: { 'no-signature': 1 } })
    expect(said()).toBe('The fault no-signature has no effect: nothing is signed.')
    change({ signature: 'source-key', key: 'k' })
    expect(said()).toBeUndefined()
    change({ faults: { 'no-credentials': 0.2, disorder: 1 } })
    expect(said()).toMatch(/^The fault disorder has no effect: only one event/)
    change({ count: '2' })
    expect(said()).toMatch(/^The fault no-credentials has no effect/)
    change({ authentication: 'basic', username: 'shop', password: 'p' })
    expect(draftProblems.value).toEqual({})
  })
})

describe('what a reload brings back', () => {
  it('is the whole draft but its secrets', () => {
    chooseWhat({ kind: 'journey', name: 'ach-return' })
    changeStep(2, withoutField(noChanges, 'event_id'))
    change({
      to: 'target',
      url: 'http://127.0.0.1:3000/in',
      authentication: 'basic',
      username: 'shop',
      password: 'a secret',
      signature: 'source-key',
      key: 'another secret',
      count: '7',
      faults: { cut: 0.5 },
    })
    const text = keptText(draft.value)
    expect(text).not.toContain('secret"')
    expect(readKept(text)).toEqual({ ...draft.value, password: '', key: '' })
  })

  it.each(['https://shop:hidden@example.com/hook', 'https://shop:hidden'])('is kept without the URL %s', url => {
    expect(keptText({ ...freshDraft(), to: 'target', url })).not.toContain('hidden')
  })

  it('is a fresh draft where nothing was kept', () => {
    expect(readKept(null)).toEqual({ ...freshDraft(), seed: expect.any(Number) })
  })

  it('is kept with every change, and what cannot be read is as good as none', () => {
    sessionStorage.setItem('hookscope-simulate-1', '{')
    keepDraft()
    expect(draft.value.count).toBe('1')
    change({ count: '9' })
    expect(readKept(sessionStorage.getItem('hookscope-simulate-1')).count).toBe('9')
  })
})

describe('samples', () => {
  it.each(['', 'A', '-a', 'a-', 'a b', 'ä', 'a'.repeat(65), 'transaction.sale.success', 'cardupdate.created'])(
    'none can be called %j',
    name => {
      expect(sampleNameProblem(name)).not.toBeNull()
    },
  )

  it.each([null, '', '...', 'transaction.sale.success', 'Ärger.über/alles', 'x'.repeat(500)])(
    'the name proposed for %j can be',
    type => {
      expect(sampleNameProblem(proposedName(type, 7))).toBeNull()
    },
  )
})

const begun = Date.UTC(2026, 10, 23, 12)
const at = (ms: number) => new Date(begun + ms).toISOString()
const oneTry = (
  id: number,
  number: number,
  startMs: number,
  ms: number | null,
  status: number | null = 500,
): SimulatedAttempt => ({
  id,
  event: 1,
  number,
  instantMs: attemptInstants[number - 1] ?? 0,
  startedAt: at(startMs),
  outcome: ms === null ? 'pending' : status === null ? 'timed-out' : 'answered',
  status,
  ms,
  weather: [],
  line: null,
  location: null,
  error: null,
  arrival: null,
  app: null,
  apps: [],
  notAsked: null,
  sloppy: [],
})
const event = (tries: readonly SimulatedAttempt[], next: SimulatedEvent['next'] = null): SimulatedEvent => ({
  id: 1,
  simulation: 1,
  hook: null,
  target: 'http://127.0.0.1:3000/in',
  eventId: 'e',
  eventType: 'ach.settled',
  summary: '',
  createdAt: at(0),
  state: next ? 'waiting' : 'delivered',
  tries,
  next,
})

describe('the time axis', () => {
  it('shows the tries that were, the next one and the schedule ahead, and grows by its phases', () => {
    const early = event([oneTry(1, 1, 0, 5), oneTry(2, 2, 500, 5)], { number: 3, instantMs: 600_000, at: at(1000) })
    const axis = scheduleAxis([early])
    expect(axis.ticks.map(({ label }) => label)).toEqual(['0', '30 min', '1 h'])
    expect(axis.marks(early).map(({ kind }) => kind)).toEqual(['bad', 'bad', 'next', ...Array(10).fill('ahead')])
    const late = event([oneTry(1, 24, 0, 5)], { number: 25, instantMs: 0, at: at(0) })
    expect(scheduleAxis([late]).ticks.at(-1)?.label).toBe('24 h')
    const last = event([oneTry(1, 36, 0, 5)])
    expect(scheduleAxis([last]).marks(last)).toMatchObject([{ at: 1, kind: 'bad' }])
    for (const one of [...axis.marks(early), ...scheduleAxis([late]).marks(late)]) {
      expect(one.at).toBeGreaterThanOrEqual(0)
      expect(one.at).toBeLessThanOrEqual(1)
    }
  })

  it('puts an event that was sent twice beside itself', () => {
    const twice = event([oneTry(1, 1, 0, 5, 200), oneTry(2, 1, 0, 5, 200)])
    expect(
      scheduleAxis([twice])
        .marks(twice)
        .map(({ lane, kind }) => [lane, kind]),
    ).toEqual([
      [0, 'ok'],
      [1, 'ok'],
    ])
  })

  it('in real time, says how many connections were open at most; one that ends as another begins was free for it', () => {
    const events = [
      event([oneTry(1, 1, 0, 100, 200)]),
      event([oneTry(2, 1, 50, 50, 200)]),
      event([oneTry(3, 1, 100, 50, null)]),
    ]
    const axis = timeAxis(events, begun)
    expect(loadOver(axis, events).most).toBe(2)
    expect(events.flatMap(one => axis.marks(one)).map(({ kind }) => kind)).toEqual(['ok', 'ok', 'bad'])
    expect(usualAxis(events)).toBe('time')
  })

  it('lets a try that is under way reach to the present, and stands even when there is none', () => {
    const busy = event([oneTry(1, 1, 0, null)])
    const axis = timeAxis([busy], begun + 3000)
    expect((axis.marks(busy)[0]?.width ?? 0) * axis.span).toBeCloseTo(3000)
    expect(timeAxis([], begun).ticks.length).toBeGreaterThan(0)
    expect(scheduleAxis([]).ticks[0]).toEqual({ at: 0, label: '0' })
  })
})

describe('words', () => {
  it.each([
    [0, 'at once'],
    [300_000, 'after 5 min'],
    [3_600_000, 'after 1 h'],
  ])('the instant %d is %s', (ms, text) => {
    expect(instantText(ms)).toBe(text)
  })

  it('says when the next try comes, and what the clock makes of 72 hours', () => {
    expect(dueText({ number: 2, instantMs: 0, at: at(0) }, begun)).toBe('now')
    expect(dueText({ number: 2, instantMs: 0, at: at(11_200) }, begun)).toBe('in 12 s')
    const said = (parts: Partial<Draft>, isSeveral = false) => retriesText({ ...freshDraft(), ...parts }, isSeveral)
    expect(said({})).toBe('one attempt; up to 35 retries in 7.2 min if it is not answered 2xx')
    expect(said({ clock: '1' }, true)).toBe('one attempt each; up to 35 retries in 72 h if it is not answered 2xx')
    expect(said({ clock: 'instant' })).toBe(
      'one attempt; up to 35 retries, one right after the other, if it is not answered 2xx',
    )
    expect(said({ faults: { duplicates: 1 } })).toBe('retried until answered 2xx, at most 35 times in 7.2 min')
    expect(said({ retries: 'off' })).toBe('one attempt')
    expect(said({ retries: 'off' }, true)).toBe('one attempt each')
  })
})

it.each([
  ['event', '1', 'None: each event arrives once, unchanged'],
  ['event', '50', 'None: each event arrives once, unchanged, in any order'],
  ['journey', '1', 'None: each event arrives once, unchanged, in order'],
  ['journey', '3', 'None: each event arrives once, unchanged, each scenario in order'],
] as const)('without faults, an order is promised within a scenario alone: %s × %s', (kind, count, text) => {
  const what = kind === 'event' ? { kind, type: 'ach.settled' } : { kind, name: 'any' }
  expect(noFaultsText({ what, count })).toBe(text)
})

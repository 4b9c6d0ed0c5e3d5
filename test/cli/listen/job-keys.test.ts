import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { endingLine, openJobKeys } from '../../../cli/listen/job-keys.ts'
import { type ProcessPlace, placeInPs, placeInStat } from '../../../cli/shared/foreground.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A job whose shell is the test. */
function open(place: ProcessPlace, { hasJobs = true } = {}) {
  const did: string[] = []
  const shell = { place, continued: () => {}, suspend: () => {} }
  const keys = openJobKeys(
    suspend => {
      shell.suspend = suspend
      did.push('open')
      return { close: () => did.push('close'), leave: () => did.push('leave') }
    },
    {
      place: () => shell.place,
      stop: hasJobs ? () => did.push('stop') : null,
      onContinued: listener => {
        shell.continued = listener
      },
      offContinued: () => did.push('off'),
    },
    line => did.push(line.replace(/[ :].*/, '…')),
  )
  const since = () => did.splice(0)
  return { shell, keys, since }
}

describe('keys of a job', () => {
  it.each(['foreground', 'none'] as const)('are there from the start in the place %s', place => {
    expect(open(place).since()).toEqual(['open'])
  })

  it('come once the job is in the foreground', () => {
    const { shell, since } = open('background')
    vi.advanceTimersByTime(5000)
    expect(since()).toEqual([])
    shell.place = 'foreground'
    vi.advanceTimersByTime(5000)
    expect(since()).toEqual(['open', 'Keys…'])
  })

  it('never come when the terminal was closed meanwhile', () => {
    const { shell, since } = open('background')
    shell.place = 'none'
    vi.advanceTimersByTime(5000)
    shell.place = 'foreground'
    vi.advanceTimersByTime(5000)
    expect(since()).toEqual([])
  })

  it('give the terminal back before Ctrl-Z stops the job, and come back with fg, once', () => {
    const { shell, since } = open('foreground')
    shell.suspend()
    expect(since()).toEqual(['open', 'close', 'While…', 'stop'])
    shell.continued()
    vi.advanceTimersByTime(5000)
    expect(since()).toEqual(['open', 'Keys…'])
  })

  it('stay away after bg, and the terminal is left alone at the end', () => {
    const { shell, keys, since } = open('foreground')
    shell.suspend()
    since()
    shell.place = 'background'
    shell.continued()
    vi.advanceTimersByTime(5000)
    keys.close()
    expect(since()).toEqual(['Running…', 'off'])
  })

  it('leave the terminal alone when somebody else’s signal stopped the job, and set it anew after fg', () => {
    const { shell, since } = open('foreground')
    shell.continued()
    expect(since()).toEqual(['open', 'close', 'open'])
    shell.place = 'background'
    shell.continued()
    expect(since()).toEqual(['leave', 'Running…'])
  })

  it('come back by themselves where Ctrl-Z stopped nothing', () => {
    const { shell, since } = open('foreground')
    shell.suspend()
    since()
    vi.advanceTimersByTime(5000)
    expect(since()).toEqual(['open', 'Keys…'])
  })

  it.each([
    ['without jobs', open('foreground', { hasJobs: false })],
    ['without a controlling terminal', open('none')],
  ] as const)('are not touched by Ctrl-Z %s', (_, { shell, since }) => {
    shell.suspend()
    expect(since()).toEqual(['open'])
  })
})

it.each([
  ['foreground', '812 (node) S 800 812 790 34816 812 4194304 0'],
  ['background', '812 (node) S 800 812 790 34816 790 4194304 0'],
  ['background', '812 (a) b (c) S 1 812 790 34816 790 4194304 0'],
  ['none', '812 (node) S 800 812 790 0 -1 4194304 0'],
] as const)('reads %s in the stat of a process', (place, stat) => {
  expect(placeInStat(stat)).toBe(place)
})

it.each([
  ['foreground', '  812   812\n'],
  ['background', '  812   790\n'],
  ['none', '  812    -1\n'],
  ['none', '  812     0\n'],
  ['none', ''],
] as const)('reads %s in what ps says', (place, output) => {
  expect(placeInPs(output)).toBe(place)
})

it('promises keys only where there are any', () => {
  expect(endingLine(true, 'foreground')).toMatch(/^Keys: /)
  expect(endingLine(true, 'background')).toMatch(/no keys here/)
  expect(endingLine(false, 'background')).not.toMatch(/keys|Ctrl-C/)
  expect(endingLine(false, 'none')).toMatch(/^Ctrl-C ends/)
})

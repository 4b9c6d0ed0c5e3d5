// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest'
import { defineKeys, handleKey, keyTable, orderKeys } from '../../../ui/kit/keys.ts'

let ran: string[] = []
let usable = true
const bind = (key: string, more: { whileTyping?: boolean } = {}) => ({
  key,
  description: key,
  when: () => usable,
  action: () => {
    ran.push(key)
  },
  ...more,
})

defineKeys('Test', [
  bind('j'),
  bind('G'),
  bind('?'),
  bind('g g'),
  bind('g d'),
  bind('Enter'),
  bind('Ctrl+Enter', { whileTyping: true }),
])

function press(
  key: string,
  options: KeyboardEventInit = {},
  target: Element = document.createElement('div'),
  at?: number,
) {
  let handled = false
  document.body.append(target)
  target.addEventListener('keydown', event => {
    handled = handleKey(event as KeyboardEvent, at)
  })
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options }))
  target.remove()
  return handled
}

beforeEach(() => {
  ran = []
  usable = true
})

describe('the keyboard', () => {
  it('runs what the table says, capitals and signs as they are', () => {
    press('j')
    press('G', { shiftKey: true })
    press('?', { shiftKey: true })
    expect(ran).toEqual(['j', 'G', '?'])
  })

  it('leaves alone what has a modifier, or what does nothing now', () => {
    expect(press('j', { ctrlKey: true })).toBe(false)
    usable = false
    expect(press('j')).toBe(false)
  })

  it('knows sequences, unless they take too long', () => {
    press('g', {}, undefined, 1_000)
    press('g', {}, undefined, 1_200)
    press('g', {}, undefined, 3_000)
    press('d', {}, undefined, 3_100)
    press('g', {}, undefined, 5_000)
    press('d', {}, undefined, 7_000)
    expect(ran).toEqual(['g g', 'g d'])
  })

  it('lets people type, but for what works while typing', () => {
    const input = document.createElement('input')
    press('j', {}, input)
    press('Enter', { metaKey: true }, input)
    expect(ran).toEqual(['Ctrl+Enter'])
  })

  it('leaves Enter to the button that has the focus', () => {
    press('Enter', {}, document.createElement('button'))
    expect(ran).toEqual([])
    press('Enter')
    expect(ran).toEqual(['Enter'])
  })

  it('is the help as well, a group once', () => {
    defineKeys('Test', [bind('j')])
    expect(keyTable.value.map(group => [group.title, group.bindings.length])).toEqual([['Test', 1]])
  })

  it('is listed and tried in the order that was asked for, whichever group was defined first', () => {
    defineKeys('Late', [{ ...bind('j'), description: 'late' }])
    orderKeys(['Late', 'Test'])
    expect(keyTable.value.map(({ title }) => title)).toEqual(['Late', 'Test'])
    orderKeys(['Test'])
    expect(keyTable.value.map(({ title }) => title)).toEqual(['Test', 'Late'])
  })
})

import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { type KeySource, openKeys, type Shortcut, shortcutHelp } from '../../../cli/listen/shortcuts.ts'
import { paintFor } from '../../../cli/shared/style.ts'

class Keyboard extends EventEmitter implements KeySource {
  raw = false
  setRawMode(raw: boolean) {
    this.raw = raw
  }
  resume() {}
  pause() {}
  type(text: string) {
    this.emit('data', Buffer.from(text))
  }
}

function open() {
  const keyboard = new Keyboard()
  const pressed: string[] = []
  const failed: string[] = []
  const shortcuts: Shortcut[] = [
    { key: 'o', description: 'open', action: () => void pressed.push('o') },
    {
      key: 'r',
      description: 'replay',
      action: () => {
        throw new Error('nothing\u001b[2J to replay')
      },
    },
  ]
  const keys = openKeys(
    keyboard,
    shortcuts,
    { interrupt: () => pressed.push('interrupt'), suspend: () => pressed.push('suspend') },
    line => failed.push(line),
  )
  return { keyboard, pressed, failed, keys, shortcuts }
}

const settled = () => new Promise(resolve => setImmediate(resolve))

describe('keys', () => {
  it('act once each, in either case', async () => {
    const { keyboard, pressed } = open()
    for (const text of ['o', 'O', 'x', 'oo']) keyboard.type(text)
    await settled()
    expect(pressed).toEqual(['o', 'o', 'o', 'o'])
  })

  it('interrupt at Ctrl-C, twice when it is pressed twice at once', () => {
    const { keyboard, pressed } = open()
    keyboard.type('\x03\x03')
    expect(pressed).toEqual(['interrupt', 'interrupt'])
  })

  it('suspend at Ctrl-Z', () => {
    const { keyboard, pressed } = open()
    keyboard.type('\x1a')
    expect(pressed).toEqual(['suspend'])
  })

  it('are not arrows, nor pasted text', async () => {
    const { keyboard, pressed } = open()
    keyboard.type('\u001bOo')
    keyboard.type('look at the order')
    await settled()
    expect(pressed).toEqual([])
  })

  it('say in a line what went wrong', async () => {
    const { keyboard, failed } = open()
    keyboard.type('r')
    await settled()
    expect(failed).toEqual(['nothing\ufffd[2J to replay'])
  })

  it('leave the terminal as it was', () => {
    const { keyboard, keys, pressed } = open()
    expect(keyboard.raw).toBe(true)
    keys.close()
    expect(keyboard.raw).toBe(false)
    keyboard.type('\x03')
    expect(pressed).toEqual([])
  })

  it('end in good order with a terminal that was closed', () => {
    const { keyboard, keys } = open()
    keyboard.setRawMode = () => void keyboard.emit('error', new Error('setRawMode EIO'))
    expect(keys.close).not.toThrow()
  })

  it('leave a terminal alone that is somebody else’s by now', () => {
    const { keyboard, keys, pressed } = open()
    keys.leave()
    expect(keyboard.raw).toBe(true)
    keyboard.type('\x03')
    expect(pressed).toEqual([])
  })

  it('are listed by the help, all of them', () => {
    const { shortcuts } = open()
    expect(shortcutHelp(shortcuts, paintFor({}, {}))).toEqual(['', '  o  open', '  r  replay', ''])
  })
})

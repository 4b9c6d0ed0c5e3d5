import { describe, expect, it } from 'vitest'
import { editorWords, notStarted, splitWords } from '../../../cli/replay/editor.ts'

describe('the words of an editor', () => {
  const cases: readonly [line: string, words: readonly string[]][] = [
    ['vim', ['vim']],
    ['code --wait', ['code', '--wait']],
    ['  nano   -w ', ['nano', '-w']],
    ['"/Applications/My Editor" -n', ['/Applications/My Editor', '-n']],
    ['\'C:\\Program Files\\ed.exe\' ""', ['C:\\Program Files\\ed.exe', '']],
    ['a"b c"d', ['ab cd']],
    ['vim; rm -rf $HOME', ['vim;', 'rm', '-rf', '$HOME']],
    ['', []],
  ]
  it.each(cases)('%s', (line, words) => expect(splitWords(line)).toEqual(words))

  it('must have their quotes closed', () => {
    expect(() => splitWords('"vim')).toThrow(/quote that is not closed/)
  })

  it('come from VISUAL, then EDITOR, then the system', () => {
    expect(editorWords({ VISUAL: 'code -w', EDITOR: 'vi' }, false, true)).toEqual(['code', '-w'])
    expect(editorWords({ VISUAL: '', EDITOR: 'ed' }, false, true)).toEqual(['ed'])
    expect(editorWords({}, false, true)).toEqual(['vi'])
    expect(editorWords({}, true, false)).toEqual(['notepad.exe'])
    expect(() => editorWords({}, false, false)).toThrow(/no terminal for the editor/)
  })
})

describe('an editor that is not found', () => {
  it.each([
    [true, 'Set VISUAL or EDITOR to the .exe of one that is installed.'],
    [false, 'Set VISUAL or EDITOR to one that is installed.'],
  ])('on Windows: %s', (isWindows, hint) => {
    const cause = new Error('spawn code ENOENT')
    expect(notStarted('code', isWindows, cause)).toMatchObject({
      message: 'The editor code cannot be started.',
      hint,
      cause,
    })
  })
})

/** What an error that nobody expected may say: the parsers of the language quote what they read. */
import { describe, expect, it } from 'vitest'
import { errorLine, surpriseText } from '../../../server/lib/errors.ts'

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe('an error that nobody expected', () => {
  it('is told without the text that a parser quotes', () => {
    const error = thrownBy(() => JSON.parse(`{"signatureKey":'S3CR3TKEY9'}`))
    expect(String(error)).toContain('S3CR3T')
    expect(errorLine(error)).toBe('SyntaxError (not shown: it may quote a key)')
    expect(surpriseText(error)).toMatch(/^SyntaxError: \(not shown: it may quote a key\)\n +at JSON\.parse/)
    expect(surpriseText(error)).not.toContain('S3CR3T')
  })

  it('says everything else, on one line and harmlessly in the log', () => {
    const error = new TypeError('the door is\u001b[2J shut')
    expect(errorLine(error)).toMatch(/^TypeError: the door is.*shut$/)
    expect(errorLine(error)).not.toContain('\u001b')
    expect(errorLine(new Error('no room'))).toBe('no room')
    expect(surpriseText(error)).toMatch(/^TypeError: the door is.*\n +at /)
    expect(errorLine('text')).toBe('text')
    expect(surpriseText('text')).toBe('text')
  })
})

/** What somebody copies from a terminal stays on one line. */
import { describe, expect, it } from 'vitest'
import { sayingTo } from '../../../cli/shared/say.ts'
import { wrapWords } from '../../../cli/shared/wrap.ts'
import { documentedCommands } from '../../docs/help.ts'

const commands = documentedCommands().map(({ words }) => `hookscope ${words}`.trim())

/** Each width that could break somewhere within. */
const widths = Array.from({ length: 80 }, (_, index) => index + 20)

describe('a command within a sentence is never broken', () => {
  const copied = [
    ...commands.slice(1),
    ...commands.slice(1).map(command => `${command} --json`),
    'hookscope --db /tmp/other.db',
    'hookscope replay id:1-3,7 --to http://localhost:3000/webhooks --rate 5',
    "hookscope replay 12 --to http://localhost:3000/webhooks --db '/home/me/my shop.db'",
    'hookscope pending cancel all',
    'hookscope samples save ID NAME',
    'hookscope trigger transaction.sale.success',
  ]
  it.each(copied)('%s', command => {
    for (const text of [
      `There is nothing here yet. Try it: ${command}`,
      `There is nothing here yet. Try it with ${command}, or choose another database with --db.`,
      `There is nothing here yet. ${command} lists them; something else can be done as well.`,
      `It is done: see \u001b[36m${command}\u001b[39m`,
    ])
      for (const width of widths) {
        const lines = wrapWords(text, width)
        expect(lines.join(' ')).toBe(text)
        expect(
          lines.some(line => line.includes(command)),
          `${lines.join('\n')} at ${width}`,
        ).toBe(true)
      }
  })

  it('a name at its end belongs to it', () => {
    for (const width of widths)
      expect(wrapWords('Saved. Send it: hookscope trigger mysale', width).at(-1)).toContain('hookscope trigger mysale')
  })
})

it('a quoted value, which is copied with its option, is not broken', () => {
  for (const width of widths) {
    const text = "A hookscope is listening on another database: add --db '/home/me/my own shop.db', or another's path."
    const lines = wrapWords(text, width)
    expect(lines.join(' ')).toBe(text)
    expect(lines.some(line => line.includes("'/home/me/my own shop.db'"))).toBe(true)
  }
})

it('prose about hookscope breaks as prose does', () => {
  expect(wrapWords('They are sent when hookscope listens on this database.', 30)).toEqual([
    'They are sent when hookscope',
    'listens on this database.',
  ])
  expect(wrapWords('Ids are numbers: hookscope list shows them.', 32)).toEqual([
    'Ids are numbers: hookscope list',
    'shows them.',
  ])
})

it('what is put is written as it is, however narrow the terminal', () => {
  let written = ''
  const stderr = { isTTY: true, columns: 40, write: (text: string) => (written += text) }
  const { say, put } = sayingTo({ stderr: stderr as unknown as NodeJS.WriteStream, environment: { NO_COLOR: '1' } })
  const code = "const { createHmac, timingSafeEqual } = require('node:crypto')"
  put(['', `      ${code}`])
  say(`In the console, set this webhook’s Signature to the key.`)
  expect(written).toBe(`\n      ${code}\nIn the console, set this webhook’s\nSignature to the key.\n`)
})

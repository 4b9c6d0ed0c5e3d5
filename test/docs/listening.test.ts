/** What the documentation has one start and leave running, or answer at a terminal: each is started, asked for something, and ended. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOwner } from '../../server/store/sqlite/file/owner.ts'
import { atShell, hasTerminal } from '../helpers/terminal.ts'
import { type Block, blocks, commandOf, linesOf, pagesWith } from './blocks.ts'
import { type Office, openOffice } from './desk.ts'
import { textOf } from './pages.ts'
import { sampleLines, shapeOf, shapesOf } from './samples.ts'

/** What shows first at a terminal, by what the comment above a block says. */
const shown: Readonly<Record<string, RegExp>> = {
  'asks for the key': /Signature key/i,
  'asks for the fields': /Webhook Label/,
  'asks what to send': /What should the gateway send/,
  'opens an editor': /#12 .*replayed/,
}

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office?.close())

/** What stands before the values at the start: `Hook URL`, `Forwarded`. */
const labelsOf = (text: string) => [...text.matchAll(/^ {2}([A-Z]\w+(?: \w+)?) {2,}\S/gm)].map(([, label]) => label)

describe.each(pagesWith('listens'))('listening as %s says', page => {
  it.each(linesOf('listens', page))('%s', async line => {
    const desk = await office.openDesk(false)
    const asked: Record<string, string> = /--(?:tunnel|public-url) /.test(line) ? {} : { HOOKSCOPE_TUNNEL: 'none' }
    const ended = desk.run(desk.here(commandOf(line)), { HOOKSCOPE_PORT: '0', HOOKSCOPE_INSPECTOR_PORT: '0', ...asked })
    let isOver = false
    void ended.then(() => (isOver = true))
    const db = desk.env['HOOKSCOPE_DB'] ?? ''
    await expect.poll(() => isOver || readOwner(db) !== null).toBe(true)
    const sent = await desk.runHere(['trigger', 'transaction.sale.success'])
    const owner = readOwner(db)
    if (owner !== null) process.kill(owner.pid, 'SIGTERM')
    const { code, output } = await ended
    expect([sent.code, code], `${sent.output}\n${output}`).toEqual([0, 0])
    if (line.includes('--observe')) {
      for (const sample of sampleLines('README.md', '✓ verified')) expect(shapesOf(output)).toContain(shapeOf(sample))
      expect(labelsOf(output)).toEqual(expect.arrayContaining(labelsOf(textOf('README.md'))))
    }
    if (line.includes('> hookscope.log'))
      expect(readFileSync(join(desk.folder, 'hookscope.log'), 'utf8')).toContain('Hook URL')
  })
})

describe.runIf(hasTerminal)('at a terminal', () => {
  const terminals = blocks.filter(({ manner }) => manner === 'terminal')

  it.each(terminals.map(block => [block.page, block.lines.join(' '), block] as [string, string, Block]))(
    '%s: %s',
    async (_page, line, { why }) => {
      const pattern = shown[why]
      if (pattern === undefined) throw new Error(`Nothing is known to show for “${why}”`)
      const desk = await office.openDesk(false)
      const shell = atShell()
      try {
        const env = { ...desk.env, ...(why === 'asks for the key' ? { HOOKSCOPE_SIGNATURE_KEY: '' } : {}) }
        const names = /^(?:HOOKSCOPE_.*|PATH|HOME|EDITOR)$/
        const set = Object.entries(env).flatMap(([name, value]) =>
          names.test(name) ? [`export ${name}='${value}'`] : [],
        )
        const to = why === 'opens an editor' ? ' --to http://localhost:3000/webhooks' : ''
        shell.type(`${[`cd '${desk.folder}'`, ...set].join('; ')}\n`)
        shell.type(`${desk.here(`${commandOf(line)}${to}`)}\n`)
        await shell.shows(pattern)
        // What asks is still there: Ctrl-C gives it up, and the shell ends with it.
        shell.type('\u0003')
        await shell.showsNext(/\$ /)
        shell.type('exit\n')
        await shell.code
      } finally {
        shell.stop()
      }
    },
  )
})

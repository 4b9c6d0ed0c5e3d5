/** Every command that the documentation shows: run on a desk on loopback where it can be, read as a command line where not. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCommandLine } from '../../cli/command-line.ts'
import { splitWords } from '../../cli/replay/editor.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { readOwner } from '../../server/store/sqlite/file/owner.ts'
import { atShell, hasTerminal } from '../helpers/terminal.ts'
import { type Block, blocks, commandOf, hookscopeWords, type Manner } from './blocks.ts'
import { type Desk, type Office, openOffice } from './desk.ts'
import { pages, textOf } from './pages.ts'

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

const linesOf = (manner: Manner, page: string) =>
  blocks.filter(block => block.manner === manner && block.page === page).flatMap(({ lines }) => lines)
const pagesWith = (manner: Manner) => pages.filter(page => linesOf(manner, page).length > 0)

describe('each line', () => {
  const lines = blocks.flatMap(block => block.lines)
  const ours = lines.filter(line => hookscopeWords(line) !== null)

  it.each(ours)('is a command line: %s', line => {
    expect(readCommandLine(splitWords(hookscopeWords(line) ?? ''), process)).not.toBeNull()
  })

  it.each(lines.flatMap(line => /^npm (?:run )?([\w:]+)/.exec(line)?.[1] ?? []))('npm has a script %s', script => {
    expect(packageJson.scripts).toHaveProperty(script)
  })

  it('of another program is run, not only read', () => {
    const read = blocks.filter(({ manner }) => manner === 'parsed').flatMap(block => block.lines)
    expect(read.filter(line => hookscopeWords(line) === null && !line.startsWith('npm '))).toEqual([])
  })
})

describe.each([
  ['beside a hookscope that listens', 'run', true],
  ['while none listens', 'stopped', false],
] as const)('%s', (_, manner, listens) => {
  describe.each(pagesWith(manner))('%s', page => {
    let desk: Desk
    beforeAll(async () => {
      desk = await office.openDesk(listens)
    })
    afterAll(() => desk?.close())

    it.each(linesOf(manner, page))('%s', async line => {
      const { code, output } = await desk.run(desk.here(commandOf(line)))
      expect(code, output).toBe(0)
      if (page !== 'docs/quickstart.md' || !line.includes('trigger')) return
      for (const sample of sampleLines(page, 'hook ✓')) expect(shapesOf(output)).toContain(shapeOf(sample))
    })
  })
})

/** A line of output without what differs from run to run. */
const shapeOf = (line: string) =>
  line
    .replace(/\d[\d,.:]*/g, '0')
    .replace(/ m?s$/, ' ms')
    .replace(/\s+/g, ' ')
    .trim()
const shapesOf = (text: string) => text.split('\n').map(shapeOf)

/** Lines that a page shows as output, by a part of each. */
function sampleLines(page: string, part: string): readonly string[] {
  const samples = [...textOf(page).matchAll(/```text\n([\s\S]*?)```/g)].flatMap(([, text = '']) => text.split('\n'))
  const found = samples.filter(line => line.includes(part))
  expect(found, page).not.toEqual([])
  return found
}

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
    const sent = await desk.run('hookscope trigger transaction.sale.success')
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

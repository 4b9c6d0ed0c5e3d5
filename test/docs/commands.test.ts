/** Every command that the documentation shows: run on a desk on loopback where it can be, read as a command line where not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCommandLine } from '../../cli/command-line.ts'
import { splitWords } from '../../cli/replay/editor.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { blocks, commandOf, hookscopeWords, linesOf, needsShell, pagesWith } from './blocks.ts'
import { type Desk, type Office, openOffice } from './desk.ts'
import { sampleLines, shapeOf, shapesOf } from './samples.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice()
})
afterAll(() => office?.close())

const wordsOf = (line: string) => splitWords(hookscopeWords(line) ?? '')

describe('each line', () => {
  const lines = blocks.flatMap(block => block.lines)
  const ours = lines.filter(line => hookscopeWords(line) !== null)

  it.each(ours)('is a command line: %s', line => {
    expect(readCommandLine(wordsOf(line), process)).not.toBeNull()
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
      const command = desk.here(commandOf(line))
      const { code, output } = needsShell(line) ? await desk.run(command) : await desk.runHere(wordsOf(command))
      expect(code, output).toBe(0)
      if (page !== 'docs/quickstart.md' || !line.includes('trigger')) return
      for (const sample of sampleLines(page, 'hook ✓')) expect(shapesOf(output)).toContain(shapeOf(sample))
    })
  })
})

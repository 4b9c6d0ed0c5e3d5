/** `hookscope hooks` at a terminal: the console's windows by keyboard. */
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { emptyFolder, runCommand } from '../../helpers/command.ts'
import { atTerminal, hasTerminal, type Terminal } from '../../helpers/terminal.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close()
})

/** The question that waits for an answer; one that was answered, and the menu it was chosen from, name it as well. */
const asking = (question: string) => new RegExp(`◆ +${question}`)

const down = '\u001b[B'
const enter = '\r'
const key = 'merchant-signature-key'

const opened = (args: readonly string[], db: string): Terminal => {
  const terminal = atTerminal(['hooks', ...args, '--db', db])
  closers.push(terminal.stop)
  return terminal
}

async function listed(db: string) {
  const { stdout } = await runCommand(['hooks', '--json', '--db', db])
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
}

const whole = ['--label', 'Shop', '--events', 'all', '--authentication', 'none', '--signature', 'none']

describe.skipIf(!hasTerminal)('at a terminal', () => {
  it('Add Webhook asks field by field, in the console’s order and words, and shows no key', async () => {
    const db = join(emptyFolder(), 'a.db')
    const terminal = opened(['add'], db)
    await terminal.showsNext(/Webhook Label/)
    terminal.type(enter)
    await terminal.showsNext(/Webhook Label is empty/)
    terminal.type(`My shop${enter}`)
    await terminal.showsNext(/Hook URL[\s\S]*This receiver/)
    terminal.type(enter)
    await terminal.showsNext(/Events[\s\S]*cau\.created/)
    terminal.type(enter)
    await terminal.showsNext(/Authentication[\s\S]*None[\s\S]*Basic/)
    terminal.type(down + enter)
    await terminal.showsNext(asking('User name'))
    terminal.type(`gateway${enter}`)
    await terminal.showsNext(asking('Password'))
    terminal.type(`open:sesame${enter}`)
    await terminal.showsNext(/Signature[\s\S]*Source Key[\s\S]*Signature Key/)
    terminal.type(down + down + enter)
    await terminal.showsNext(asking('Signature Key'))
    terminal.type(key + enter)
    await terminal.showsNext(/Add Hook[\s\S]*Close/)
    terminal.type(enter)
    await terminal.showsNext(/My shop {2}main/)
    expect(await terminal.code).toBe(0)
    expect(terminal.raw()).not.toContain('sesame')
    expect(terminal.raw()).not.toContain('merchant-sig')
    expect(await listed(db)).toMatchObject([
      {
        label: 'My shop',
        authentication: { kind: 'basic', username: 'gateway' },
        signing: { keys: [{ kind: 'signature-key' }] },
      },
    ])
  })

  it('a webhook is chosen and changed; Close asks about unsaved changes, Abandon Changes drops them', async () => {
    const db = join(emptyFolder(), 'b.db')
    await runCommand(['hooks', 'add', ...whole, '--db', db])
    const change = async (terminal: Terminal) => {
      await terminal.showsNext(/Which hook\?[\s\S]*Shop/)
      terminal.type(enter)
      await terminal.showsNext(/Webhook Label[\s\S]*Reset Webhook Authentication[\s\S]*Delete Hook/)
      terminal.type(enter)
      await terminal.showsNext(asking('Webhook Label'))
      terminal.type(` two${enter}`)
      await terminal.showsNext(/Save Changes[\s\S]*Delete Hook/)
    }
    const abandoning = opened(['edit'], db)
    await change(abandoning)
    abandoning.type(down.repeat(5) + enter)
    await abandoning.showsNext(/unsaved changes[\s\S]*Abandon Changes/)
    abandoning.type(down + enter)
    await abandoning.showsNext(/nothing was changed/)
    expect(await abandoning.code).toBe(1)
    expect(await listed(db)).toMatchObject([{ label: 'Shop' }])

    const saving = opened(['edit'], db)
    await change(saving)
    saving.type(down.repeat(4) + enter)
    await saving.showsNext(/Shop two {2}main/)
    expect(await saving.code).toBe(0)
    expect(await listed(db)).toMatchObject([{ label: 'Shop two' }])
  })

  it('secrets are set anew or kept, and Delete Hook asks a second time', async () => {
    const db = join(emptyFolder(), 'c.db')
    await runCommand(['hooks', 'add', ...whole, '--db', db])
    const terminal = opened(['edit', 'Shop'], db)
    await terminal.showsNext(/Delete Hook/)
    terminal.type(down.repeat(3) + enter)
    await terminal.showsNext(/Authentication[\s\S]*Basic/)
    terminal.type(enter)
    await terminal.showsNext(/Signature[\s\S]*Signature Key/)
    terminal.type(down + enter)
    await terminal.showsNext(asking('Source Key'))
    terminal.type(key + enter)
    await terminal.showsNext(/Keep Current Configuration[\s\S]*Save Changes[\s\S]*Delete Hook/)
    terminal.type(down.repeat(3) + enter)
    await terminal.showsNext(/Reset Webhook Authentication[\s\S]*Delete Hook/)
    terminal.type(down.repeat(5) + enter)
    await terminal.showsNext(/Delete “Shop”\?[\s\S]*Delete Hook/)
    terminal.type(down + enter)
    await terminal.showsNext(/Deleted “Shop”[\s\S]*hooks restore main/)
    expect(await terminal.code).toBe(0)
    expect(await listed(db)).toEqual([])
  })
})

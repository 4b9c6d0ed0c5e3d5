/** `hookscope hooks` at a terminal: the console's windows by keyboard. */
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { selfSigned, testKey } from '../../helpers/certificates.ts'
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
const interrupt = '\u0003'
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
    expect(await terminal.code, terminal.raw()).toBe(0)
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
    abandoning.type(down.repeat(6) + enter)
    await abandoning.showsNext(/unsaved changes[\s\S]*Abandon Changes/)
    abandoning.type(down + enter)
    await abandoning.showsNext(/nothing was changed/)
    expect(await abandoning.code, abandoning.raw()).toBe(1)
    expect(await listed(db)).toMatchObject([{ label: 'Shop' }])

    const saving = opened(['edit'], db)
    await change(saving)
    saving.type(down.repeat(5) + enter)
    await saving.showsNext(/Shop two {2}main/)
    expect(await saving.code, saving.raw()).toBe(0)
    expect(await listed(db)).toMatchObject([{ label: 'Shop two' }])
  })

  it('secrets are set anew or kept, and Delete Hook asks a second time', async () => {
    const db = join(emptyFolder(), 'c.db')
    await runCommand(['hooks', 'add', ...whole, '--db', db])
    const terminal = opened(['edit', 'Shop'], db)
    await terminal.showsNext(/Delete Hook/)
    terminal.type(down.repeat(4) + enter)
    await terminal.showsNext(/Authentication[\s\S]*Basic/)
    terminal.type(enter)
    await terminal.showsNext(/Signature[\s\S]*Signature Key/)
    terminal.type(down + enter)
    await terminal.showsNext(asking('Source Key'))
    terminal.type(key + enter)
    await terminal.showsNext(/Keep Current Configuration[\s\S]*Save Changes[\s\S]*Delete Hook/)
    terminal.type(down.repeat(4) + enter)
    await terminal.showsNext(/Reset Webhook Authentication[\s\S]*Delete Hook/)
    terminal.type(down.repeat(6) + enter)
    await terminal.showsNext(/Delete “Shop”\?[\s\S]*Delete Hook/)
    terminal.type(down + enter)
    await terminal.showsNext(/Deleted “Shop”[\s\S]*hooks restore main/)
    expect(await terminal.code, terminal.raw()).toBe(0)
    expect(await listed(db)).toEqual([])
  })

  it('Ctrl-C closes Add Webhook wherever it is pressed; in the other window it leaves a question, then the window', async () => {
    const db = join(emptyFolder(), 'd.db')
    const adding = opened(['add', ...whole.slice(0, 6), '--url', 'own'], db)
    await adding.showsNext(/Add Webhook[\s\S]*Signature[\s\S]*Signature Key/)
    adding.type(down + enter)
    await adding.showsNext(asking('Source Key'))
    adding.type(key + interrupt)
    await adding.showsNext(/no hook was added/)
    expect(await adding.code, adding.raw()).toBe(1)

    await runCommand(['hooks', 'add', ...whole, '--db', db])
    const editing = opened(['edit', 'Shop'], db)
    await editing.showsNext(/Delete Hook/)
    editing.type(enter)
    await editing.showsNext(asking('Webhook Label'))
    editing.type(` two${enter}`)
    await editing.showsNext(/Save Changes[\s\S]*Delete Hook/)
    editing.type(down.repeat(4) + enter)
    await editing.showsNext(asking('Authentication'))
    editing.type(down + enter)
    await editing.showsNext(asking('User name'))
    editing.type(`gateway${enter}`)
    await editing.showsNext(asking('Password'))
    editing.type(interrupt)
    await editing.showsNext(/Webhook Label: Shop two[\s\S]*Reset Webhook Authentication[\s\S]*Delete Hook/)
    editing.type(interrupt)
    await editing.showsNext(/unsaved changes[\s\S]*Keep editing[\s\S]*Abandon Changes/)
    editing.type(interrupt)
    await editing.showsNext(/nothing was changed/)
    expect(await editing.code, editing.raw()).toBe(1)
    expect(await listed(db)).toMatchObject([{ label: 'Shop', authentication: { kind: 'none' } }])
  })

  it('a window shows every field as it would be saved, and leaves the hooks to other terminals while it is open', async () => {
    const db = join(emptyFolder(), 'e.db')
    await runCommand(['hooks', 'add', ...whole, '--db', db])
    const terminal = opened(['edit'], db)
    await terminal.showsNext(/Which hook\?[\s\S]*Shop/)
    terminal.type(enter)
    await terminal.showsNext(
      /Edit Webhook: Shop[\s\S]*Webhook Label: Shop[\s\S]*Hook URL: this receiver[\s\S]*Events: all 25[\s\S]*Reset Webhook Authentication \(None; None\)/,
    )
    const other = await runCommand(['hooks', 'edit', 'Shop', '--events', 'ach.settled', '--db', db])
    expect([other.code, other.stderr]).toEqual([0, ''])
    terminal.type(enter)
    await terminal.showsNext(asking('Webhook Label'))
    terminal.type(` two${enter}`)
    await terminal.showsNext(/Webhook Label: Shop two[\s\S]*Delete Hook/)
    terminal.type(down.repeat(5) + enter)
    expect(await terminal.code, terminal.raw()).toBe(0)
    expect(await listed(db)).toMatchObject([{ label: 'Shop two', events: ['ach.settled'] }])
  })

  it('a Hook URL that the gateway would refuse is asked for again; what else was entered stays', async () => {
    const server = createServer({ key: testKey, cert: selfSigned }).on('tlsClientError', () => {})
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => server.close())
    const address = server.address()
    const url = `https://localhost:${typeof address === 'object' ? address?.port : ''}/in`
    const db = join(emptyFolder(), 'f.db')
    const terminal = opened(['add', ...whole.slice(0, -1), 'source-key', '--url', url, '--source-key'], db)
    await terminal.showsNext(/Source key/)
    terminal.type(key + enter)
    expect(await terminal.code, terminal.raw()).toBe(2)

    const asked = opened(['add', ...whole.slice(0, -2), '--url', url], db)
    await asked.showsNext(asking('Signature'))
    asked.type(down + enter)
    await asked.showsNext(asking('Source Key'))
    asked.type(key + enter)
    await asked.showsNext(/Add Hook[\s\S]*Close/)
    asked.type(enter)
    await asked.showsNext(/would not post to localhost:\d+: its certificate is signed by itself/)
    await asked.showsNext(/Hook URL[\s\S]*This receiver[\s\S]*Another URL/)
    asked.type(`\u001b[A${enter}`)
    await asked.showsNext(/Add Hook[\s\S]*Close/)
    asked.type(enter)
    await asked.showsNext(/Shop {2}main/)
    expect(await asked.code, asked.raw()).toBe(0)
    expect(asked.raw()).not.toContain(key)
    expect(await listed(db)).toMatchObject([{ customUrl: null, signing: { keys: [{ kind: 'source-key' }] } }])
  })
})

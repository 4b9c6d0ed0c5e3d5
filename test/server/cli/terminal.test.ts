/** `hookscope` at a terminal, a real one by script(1): colours, the prompt, the keys. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openStore } from '../../../server/store/sqlite.ts'
import { emptyFolder, runCommand, startListening } from '../../helpers/command.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { openGateway } from '../../helpers/gateway.ts'
import { startMerchant } from '../../helpers/merchants.ts'
import { atTerminal, hasTerminal, type Terminal } from '../../helpers/terminal.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function started(args: readonly string[], env: Record<string, string> = {}): Terminal {
  const terminal = atTerminal(args, env)
  closers.push(terminal.stop)
  return terminal
}

const base = () => [
  '--port',
  '0',
  '--inspector-port',
  '0',
  '--tunnel',
  'none',
  '--db',
  join(emptyFolder(), 'a.db'),
  '--no-open',
]

describe.skipIf(!hasTerminal)('at a terminal', () => {
  it('has keys, and q ends it with 0', async () => {
    const app = await startMerchant()
    closers.push(() => app.close())
    const terminal = started([...base(), '--forward', app.url])
    await terminal.shows(/Keys: \? lists them/)
    expect(terminal.raw()).toContain('\u001b[')
    terminal.type('?')
    await terminal.shows(/o {2}open the inspector\r?\n {2}c {2}copy the Hook URL\r?\n {2}r {2}replay the last delivery/)
    terminal.type('r')
    await terminal.shows(/Nothing has come yet\. There is nothing to replay/)

    const url = await terminal.shows(/http:\/\/localhost:\d+\/[\w-]{24}/)
    const gateway = openGateway({ url })
    closers.push(() => gateway.close())
    await gateway.post('transaction.sale.success')
    await terminal.shows(/#1 .*→ 200 in/)
    terminal.type('r')
    await terminal.shows(/#1 {2}replayed to .*→ 200 in/)
    terminal.type('p')
    await terminal.shows(/Forwarding is paused/)
    await gateway.post('ach.settled')
    await terminal.shows(/#2 .*→ paused[\s\S]*goes out when forwarding resumes/)
    expect(app.received).toHaveLength(2)
    terminal.type('p')
    await terminal.shows(/Forwarding goes on[\s\S]*#2 {2}forwarded to/)
    terminal.type('q')
    await terminal.shows(/2 deliveries were kept/)
    expect(await terminal.code).toBe(0)
  })

  it('asks for a key without showing it, and ends with 0 at Ctrl-C', async () => {
    const terminal = started([...base(), '--signature-key'])
    await terminal.shows(/Signature key of the webhook/)
    terminal.type('merchant-signature-key\r')
    await terminal.shows(/Keys: /)
    await terminal.shows(/the signature key ••••-key/)
    expect(terminal.raw()).not.toContain('merchant-sig')
    terminal.type('\x03')
    expect(await terminal.code).toBe(0)
  })

  it('asks about the line break that an editor added: as it came, or as it was saved', async () => {
    const app = await startMerchant()
    closers.push(() => app.close())
    const [folder, { body }] = [emptyFolder(), arrival()]
    const [db, editor] = [join(folder, 'a.db'), join(folder, 'editor.mjs')]
    writeFileSync(editor, `import { appendFileSync } from 'node:fs'\nappendFileSync(process.argv.at(-1), '\\n')`)
    const store = openStore({ path: db })
    await store.append(arrival())
    await store.close()
    const replay = ['replay', '1', '--edit', '--to', app.url, '--db', db]
    for (const [keys, sent] of [
      ['\r', Buffer.from(body)],
      ['\u001b[B\r', Buffer.concat([body, Buffer.from('\n')])],
    ] as const) {
      const terminal = started(replay, { EDITOR: `${process.execPath} ${editor}` })
      await terminal.shows(/Your editor added a line break at the end and changed nothing else[\s\S]*as it was saved/)
      terminal.type(keys)
      expect(await terminal.code).toBe(0)
      expect(app.received.at(-1)?.body).toEqual(sent)
    }
  })

  it('gives a second one on the same database a link that opens the inspector, and no log', async () => {
    const db = join(emptyFolder(), 'a.db')
    const first = startListening([], { db })
    closers.push(() => first.stop('SIGKILL'))
    const { inspectorLink } = await first.waitForLine('ready')
    const second = started(['--tunnel', 'none', '--db', db])
    const shown = await second.shows(/already open in another hookscope in process \d+\s+Its inspector: \S+/)
    const link = shown.split(' ').at(-1) ?? ''
    expect(link).toBe(inspectorLink)
    expect(await second.code).toBe(3)
    const opened = await fetch(link, { redirect: 'manual' })
    expect([opened.status, opened.headers.get('set-cookie')]).toEqual([303, expect.stringContaining('HttpOnly')])
    const { code, stderr } = await runCommand(['--tunnel', 'none', '--db', db])
    expect([code, stderr]).toEqual([3, expect.stringContaining('Its inspector is at the link that it printed.')])
    expect(stderr).not.toContain(new URL(link).searchParams.get('token'))
  })

  it('shows no colour when asked not to', async () => {
    const terminal = started(base(), { NO_COLOR: '1' })
    await terminal.shows(/Keys: /)
    expect(terminal.raw()).not.toContain('\u001b[3')
    terminal.type('q')
    expect(await terminal.code).toBe(0)
  })
})

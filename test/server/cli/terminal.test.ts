/** `hookscope` at a terminal, a real one by script(1): colours, the prompt, the keys. */
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { emptyFolder } from '../../helpers/command.ts'
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
    await terminal.shows(/#2 /)
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

  it('shows no colour when asked not to', async () => {
    const terminal = started(base(), { NO_COLOR: '1' })
    await terminal.shows(/Keys: /)
    expect(terminal.raw()).not.toContain('\u001b[3')
    terminal.type('q')
    expect(await terminal.code).toBe(0)
  })
})

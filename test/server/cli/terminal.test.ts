/** `hookscope` at a terminal, a real one by script(1): colours, the prompt, the keys. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { commandPath, emptyFolder } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'
import { startMerchant } from '../../helpers/merchants.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** util-linux's: the options are others elsewhere. */
const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0

function atTerminal(args: readonly string[], env: Record<string, string> = {}) {
  const quoted = [process.execPath, commandPath, ...args].map(word => `'${word}'`).join(' ')
  const command = `stty cols 120 rows 40; exec ${quoted}`
  const child: ChildProcessWithoutNullStreams = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: emptyFolder(),
    env: { PATH: process.env['PATH'], HOME: emptyFolder(), TERM: 'xterm-256color', CI: '1', ...env },
  })
  closers.push(() => child.kill('SIGKILL'))
  let raw = ''
  const waiting = new Set<() => void>()
  child.stdout.on('data', (chunk: Buffer) => {
    raw += chunk.toString()
    for (const look of waiting) look()
  })
  const code = new Promise<number | null>(resolve => child.on('close', resolve))
  return {
    code,
    raw: () => raw,
    type: (text: string) => void child.stdin.write(text),
    shows: (pattern: RegExp) =>
      new Promise<string>(resolve => {
        const look = () => {
          const found = pattern.exec(stripVTControlCharacters(raw))
          if (found === null) return
          waiting.delete(look)
          resolve(found[0])
        }
        waiting.add(look)
        look()
      }),
  }
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

describe.skipIf(!hasScript)('at a terminal', () => {
  it('has keys, and q ends it with 0', async () => {
    const app = await startMerchant()
    closers.push(() => app.close())
    const terminal = atTerminal([...base(), '--forward', app.url])
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
    const terminal = atTerminal([...base(), '--signature-key'])
    await terminal.shows(/Signature key of the webhook/)
    terminal.type('merchant-signature-key\r')
    await terminal.shows(/Keys: /)
    await terminal.shows(/the signature key ••••-key/)
    expect(terminal.raw()).not.toContain('merchant-sig')
    terminal.type('\x03')
    expect(await terminal.code).toBe(0)
  })

  it('shows no colour when asked not to', async () => {
    const terminal = atTerminal(base(), { NO_COLOR: '1' })
    await terminal.shows(/Keys: /)
    expect(terminal.raw()).not.toContain('\u001b[3')
    terminal.type('q')
    expect(await terminal.code).toBe(0)
  })
})

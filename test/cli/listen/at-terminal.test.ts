/** `hookscope` at a terminal, a real one by script(1): colours, the prompt, the keys. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { emptyFolder, runCommand, startListening } from '../../helpers/command.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { openGateway } from '../../helpers/gateway.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'
import { atTerminal, hasTerminal, type Terminal } from '../../helpers/terminal.ts'
import { muteCloudflared } from '../../helpers/tunnel-programs.ts'
import { startTunnelServer } from '../../helpers/tunnel-server.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function started(args: readonly string[], env: Record<string, string> = {}, cwd?: string): Terminal {
  const terminal = atTerminal(args, env, cwd)
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
    await terminal.shows(/Forwarding paused: deliveries wait\. Press p to resume\.\r?\n/)
    await gateway.post('ach.settled')
    await terminal.shows(
      /#2 .*→ paused\r?\n +Forwarding is paused: it is sent when forwarding resumes\. Resume in Settings, or press p in the terminal\.\r?\n/,
    )
    expect(app.received).toHaveLength(2)
    terminal.type('p')
    await terminal.shows(/Forwarding resumed\.\r?\n[\s\S]*#2 {2}forwarded to/)
    terminal.type('q')
    await terminal.shows(/2 deliveries arrived in this run, kept/)
    expect(await terminal.code, terminal.raw()).toBe(0)
  })

  it('fits 80 columns: a line a forwarded delivery, three for the first rejected one, and one row of what is kept', async () => {
    const app = await startMerchant()
    closers.push(() => app.close())
    const folder = emptyFolder()
    const args = [...base(), '--forward', app.url]
    const start = () => {
      const terminal = atTerminal(args, { HOOKSCOPE_SIGNATURE_KEY: 'merchant-signature-key' }, folder, 80)
      closers.push(terminal.stop)
      return terminal
    }
    const first = start()
    const url = await first.shows(/http:\/\/localhost:\d+\/[\w-]{24}/)
    await first.shows(/Add Hook[\s\S]*Keys: /)
    const gateway = openGateway({ url, key: 'merchant-signature-key' })
    const stranger = openGateway({ url, key: 'another-key' })
    closers.push(
      () => gateway.close(),
      () => stranger.close(),
    )
    await gateway.post('transaction.sale.success')
    await first.shows(/#1 .*→ 200 in/)
    await stranger.post('transaction.sale.success')
    await first.shows(/#2 .*\r\n[\s\S]*rewrite the body\./)
    await stranger.post('transaction.sale.success')
    await first.shows(/#3 .*\r\n {4}The signature does not fit the body\.\r\n/)
    first.type('q')
    expect(await first.code, first.raw()).toBe(0)
    const shown = stripVTControlCharacters(first.raw()).split('\r\n')
    const from = shown.findIndex(line => line.startsWith('#1'))
    expect(shown.slice(from, from + 6)).toEqual([
      expect.stringMatching(/^#1 {2}transaction\.sale\.success .* ✓ verified {2}→ 200 in \d+ ms$/),
      expect.stringMatching(/^#2 {2}transaction\.sale\.success .* ✗ rejected \(401\)/),
      expect.stringMatching(/^ {4}The signature does not fit the body: /),
      expect.stringMatching(/^ {4}.*rewrite the body\.$/),
      expect.stringMatching(/^#3 .* ✗ rejected \(401\)/),
      '    The signature does not fit the body.',
    ])
    const second = start()
    await second.shows(/ {2}Kept in .*\r\n {14}3 kept, last (?:just now|\d+ s ago)\r\n {2}Forwarded/)
    await second.shows(/Keys: /)
    second.type('q')
    expect(await second.code, second.raw()).toBe(0)
    expect(second.raw()).not.toContain('Add Hook')
    for (const line of stripVTControlCharacters(`${first.raw()}${second.raw()}`).split(/\r?\n/))
      if (/\S \S/.test(line.trim())) expect(line.length, line).toBeLessThanOrEqual(80)
  })

  it('asks for a key without showing it, and ends with 0 at Ctrl-C', async () => {
    const terminal = started([...base(), '--signature-key'])
    await terminal.shows(/Signature key of the webhook/)
    terminal.type('merchant-signature-key\r')
    await terminal.shows(/Keys: /)
    await terminal.shows(/the signature key ••••-key/)
    expect(terminal.raw()).not.toContain('merchant-sig')
    terminal.type('\x03')
    expect(await terminal.code, terminal.raw()).toBe(0)
  })

  it('asks before it drops all that is kept by its age: the clock may be wrong', async () => {
    const db = join(emptyFolder(), 'a.db')
    const kept = async () => {
      const store = openSqlite({ path: db })
      const { total } = await store.deliveries.facets()
      await store.close()
      return total
    }
    const store = openSqlite({ path: db })
    await store.deliveries.append(arrival({ receivedAt: Date.now() - 400 * 86_400_000 }))
    await store.close()
    const args = ['--port', '0', '--inspector-port', '0', '--tunnel', 'none', '--no-open', '--db', db]
    // Nobody is there to be asked.
    const alone = startListening([], { db })
    await alone.waitForText(/arrived 400 days ago[\s\S]*They are not dropped in this run\./)
    await alone.stop()
    for (const [answer, left] of [
      ['n', 1],
      ['y', 0],
    ] as const) {
      const terminal = started(args)
      await terminal.shows(
        /is this machine’s clock right\?[\s\S]*1 delivery is\s+older than\s+the limit\s+of 90 days[\s\S]*Drop them\?/,
      )
      terminal.type(answer)
      await terminal.shows(answer === 'y' ? /1 delivery was dropped\./ : /Keys: \? lists them/)
      terminal.type('q')
      expect(await terminal.code, terminal.raw()).toBe(0)
      expect(await kept()).toBe(left)
    }
  })

  it('asks about the line break that an editor added: as it came, or as it was saved', async () => {
    const app = await startMerchant()
    closers.push(() => app.close())
    const [folder, { body }] = [emptyFolder(), arrival()]
    const [db, editor] = [join(folder, 'a.db'), join(folder, 'editor.mjs')]
    writeFileSync(editor, `import { appendFileSync } from 'node:fs'\nappendFileSync(process.argv.at(-1), '\\n')`)
    const store = openSqlite({ path: db })
    await store.deliveries.append(arrival())
    await store.close()
    const replay = ['replay', '1', '--edit', '--to', app.url, '--db', db]
    for (const [keys, sent] of [
      ['\r', Buffer.from(body)],
      ['\u001b[B\r', Buffer.concat([body, Buffer.from('\n')])],
    ] as const) {
      const terminal = started(replay, { EDITOR: `${process.execPath} ${editor}` })
      await terminal.shows(/Your editor added a line break at the end and changed nothing else[\s\S]*as it was saved/)
      terminal.type(keys)
      expect(await terminal.code, terminal.raw()).toBe(0)
      expect(app.received.at(-1)?.body).toEqual(sent)
    }
  })

  it('gives a second one on the same database a link that opens the inspector, and no log', async () => {
    const db = join(emptyFolder(), 'a.db')
    const first = startListening([], { db })
    closers.push(() => first.stop('SIGKILL'))
    const { inspectorLink } = await first.waitForLine('ready')
    const second = started(['--tunnel', 'none', '--db', db])
    const shown = await second.shows(/already open in another hookscope in process\s+\d+\.\s+Its inspector: \S+/)
    const link = shown.split(' ').at(-1) ?? ''
    expect(link).toBe(inspectorLink)
    expect(await second.code, second.raw()).toBe(3)
    const opened = await fetch(link, { redirect: 'manual' })
    expect([opened.status, opened.headers.get('set-cookie')]).toEqual([303, expect.stringContaining('HttpOnly')])
    const { code, stderr } = await runCommand(['--tunnel', 'none', '--db', db])
    expect([code, stderr]).toEqual([3, expect.stringContaining('Its inspector is at the link it printed.')])
    expect(stderr).not.toContain(new URL(link).searchParams.get('token'))
  })

  it('offers another way while the tunnel fails; t and a number take one, also beside the one that listens', async () => {
    const server = await startTunnelServer()
    const cloudflared = muteCloudflared()
    closers.push(() => server.close())
    server.behave({ refuse: { status: 503, text: 'full' } })
    const db = join(emptyFolder(), 'a.db')
    const args = ['--port', '0', '--inspector-port', '0', '--no-open', '--db', db, '--tunnel-host', server.host]
    const first = started(args, { PATH: cloudflared.path })
    const offered = await first.shows(/Also ready here: [\s\S]*?press t to take it or another one\.[\s\S]*?console\./)
    expect(offered.replace(/\s+/g, ' ')).toMatch(
      /Deliveries are then seen by \S+\. Enter its Hook URL in the console\./,
    )
    // A number without t takes nothing.
    first.type('1')
    first.type('t')
    const number = /(\d) {2}cloudflared +another Hook URL at each start; seen by Cloudflare/
    const shown = await first.shows(number)
    await first.shows(/The next start opens --tunnel localtunnel again[\s\S]*Press its number within a minute/)
    expect(cloudflared.isStarted()).toBe(false)
    first.type(number.exec(shown)?.[1] ?? '')
    await first.shows(/Opening cloudflared …/)
    await expect.poll(cloudflared.isStarted).toBe(true)

    server.behave({})
    const second = started(['--db', db])
    await second.shows(/Tunnel +Tunnel is opening/)
    await second.shows(/Ctrl-C ends this view/)
    second.type('t')
    const back = /(\d) {2}localtunnel +the Hook URL mostly stays; seen by 127\.0\.0\.1:\d+/
    const choice = await second.shows(back)
    await second.shows(/Press its number/)
    second.type(back.exec(choice)?.[1] ?? '')
    await second.shows(/Opening localtunnel …\s+The tunnel is up\. Hook URL: http/)
    await first.shows(/The tunnel is up\. Hook URL: http/)
    // One after the other: who shows a hookscope that ends meanwhile ends with that.
    second.type('q')
    expect(await second.code, second.raw()).toBe(0)
    first.type('q')
    expect(await first.code, first.raw()).toBe(0)
  })

  it('shows what comes to the one that listens when nothing else is asked of a second one, with its keys', async () => {
    const db = join(emptyFolder(), 'a.db')
    const app = await startMerchant(manners.answers('200 OK'))
    closers.push(() => app.close())
    const first = startListening(['--forward', app.url], { db })
    closers.push(() => first.stop('SIGKILL'))
    const { hooks } = await first.waitForLine('ready')
    const second = started(['--db', db])
    await second.shows(/already running on this database[\s\S]*Ctrl-C ends this view/)
    await second.shows(/Forwarded +to http:\/\/\S+ · (?:up|not checked yet)/)
    const gateway = openGateway({ url: hooks[0]?.localUrl ?? '' })
    closers.push(() => gateway.close())
    await gateway.post('ach.settled')
    await second.shows(/#1 {2}ach\.settled[\s\S]*200 in/)
    second.type('r')
    await first.waitForLine('attempt', ({ source }) => source === 'replay')
    second.type('p')
    await second.shows(/Forwarding paused/)
    second.type('?')
    await second.shows(/q +end this view; the other hookscope keeps listening/)
    second.type('q')
    expect(await second.code, second.raw()).toBe(0)
    // The one that listens goes on.
    await gateway.post('ach.returned')
    expect(await first.waitForLine('delivery', ({ id }) => id === 2)).toMatchObject({ eventType: 'ach.returned' })
  })

  it('takes the keys of two that show it, as those of one', async () => {
    const db = join(emptyFolder(), 'a.db')
    const app = await startMerchant(manners.answers('200 OK'))
    closers.push(() => app.close())
    const first = startListening(['--forward', app.url], { db })
    closers.push(() => first.stop('SIGKILL'))
    const { hooks } = await first.waitForLine('ready')
    const gateway = openGateway({ url: hooks[0]?.localUrl ?? '' })
    closers.push(() => gateway.close())
    await gateway.post('ach.settled')
    await app.arrived(1)
    const [one, other] = [started(['--db', db]), started(['--db', db])]
    await Promise.all([one, other].map(shown => shown.shows(/Ctrl-C ends this view[\s\S]*Kept in/)))
    one.type('r')
    other.type('r')
    await app.arrived(3)
    one.type('p')
    await one.shows(/Forwarding paused/)
    other.type('p')
    await other.shows(/Forwarding resumed/)
    one.type('q')
    expect(await one.code, one.raw()).toBe(0)
    await gateway.post('ach.returned')
    await other.shows(/#2 {2}ach\.returned[\s\S]*200 in/)
    expect(app.received).toHaveLength(4)
  })

  it('asks before a config file that is code is run, once: No is what follows from Enter, yes is remembered', async () => {
    const folder = emptyFolder()
    const config = join(folder, 'hookscope.config.ts')
    const env = { HOME: folder, XDG_CONFIG_HOME: join(folder, '.config') }
    writeFileSync(config, "console.error('it ran')\nexport default { db: 'none.db' }\n")
    const asked = started(['samples'], env, folder)
    await asked.shows(/hookscope\.config\.ts is code[\s\S]*whatever you can do here[\s\S]*Run it\?/)
    asked.type('\r')
    expect(await asked.code, asked.raw()).toBe(2)
    expect(asked.raw()).not.toContain('it ran')

    const trusted = started(['samples'], env, folder)
    await trusted.shows(/Run it\?/)
    trusted.type('y\r')
    await trusted.shows(/it ran/)
    expect(await trusted.code, trusted.raw()).toBe(0)
    const again = started(['samples'], env, folder)
    await again.shows(/it ran/)
    expect(await again.code, again.raw()).toBe(0)
    expect(again.raw()).not.toContain('Run it?')

    writeFileSync(config, "console.error('it ran')\nexport default { db: 'other.db' }\n")
    const changed = started(['samples'], env, folder)
    await changed.shows(/has changed since you trusted it[\s\S]*Run it\?/)
    changed.type('\u0003')
    expect(await changed.code, changed.raw()).toBe(2)
    expect(changed.raw()).not.toContain('it ran')
  })

  it('shows no colour when asked not to', async () => {
    const terminal = started(base(), { NO_COLOR: '1' })
    await terminal.shows(/Keys: /)
    expect(terminal.raw()).not.toContain('\u001b[3')
    terminal.type('q')
    expect(await terminal.code, terminal.raw()).toBe(0)
  })
})

/** Tunnels by ssh, against a real sshd on loopback; the services are stood in for by what they print. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, type TestContext, test, vi } from 'vitest'
import { sshPlaceOf } from '../../../core/tunnels/ssh-place.ts'
import { identityOf, keepChildren } from '../../../server/lib/children.ts'
import { ensureKey, sshFiles } from '../../../server/tunnel/ssh-key.ts'
import type { TunnelOptions } from '../../../server/tunnel/tunnel.ts'
import { emptyFolder, startCommand } from '../../helpers/command.ts'
import { eventBytes, openGateway } from '../../helpers/gateway.ts'
import { portApart } from '../../helpers/ports.ts'
import { type Sshd, startSshd } from '../../helpers/sshd.ts'
import { inState, openQuickly, provedUp, startProbed, type Watched } from './probed.ts'

/** Side by side: most of their time they wait for processes and clocks. */
describe('by ssh', { concurrent: true, skip: process.platform === 'win32' }, () => {
  /** Lets in whose key is in `authorizedKeys`; for tests that do nothing to it. */
  let shared: Sshd
  let authorizedKeys: string
  const really = globalThis.fetch
  /** The services' part: their public names lead to the forwards. */
  const forwards = new Map<string, string>()

  beforeAll(async () => {
    authorizedKeys = join(emptyFolder(), 'authorized_keys')
    shared = await startSshd({ authorizedKeys })
    vi.stubGlobal('fetch', (input: URL | string, init: RequestInit) => {
      const { hostname, pathname } = new URL(input)
      const forward = forwards.get(hostname)
      return really(forward === undefined ? input : new URL(pathname, forward), init)
    })
  })
  afterAll(async () => {
    vi.unstubAllGlobals()
    await shared?.close()
  })

  /** Makes the key of a data folder and lets it in, to what a line of authorized_keys allows. */
  async function letIn(folder: string, allowed = ''): Promise<void> {
    appendFileSync(authorizedKeys, `${allowed}${await ensureKey(folder, process.env)}\n`)
  }

  /** What one test has for itself. */
  async function prepare({ onTestFinished }: TestContext, sshd = shared) {
    const folder = emptyFolder()
    const [probed, remotePort] = await Promise.all([startProbed(), portApart()])
    const opened: Watched[] = []
    onTestFinished(async () => {
      await Promise.all(opened.map(tunnel => tunnel.close()))
      await Promise.all([sshd === shared ? null : sshd.close(), probed.close()])
    })
    const publicUrl = `http://127.0.0.1:${remotePort}`
    function open(options: Partial<TunnelOptions> = {}): Watched {
      const tunnel = openQuickly(probed, {
        provider: 'ssh',
        host: sshd.destination,
        remote: `127.0.0.1:${remotePort}`,
        publicUrl,
        folder,
        ...options,
        pace: { askMs: 5000, forwardMs: 100, aliveMs: 1000, probeTimeoutMs: 1000, ...options.pace },
      })
      opened.push(tunnel)
      return tunnel
    }
    return { folder, probed, remotePort, publicUrl, open, sshd }
  }

  /** The same with a server of its own, which the test may mistreat; it lets in the key that is made as the tunnel is opened. */
  async function prepareApart(context: TestContext, keys?: string) {
    const folder = emptyFolder()
    const sshd = await startSshd({ authorizedKeys: keys ?? sshFiles(folder).publicKey })
    const prepared = await prepare(context, sshd)
    return { ...prepared, folder, open: (options = {}) => prepared.open({ folder, ...options }) }
  }

  test('is up with a key of its own that nobody else can read, and 700 bodies come exact at 20 connections', async context => {
    const { folder, probed, publicUrl, open, sshd } = await prepareApart(context)
    const tunnel = open({ pace: { probeTimeoutMs: 30_000 } })
    expect(await provedUp(tunnel)).toMatchObject({ url: publicUrl, changedFrom: null })
    const { key, knownHosts } = sshFiles(folder)
    expect(statSync(key).mode & 0o777).toBe(0o600)
    expect(readFileSync(knownHosts, 'utf8')).toContain(`[127.0.0.1]:${sshd.port} `)
    const bodies = Array.from({ length: 700 }, (_, index) => randomBytes(1 + ((index * 37) % 5000)))
    let next = 0
    const answered = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const mine: boolean[] = []
        for (let index = next++; index < bodies.length; index = next++) {
          const body = bodies[index] ?? Buffer.of()
          const response = await fetch(`${publicUrl}/x`, { method: 'POST', body: new Uint8Array(body) })
          mine.push(Buffer.from(await response.arrayBuffer()).equals(body))
        }
        return mine
      }),
    )
    expect(answered.flat().filter(Boolean)).toHaveLength(700)
    expect(probed.bodies).toHaveLength(700)
  })

  test('a server that is killed is told in words, and the tunnel is back when it is', async context => {
    const { publicUrl, open, sshd } = await prepareApart(context)
    const tunnel = open()
    await provedUp(tunnel)
    await sshd.kill()
    const { reason } = await inState(tunnel, 'retrying', ({ reason }) => reason.includes('No SSH server'))
    expect(reason).toBe(`No SSH server answers at [127.0.0.1]:${sshd.port}.`)
    await sshd.restart()
    expect(await provedUp(tunnel)).toMatchObject({ url: publicUrl, changedFrom: null })
  })

  test('a server that stalls is noticed, and the tunnel is back when it goes on', async context => {
    const { publicUrl, open, sshd } = await prepareApart(context)
    const tunnel = open()
    await provedUp(tunnel)
    await sshd.signalAll('SIGSTOP')
    expect((await inState(tunnel, 'retrying')).reason).toMatch(/did not answer|stopped answering/)
    await sshd.signalAll('SIGCONT')
    expect(await provedUp(tunnel)).toMatchObject({ url: publicUrl })
  })

  test('a port that somebody holds is told as such, and asked for again', async context => {
    const { folder, remotePort, open } = await prepare(context)
    await letIn(folder)
    const holder = createServer(socket => socket.destroy())
    await new Promise<void>(resolve => holder.listen(remotePort, '127.0.0.1', resolve))
    const tunnel = open()
    const { reason } = await inState(tunnel, 'retrying', ({ reason }) => reason.includes('port'))
    expect(reason).toContain(`does not give the port 127.0.0.1:${remotePort}: the last session may still hold it`)
    await new Promise(resolve => holder.close(resolve))
    await provedUp(tunnel)
  })

  test('a key that is refused is not tried again, and what to add is said', async context => {
    const nobody = join(emptyFolder(), 'nobody')
    writeFileSync(nobody, '')
    const { folder, remotePort, open, sshd } = await prepareApart(context, nobody)
    const { reason, hint } = await inState(open(), 'down')
    expect(reason).toContain(`[127.0.0.1]:${sshd.port} refuses hookscope's SSH key`)
    const key = readFileSync(sshFiles(folder).publicKey, 'utf8').split(' ')[1]
    expect(hint).toContain(
      `restrict,port-forwarding,permitlisten="127.0.0.1:${remotePort}" ssh-ed25519 ${key} hookscope`,
    )
    // The very line lets it in; until then another try would have been made several times over.
    writeFileSync(nobody, `${/restrict.+/.exec(hint)?.[0]}\n`)
    await provedUp(open())
    expect(sshd.log().match(/Connection closed by authenticating user/g)).toHaveLength(1)
  })

  test('a host key that is another one ends it, with the command that forgets the old one', async context => {
    const { folder, open, sshd } = await prepareApart(context)
    const first = open()
    await provedUp(first)
    await first.close()
    await sshd.restart({ otherHostKey: true })
    const { reason, hint } = await inState(open(), 'down')
    expect(reason).toContain('has another host key than before')
    expect(hint).toContain(`ssh-keygen -R '[127.0.0.1]:${sshd.port}' -f ${sshFiles(folder).knownHosts}`)
  })

  test('leaves no process behind, also when it is closed while it opens', async context => {
    const { folder, open } = await prepare(context)
    await letIn(folder)
    const started: number[] = []
    const children = { ...keepChildren(noSettings(), 'tunnel-children'), started: (pid: number) => started.push(pid) }
    const tunnel = open({ children })
    await provedUp(tunnel)
    await tunnel.close()
    const early = open({ children })
    await expect.poll(() => started).toHaveLength(2)
    await early.close()
    for (const pid of started) expect(() => process.kill(pid, 0)).toThrow()
  })

  test('a session that stands still, as over a sleep or in another network, is ended and opened anew', async context => {
    const { folder, publicUrl, open } = await prepare(context)
    await letIn(folder)
    const started: number[] = []
    const children = { ...keepChildren(noSettings(), 'tunnel-children'), started: (pid: number) => started.push(pid) }
    const tunnel = open({ children })
    await provedUp(tunnel)
    const [first = 0] = started
    process.kill(first, 'SIGSTOP')
    await inState(tunnel, 'retrying')
    expect(await provedUp(tunnel)).toMatchObject({ url: publicUrl, changedFrom: null })
    expect(() => process.kill(first, 0)).toThrow()
  })

  describe('at a service without an account', () => {
    /** What they print, and the URL that it holds. Each is behind the real sshd, which runs this in place of a shell. */
    const services = [
      [
        'srv.us',
        "printf '1: https://abcdefghijklmnopqrstuvwxyz.srv.us/\\r\\n'",
        'https://abcdefghijklmnopqrstuvwxyz.srv.us',
      ],
      [
        'localhost.run',
        `echo '{"connection_id":"1","event":"authn","message":"authenticated as anonymous user"}'
echo '{"connection_id":"1","event":"tcpip-forward","message":"a1b2.lhr.life tunneled with tls termination, https://a1b2.lhr.life","address":"a1b2.lhr.life","listen_host":"a1b2.lhr.life","status":"success"}'`,
        'https://a1b2.lhr.life',
      ],
      [
        'pinggy',
        `printf 'You are not authenticated.\\nYour tunnel will expire in 60 minutes. Upgrade to Pinggy Pro to get unrestricted tunnels. https://dashboard.pinggy.io\\n\\nhttp://rnabc-1-2-3-4.a.free.pinggy.link\\nhttps://rnabc-1-2-3-4.a.free.pinggy.link\\n'`,
        'https://rnabc-1-2-3-4.a.free.pinggy.link',
      ],
    ] as const

    /** @param hosts its public names */
    async function serviceThat(context: TestContext, prints: (folder: string) => string, hosts: readonly string[]) {
      const prepared = await prepare(context)
      const { folder, remotePort, publicUrl } = prepared
      const script = join(folder, 'service.sh')
      writeFileSync(script, `#!/bin/sh\n${prints(folder)}\nexec sleep 600\n`, { mode: 0o755 })
      await letIn(folder, `command="${script}" `)
      for (const host of hosts) forwards.set(host, publicUrl)
      const place = sshPlaceOf(shared.destination)
      if (place === null) throw new Error('no place')
      const at = { host: null, publicUrl: null, serviceAt: { place, remote: `127.0.0.1:${remotePort}` } }
      return { folder, open: (options: Partial<TunnelOptions>) => prepared.open({ ...at, ...options }) }
    }

    test.for(services)('%s', async ([provider, prints, url], context) => {
      const { open } = await serviceThat(context, () => prints, [new URL(url).hostname])
      expect(await provedUp(open({ provider }))).toMatchObject({ url, changedFrom: null })
    })

    test('that gives another URL under way, or at the next start, is told of with the one before', async context => {
      const line = (name: string) => `echo '{"event":"tcpip-forward","address":"${name}.lhr.life","status":"success"}'`
      const { folder, open } = await serviceThat(
        context,
        within => `${line('before')}\nwhile [ ! -e ${within}/go ]; do sleep 0.05; done\n${line('after')}`,
        ['before.lhr.life', 'after.lhr.life'],
      )
      const tunnel = open({ provider: 'localhost.run' })
      await provedUp(tunnel)
      writeFileSync(join(folder, 'go'), '')
      const moved = await inState(tunnel, 'up', ({ url, roundTripMs }) => url.includes('after') && roundTripMs !== null)
      expect(moved).toMatchObject({ url: 'https://after.lhr.life', changedFrom: 'https://before.lhr.life' })
    })

    test('that says a URL outside of its domain, or none, is not believed', async context => {
      const says = "echo '1: https://abcdefghijklmnopqrstuvwxyz.srv.us.stranger.example/'"
      const { open } = await serviceThat(context, () => says, [])
      const tunnel = open({ provider: 'srv.us', pace: { askMs: 300 } })
      expect((await inState(tunnel, 'retrying')).reason).toBe('ssh gave no URL within 0.6 s.')
    })
  })

  test('the command goes through it, and what outlives a kill -9 is ended at the next start', async context => {
    const { remotePort, publicUrl } = await prepare(context)
    const home = emptyFolder()
    await letIn(join(home, 'hookscope'))
    const db = join(home, 'deliveries.db')
    const start = () =>
      startCommand(
        [
          ...['--json', '--no-open', '--port', '0', '--inspector-port', '0', '--db', db, '--signature-key', 'key'],
          ...['--tunnel', 'ssh', '--tunnel-host', shared.destination, '--tunnel-remote', `127.0.0.1:${remotePort}`],
          ...['--public-url', publicUrl],
        ],
        { env: { XDG_DATA_HOME: home } },
      )
    const first = start()
    context.onTestFinished(() => void first.stop('SIGKILL'))
    await first.waitForLine('tunnel', ({ state }) => state === 'up')
    const orphans = sshesOf(first.pid)
    expect(orphans).toHaveLength(1)
    await first.stop('SIGKILL')
    expect(await identityOf(orphans[0] ?? 0)).not.toBeNull()

    const second = start()
    context.onTestFinished(() => void second.stop('SIGKILL'))
    const up = await second.waitForLine('tunnel', ({ state }) => state === 'up')
    expect(await identityOf(orphans[0] ?? 0)).toBeNull()
    const gateway = openGateway({ url: up.hooks[0]?.hookUrl ?? '', key: 'key' })
    const body = eventBytes('transaction.sale.success')
    expect((await gateway.post(body)).status).toBe(200)
    gateway.close()
    expect(await second.waitForLine('delivery')).toMatchObject({ verdict: 'verified', bytes: body.length })
    const [mine] = sshesOf(second.pid)
    expect((await second.stop()).code).toBe(0)
    expect(await identityOf(mine ?? 0)).toBeNull()
  })
})

test('a process that has the id of one that was left over, but is another, is let be', async () => {
  const other = { pid: process.pid, name: 'ssh', identity: 'started at another time' }
  const settings = noSettings()
  await settings.set('tunnel-children', JSON.stringify([other]))
  expect(await keepChildren(settings, 'tunnel-children').endLeftOver()).toEqual([])
  expect(await settings.get('tunnel-children')).toBeNull()
})

function noSettings() {
  const values = new Map<string, string>()
  return {
    get: async (name: string) => values.get(name) ?? null,
    set: async (name: string, value: string | null) => {
      if (value === null) values.delete(name)
      else values.set(name, value)
    },
  }
}

/** The ssh processes that a command started. */
function sshesOf(parent: number): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' }).trim().split('\n')
  return rows.flatMap(row => {
    const [pid, of, name = ''] = row.trim().split(/\s+/)
    return Number(of) === parent && /ssh$/.test(name) ? [Number(pid)] : []
  })
}

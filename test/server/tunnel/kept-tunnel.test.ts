/** A listener's tunnel, which a person replaces by another way: from a real sshd to a stand-in for cloudflared and back. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { tunnelWords } from '../../../core/api/tunnel-words.ts'
import { loadSettings } from '../../../server/config/config.ts'
import { type KeptTunnel, openKeptTunnel } from '../../../server/tunnel/kept-tunnel.ts'
import { sshFiles } from '../../../server/tunnel/ssh-key.ts'
import { portApart } from '../../helpers/ports.ts'
import { startSshd } from '../../helpers/sshd.ts'
import { inState, type Probed, provedUp, startProbed } from './probed.ts'

const standIn = `#!${process.execPath}
require('node:fs').writeFileSync(require('node:path').join(__dirname, 'started'), String(process.pid))
console.error('2026-11-23T15:00:00Z INF |  https://till.trycloudflare.com  |')
console.error('2026-11-23T15:00:00Z INF Registered tunnel connection connIndex=0')
setInterval(() => {}, 1000)
`
const quick = 'https://till.trycloudflare.com'
const pace = { askMs: 5000, settleMs: 20, forwardMs: 50, probeEveryMs: 100, probeTimeoutMs: 1000, backoffMs: [50] }

describe.skipIf(process.platform === 'win32')('the tunnel of a listener', () => {
  let folder: string
  let probed: Probed
  const kept = new Map<string, string>()
  const closers: (() => unknown)[] = []
  const said: string[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookscope-kept-'))
    await writeFile(join(folder, 'cloudflared'), standIn)
    await chmod(join(folder, 'cloudflared'), 0o755)
    probed = await startProbed()
    vi.stubEnv('XDG_DATA_HOME', folder)
    // Cloudflare's part: its public names lead to the receiver.
    const really = globalThis.fetch
    vi.stubGlobal('fetch', (input: URL, init: RequestInit) =>
      really(
        input.hostname.endsWith('.trycloudflare.com') ? `http://127.0.0.1:${probed.port}${input.pathname}` : input,
        init,
      ),
    )
  })
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
    vi.unstubAllGlobals()
    vi.unstubAllEnvs()
    kept.clear()
    said.length = 0
    await probed.close()
    await rm(folder, { recursive: true })
  })

  async function open(options: Record<string, string>, path: string, answer?: 'none'): Promise<KeptTunnel> {
    const { settings } = await loadSettings({
      options: { db: join(folder, 'a.db'), ...options },
      ...{ config: { path: false, trusted: false }, environment: {}, folder, reads: 'everything', ask: null },
    })
    const store = {
      get: async (name: string) => kept.get(name) ?? null,
      set: async (name: string, value: string | null) =>
        void (value === null ? kept.delete(name) : kept.set(name, value)),
      onChanged: () => () => {},
    }
    const tunnel = await openKeptTunnel(settings, store, probed, {
      ask: answer === undefined ? null : async () => answer,
      log: line => said.push(line),
      environment: { ...process.env, PATH: path },
      pace,
    })
    closers.push(() => tunnel.close())
    return tunnel
  }

  const isRunning = (pid: number) => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }

  test('offers another way after repeated failure, takes it when it is told to, and goes back', async () => {
    const [sshd, port] = await Promise.all([
      startSshd({ authorizedKeys: sshFiles(join(folder, 'hookscope')).publicKey }),
      portApart(),
    ])
    closers.push(() => sshd.close())
    const publicUrl = `http://127.0.0.1:${port}`
    const options = { tunnel: 'ssh', tunnelHost: sshd.destination, tunnelRemote: `127.0.0.1:${port}`, publicUrl }
    const tunnel = await open(options, [folder, process.env['PATH']].join(delimiter))
    await provedUp(tunnel)
    await sshd.kill()
    const { offer } = await inState(tunnel, 'retrying', status => status.offer !== undefined)
    expect(offer).toEqual({ name: 'srv.us', seenBy: 'srv.us', stable: 'yes', consoleUrl: publicUrl })
    // It goes on with its own way meanwhile.
    expect(tunnel.knownUrl()).toBe(publicUrl)
    expect(await tunnel.ways()).toMatchObject({
      consoleUrl: publicUrl,
      nextStart: { name: 'ssh', options: '--tunnel ssh' },
      ways: expect.arrayContaining([
        expect.objectContaining({ name: 'ssh', ready: true, current: true, seenBy: 'your own server' }),
        expect.objectContaining({ name: 'cloudflared', ready: true, current: false, seenBy: 'Cloudflare' }),
        expect.objectContaining({ name: 'ngrok', ready: false }),
      ]),
    })
    await expect(tunnel.use('ngrok')).rejects.toThrow('ngrok cannot be opened here: ngrok is not on the PATH.')

    await tunnel.use('cloudflared')
    expect(tunnel.knownUrl()).toBeNull()
    expect(await provedUp(tunnel)).toMatchObject({ url: quick, changedFrom: publicUrl })
    const pid = Number(await readFile(join(folder, 'started'), 'utf8'))
    expect(isRunning(pid)).toBe(true)
    expect(said).toContain('Opening cloudflared … Its Hook URL follows; the one of before leads nowhere meanwhile.')
    // Who has an old list takes what is open: it stays, with its URL.
    await expect(tunnel.use('cloudflared')).rejects.toThrow('cloudflared is open already.')
    expect(tunnel.status()).toMatchObject({ state: 'up', url: quick })
    expect(isRunning(pid)).toBe(true)
    const { ways } = await tunnel.ways()
    const urlOf = (of: string) => ways.find(({ name }) => name === of)?.sameUrl
    expect(['ssh', 'srv.us', 'cloudflared'].map(urlOf)).toEqual(['yes', undefined, undefined])
    // Its operator was named and agreed to: the next start without options opens it.
    expect(kept.get('tunnel')).toBe('cloudflared')

    await sshd.restart()
    await tunnel.use('ssh')
    // The console has had it all the time.
    expect(await provedUp(tunnel)).toMatchObject({ url: publicUrl, changedFrom: null })
    expect(isRunning(pid)).toBe(false)
  })

  test('where none was wanted at the start, says so, and opens one later', async () => {
    const tunnel = await open({}, folder, 'none')
    expect(tunnel.status()).toEqual({ state: 'off', declined: true })
    const { more } = tunnelWords(tunnel.status(), Date.now())
    expect(more).toContain('No tunnel was wanted at the start: the gateway cannot reach this machine.')
    expect(await tunnel.ways()).toMatchObject({ consoleUrl: null, nextStart: null })
    await tunnel.use('cloudflared')
    expect(await provedUp(tunnel)).toMatchObject({ url: quick, changedFrom: null })
  })

  test('closed while another way is taken leaves nothing open', async () => {
    const publicUrl = `http://127.0.0.1:${probed.port}`
    kept.set('public-url', 'https://before.example')
    const tunnel = await open({ tunnel: 'none', publicUrl }, [folder, process.env['PATH']].join(delimiter))
    // Whose URL the console has is not known: it may be that of any way that keeps its own.
    const same = (await tunnel.ways()).ways.map(({ name, sameUrl }) => [name, sameUrl])
    expect(same).toEqual(
      expect.arrayContaining([
        ['none', undefined],
        ['srv.us', 'maybe'],
        ['cloudflared', undefined],
      ]),
    )
    await tunnel.use('cloudflared')
    await provedUp(tunnel)
    const first = Number(await readFile(join(folder, 'started'), 'utf8'))
    const taking = Promise.all([tunnel.use('none'), tunnel.use('cloudflared')])
    await tunnel.close()
    await taking
    expect(tunnel.status().state).toBe('off')
    expect([first, Number(await readFile(join(folder, 'started'), 'utf8'))].map(isRunning)).toEqual([false, false])
  })
})

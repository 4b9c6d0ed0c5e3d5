/**
 * The programs with accounts. Stand-ins print what the real ones print: cloudflared 2026.5 (issues/972 and 1545 of decolua/9router for
 * its 429), ngrok 3 with `--log-format json` (ngrok.com/docs/errors), tailscale 1.58 to 1.90 (cmd/tailscale/cli/serve_v2.go).
 */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { TunnelOptions } from '../../../server/tunnel/tunnel.ts'
import { inState, openQuickly, type Probed, provedUp, startProbed, type Watched } from './probed.ts'

describe.skipIf(process.platform === 'win32')('a program on the PATH', () => {
  let folder: string
  let probed: Probed
  const opened: Watched[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookscope-programs-'))
    probed = await startProbed()
    const really = globalThis.fetch
    // Their part: the public names lead to the receiver.
    vi.stubGlobal('fetch', (input: URL, init: RequestInit) =>
      really(new URL(new URL(input).pathname, `http://127.0.0.1:${probed.port}`), init),
    )
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(tunnel => tunnel.close()))
    vi.unstubAllGlobals()
    await probed.close()
    await rm(folder, { recursive: true })
  })

  /** A tunnel by a stand-in that says each line on one of its streams, then ends with a code, or stays. */
  async function open(
    provider: TunnelOptions['provider'],
    [stream, said, exit]: readonly ['stdout' | 'stderr', readonly string[], number | null],
    options: Partial<TunnelOptions> = {},
  ): Promise<Watched> {
    const program = join(folder, provider)
    await writeFile(
      program,
      `#!/bin/sh\necho "$@" >> ${folder}/args\ncat ${stream === 'stderr' ? '>&2' : ''} <<'SAID'\n${said.join('\n')}\nSAID\n${exit === null ? 'exec sleep 600' : `exit ${exit}`}\n`,
    )
    await chmod(program, 0o755)
    const environment = { ...process.env, PATH: [folder, process.env['PATH']].join(delimiter) }
    const pace = { askMs: 10_000, settleMs: 0, ...options.pace }
    const tunnel = openQuickly(probed, { provider, environment, ...options, pace })
    opened.push(tunnel)
    return tunnel
  }
  const startedWith = async () => (await readFile(join(folder, 'args'), 'utf8')).trim().split('\n')

  const ngrokSays = (fields: object) => JSON.stringify({ lvl: 'info', t: '2026-11-23T15:00:00Z', ...fields })
  const tailscaleUp = (url: string) => [
    'Available on the internet:',
    '',
    url,
    '|-- proxy http://127.0.0.1:4780',
    '',
    'Press Ctrl+C to exit.',
  ]

  test('ngrok gives the URL of the account, or the one that is asked for', async () => {
    const lines = (url: string) => [
      ngrokSays({ msg: 'open config file', path: '/home/me/.config/ngrok/ngrok.yml', err: null }),
      ngrokSays({ msg: 'client session established', obj: 'tunnels.session' }),
      ngrokSays({ msg: 'started tunnel', obj: 'tunnels', name: 'command_line', addr: 'http://127.0.0.1:1', url }),
    ]
    const tunnel = await open('ngrok', ['stdout', lines('https://calm-till.ngrok-free.app'), null])
    expect(await provedUp(tunnel)).toMatchObject({ url: 'https://calm-till.ngrok-free.app' })
    const own = 'https://shop.ngrok.app'
    await provedUp(await open('ngrok', ['stdout', lines(own), null], { publicUrl: own }))
    expect(await startedWith()).toEqual([
      `http 127.0.0.1:${probed.port} --log stdout --log-format json`,
      `http 127.0.0.1:${probed.port} --log stdout --log-format json --url ${own}`,
    ])
  })

  test.each([
    ['4018', 'down', 'ngrok has no authtoken that its service takes (ERR_NGROK_4018).'],
    ['334', 'retrying', 'The ngrok domain is still held by another session (ERR_NGROK_334).'],
    ['108', 'retrying', 'The ngrok account has as many agents running as it may (ERR_NGROK_108).'],
  ] as const)('ngrok with ERR_NGROK_%s: %s, in words', async (code, state, reason) => {
    const err = `authentication failed: what is wrong.\r\n\r\nERR_NGROK_${code}\r\n`
    const tunnel = await open('ngrok', ['stdout', [ngrokSays({ lvl: 'eror', msg: 'session closing', err })], 1])
    expect((await inState(tunnel, state)).reason).toBe(reason)
  })

  test('tailscale gives its public URL, and not that of the tailnet', async () => {
    const lines = [
      'Available within your tailnet:',
      '',
      'https://laptop.inside.ts.net/',
      ...tailscaleUp('https://laptop.tail1234.ts.net/'),
    ]
    const tunnel = await open('tailscale', ['stdout', lines, null])
    expect(await provedUp(tunnel)).toMatchObject({ url: 'https://laptop.tail1234.ts.net' })
    expect(await startedWith()).toEqual([`funnel ${probed.port}`])
  })

  test.each([
    [
      [
        'Funnel is not enabled on your tailnet.',
        'To enable, visit:',
        '',
        '         https://login.tailscale.com/f/funnel?node=n1',
      ],
      null,
      /^Funnel is not allowed in your tailnet/,
      'https://login.tailscale.com/f/funnel?node=n1',
    ],
    [
      ['error: Funnel not available; "funnel" node attribute not set. See https://tailscale.com/s/no-funnel.'],
      1,
      /^Funnel is not allowed in your tailnet/,
      'https://tailscale.com/s/no-funnel',
    ],
    [['sending serve config: Access denied: serve config denied'], 1, /may not change/, 'tailscale set --operator'],
    [['Tailscale is stopped.'], 1, /not connected/, 'tailscale up'],
  ] as const)('tailscale that says %j: down, with what to do', async (said, exit, reason, hint) => {
    const status = await inState(await open('tailscale', ['stderr', said, exit]), 'down')
    expect(status.reason).toMatch(reason)
    expect(status.hint).toContain(hint)
  })

  test.each([
    ["failed to unmarshal quick Tunnel: invalid character 'e' looking for beginning of value"],
    [
      '2026-05-29T09:25:34Z ERR Error unmarshaling QuickTunnel response: error code: 1015 error="invalid character" status_code="429 Too Many Requests"',
    ],
  ])('cloudflared whose service limits it waits for minutes: %s', async said => {
    const before = Date.now()
    const { reason, retryAt } = await inState(await open('cloudflared', ['stderr', [said], 1]), 'retrying')
    expect(reason).toBe('Cloudflare limits how many quick tunnels this network may open (429, error 1015).')
    expect(Date.parse(retryAt) - before).toBeGreaterThanOrEqual(120_000)
  })

  test('cloudflared with a tunnel of an account leads from the URL that is known', async () => {
    const publicUrl = 'https://hooks.shop.example'
    const said = ['stderr', ['INF Registered tunnel connection connIndex=0'], null] as const
    const options = { publicUrl, pace: { settleMs: 60_000 } }
    const named = await open('cloudflared', said, { ...options, named: { name: 'shop' } })
    expect(await provedUp(named)).toMatchObject({ url: publicUrl })
    await provedUp(await open('cloudflared', said, { ...options, named: { tokenFile: '/keys/token' } }))
    const local = `tunnel --no-autoupdate run --url http://127.0.0.1:${probed.port}`
    expect(await startedWith()).toEqual([`${local} -- shop`, `${local} --token-file /keys/token`])
  })

  test('cloudflared without credentials for it: down, with how to get them', async () => {
    const said = 'Cannot determine default origin certificate path. No file cert.pem in [~/.cloudflared]'
    const tunnel = await open('cloudflared', ['stderr', [`2026-11-23T15:00:00Z ERR ${said}`], 1], {
      publicUrl: 'https://hooks.shop.example',
      named: { name: 'shop' },
    })
    const { reason, hint } = await inState(tunnel, 'down')
    expect(reason).toContain(said)
    expect(hint).toContain('cloudflared tunnel login')
  })

  test.each(['ngrok', 'tailscale', 'ssh'] as const)(
    '%s that is not there: down, with where to get it',
    async provider => {
      const tunnel = openQuickly(probed, {
        provider,
        environment: { PATH: folder },
        folder,
        ...(provider === 'ssh' && { host: 'me@127.0.0.1', publicUrl: 'https://hooks.shop.example' }),
      })
      opened.push(tunnel)
      const { reason, hint } = await inState(tunnel, 'down')
      expect(reason).toMatch(/^The program “(?:ngrok|tailscale|ssh-keygen)” is not on the PATH\.$/)
      expect(hint).toMatch(/Get it from https|Install the OpenSSH client/)
    },
  )
})

import { realpathSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readCloudflaredLine } from '../../../server/tunnel/cloudflared-lines.ts'
import type { TunnelOptions } from '../../../server/tunnel/tunnel.ts'
import type { Probed, Watched } from './probed.ts'
import { inState, openQuickly, provedUp, startProbed } from './probed.ts'

describe('a line of cloudflared', () => {
  const at = '2026-11-23T15:00:00Z'
  test.each<[string, unknown]>([
    [`${at} INF Requesting new quick Tunnel on trycloudflare.com...`, null],
    [
      `${at} INF |  https://calm-till-of-ours.trycloudflare.com                    |`,
      { kind: 'url', url: 'https://calm-till-of-ours.trycloudflare.com' },
    ],
    [`${at} INF Registered tunnel connection connIndex=0 location=ams01 protocol=quic`, { kind: 'ready' }],
    [
      'failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": dial tcp: no such host',
      {
        kind: 'error',
        message: 'failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": dial tcp: no such host',
      },
    ],
    [`${at} INF GET https://api.trycloudflare.com/tunnel`, null],
    [`${at} INF https://a.trycloudflare.com.stranger.example`, null],
    [`${at} ERR Failed to dial \u001b[31mquic`, { kind: 'error', message: 'Failed to dial \ufffd[31mquic' }],
    ['', null],
  ])('%j', (line, meaning) => {
    expect(readCloudflaredLine(line)).toEqual(meaning)
  })
})

/** Speaks as the program does; `mode` says what goes wrong. Notes each start in `starts`. */
const standIn = `#!${process.execPath}
const fs = require('node:fs')
const path = require('node:path')
const mode = process.env.STAND_IN_MODE
const starts = path.join(__dirname, 'starts')
fs.appendFileSync(starts, JSON.stringify({ pid: process.pid, args: process.argv.slice(2), cwd: process.cwd() }) + '\\n')
const count = fs.readFileSync(starts, 'utf8').trim().split('\\n').length
const say = text => fs.writeSync(2, '2026-11-23T15:00:00Z ' + text + '\\n')
say('INF Requesting new quick Tunnel on trycloudflare.com...')
if (mode === 'no-internet') {
  fs.writeSync(2, 'failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": no such host\\n')
  process.exit(1)
}
if (mode === 'stubborn') process.on('SIGTERM', () => {})
if (mode !== 'mute') {
  say('INF |  https://till-' + count + '.trycloudflare.com  |')
  say('INF Registered tunnel connection connIndex=0')
}
setInterval(() => {}, 1000)
`

describe.skipIf(process.platform === 'win32')('cloudflared', () => {
  let folder: string
  let probed: Probed
  const opened: Watched[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookscope-cloudflared-'))
    await writeFile(join(folder, 'cloudflared'), standIn)
    await chmod(join(folder, 'cloudflared'), 0o755)
    probed = await startProbed()
    // Cloudflare's part: its public names lead to the receiver.
    const really = globalThis.fetch
    vi.stubGlobal('fetch', (input: URL, init: RequestInit) =>
      really(new URL(input.pathname, `http://127.0.0.1:${probed.port}`), init),
    )
  })

  afterEach(async () => {
    await Promise.all(opened.splice(0).map(tunnel => tunnel.close()))
    vi.unstubAllGlobals()
    await probed.close()
    await rm(folder, { recursive: true })
  })

  function open(mode: string, options: Partial<TunnelOptions> = {}): Watched {
    const environment = { ...process.env, PATH: [folder, process.env['PATH']].join(delimiter), STAND_IN_MODE: mode }
    const tunnel = openQuickly(probed, {
      provider: 'cloudflared',
      environment,
      ...options,
      pace: { askMs: 10_000, settleMs: 20, ...options.pace },
    })
    opened.push(tunnel)
    return tunnel
  }

  async function starts(): Promise<{ pid: number; args: string[]; cwd: string }[]> {
    const lines = await readFile(join(folder, 'starts'), 'utf8').catch(() => '')
    return lines.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]))
  }

  function isRunning(pid: number): boolean {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }

  test('is started for the receiver, is up with its URL, and is gone after close', async () => {
    const tunnel = open('well')
    expect(await provedUp(tunnel)).toMatchObject({ url: 'https://till-1.trycloudflare.com', changedFrom: null })
    const [start] = await starts()
    expect(start?.args).toEqual(['tunnel', '--url', `http://127.0.0.1:${probed.port}`, '--no-autoupdate'])
    // Not the folder that hookscope is started in, which may hold a program of that name.
    expect(start?.cwd).toBe(realpathSync(dirname(process.execPath)))
    await tunnel.close()
    expect(isRunning(start?.pid ?? 0)).toBe(false)
  })

  test('that ends is started again, and the changed URL is told', async () => {
    const tunnel = open('well')
    await provedUp(tunnel)
    process.kill((await starts())[0]?.pid ?? 0, 'SIGKILL')
    const { url, reason } = await inState(tunnel, 'retrying')
    expect({ url, reason }).toEqual({ url: 'https://till-1.trycloudflare.com', reason: 'cloudflared ended (SIGKILL).' })
    expect(await provedUp(tunnel)).toMatchObject({
      url: 'https://till-2.trycloudflare.com',
      changedFrom: 'https://till-1.trycloudflare.com',
    })
  })

  test('that cannot reach its service says why, and is tried again', async () => {
    const tunnel = open('no-internet')
    const { reason } = await inState(tunnel, 'retrying')
    expect(reason).toMatch(/^cloudflared ended \(exit code 1\): “failed to request quick Tunnel: .+no such host”$/)
    await expect.poll(async () => (await starts()).length).toBeGreaterThan(1)
  })

  test('that says nothing is given up and started again', async () => {
    const tunnel = open('mute', { pace: { askMs: 100 } })
    expect((await inState(tunnel, 'retrying')).reason).toBe('cloudflared gave no URL within 0.3 s.')
    await tunnel.close()
    for (const { pid } of await starts()) expect(isRunning(pid)).toBe(false)
  })

  test('that does not listen to a polite end is killed', async () => {
    const tunnel = open('stubborn')
    await provedUp(tunnel)
    await tunnel.close()
    expect(isRunning((await starts())[0]?.pid ?? 0)).toBe(false)
  })

  test('closed while it starts is gone', async () => {
    const tunnel = open('mute')
    await expect.poll(async () => (await starts()).length).toBe(1)
    await tunnel.close()
    expect(isRunning((await starts())[0]?.pid ?? 0)).toBe(false)
  })

  test('that is not there: down, with where to get it', async () => {
    await rm(join(folder, 'cloudflared'))
    const status = await inState(open('well', { environment: { PATH: folder } }), 'down')
    expect(status.reason).toBe('The program “cloudflared” is not on the PATH.')
    expect(status.hint).toContain('developers.cloudflare.com')
  })

  test('that may not be run: down', async () => {
    await chmod(join(folder, 'cloudflared'), 0o644)
    const status = await inState(open('well', { environment: { PATH: folder } }), 'down')
    expect(status.reason).toContain('“cloudflared”')
  })
})

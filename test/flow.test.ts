import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { headerValue } from '../core/http/headers.ts'
import { launchBrowser } from './helpers/browser.ts'
import { emptyFolder, type RunningCommand, runCommand, startListening } from './helpers/command.ts'
import { eventBytes, type Gateway, openGateway, signatureOf } from './helpers/gateway.ts'
import { type Merchant, manners, startMerchant } from './helpers/merchants.ts'
import { portApart } from './helpers/ports.ts'
import { startSshd } from './helpers/sshd.ts'
import { startTunnelServer, type TunnelServer } from './helpers/tunnel-server.ts'

const key = 'sk_flow_2f6d0b8e7c1a'
const env = { HOOKSCOPE_SIGNATURE_KEY: key }
const sale = eventBytes('transaction.sale.success', 20)

describe('from the gateway’s POST to the inspector’s screen', () => {
  const db = join(emptyFolder(), 'deliveries.db')
  let tunnelServer: TunnelServer
  let merchant: Merchant
  let browser: Browser
  let command: RunningCommand
  let gateway: Gateway
  let hookUrl: string

  const listen = async () => {
    command = startListening(
      ['--tunnel', 'localtunnel', '--tunnel-host', tunnelServer.host, '--forward', merchant.url],
      { env, db },
    )
    const up = await command.waitForLine('tunnel', line => line.state === 'up')
    return up.hooks[0]?.hookUrl ?? ''
  }

  beforeAll(async () => {
    tunnelServer = await startTunnelServer()
    merchant = await startMerchant(manners.answers('202 Accepted', ['X-Shop: yes'], 'thanks'))
    browser = await launchBrowser()
    hookUrl = await listen()
    gateway = openGateway({ url: hookUrl, key })
  })

  afterAll(async () => {
    gateway?.close()
    await command?.stop()
    await browser?.close()
    await merchant?.close()
    await tunnelServer?.close()
  })

  it('verifies a webhook that comes through the tunnel, and hands the app the same bytes', async () => {
    const answer = await gateway.post(sale)
    expect(answer.status).toBe(200)
    const delivery = await command.waitForLine('delivery')
    expect(delivery).toMatchObject({ id: 1, verdict: 'verified', reasons: [], notes: [], status: 200, retryOf: null })
    const [forwarded] = await merchant.arrived(1)
    expect(forwarded?.body).toEqual(sale)
    expect(headerValue(forwarded?.headers ?? [], 'x-signature')).toBe(signatureOf(key, sale))
    const attempt = await command.waitForLine('attempt')
    expect(attempt).toMatchObject({ delivery: 1, source: 'forward', outcome: 'answered', status: 202 })
  })

  it('keeps and explains what a stranger posts, and does not hand it on', async () => {
    const stranger = openGateway({ url: hookUrl, key: 'not the key' })
    const answer = await stranger.post('transaction.refund.success')
    stranger.close()
    expect(answer.status).toBe(401)
    const delivery = await command.waitForLine('delivery', line => line.id === 2)
    expect(delivery).toMatchObject({ verdict: 'rejected', reasons: ['signature-wrong'], status: 401 })
    expect(merchant.received).toHaveLength(1)
  })

  it('shows both in the browser, and what arrives while it is open', async () => {
    const { inspectorLink } = await command.waitForLine('ready')
    const page = await browser.newPage()
    await page.goto(inspectorLink)
    const rows = page.getByRole('option').filter({ hasText: 'transaction.' })
    await expect.poll(() => rows.count()).toBe(2)
    await gateway.post('ach.settled')
    await page.getByRole('option').filter({ hasText: 'ach.settled' }).waitFor()
    await page.close()
  })

  it('replays from the browser, with one key', async () => {
    const { inspectorLink, inspectorUrl } = await command.waitForLine('ready')
    const page = await browser.newPage()
    await page.goto(inspectorLink)
    await page.goto(`${inspectorUrl}/deliveries/1`)
    await page.getByRole('heading', { name: /approved/ }).waitFor()
    const before = merchant.received.length
    await page.keyboard.press('r')
    const replayed = (await merchant.arrived(before + 1)).at(-1)
    expect(replayed?.body).toEqual(sale)
    expect(headerValue(replayed?.headers ?? [], 'hookscope-source')).toBe('replay')
    const attempt = await command.waitForLine('attempt', line => line.source === 'replay')
    expect(attempt).toMatchObject({ delivery: 1, status: 202 })
    await page.close()
  })

  it('replays from the shell, through the running listener', async () => {
    const { code, stdout } = await runCommand(['replay', '1', '--json', '--db', db, '--to', merchant.url])
    expect(code).toBe(0)
    const line = JSON.parse(stdout)
    expect(line).toMatchObject({ kind: 'attempt', delivery: 1, source: 'replay', status: 202 })
    await command.waitForLine('attempt', other => other.id === line.id)
  })

  it('ends on Ctrl-C with exit code 0, and has the same Hook URL and every delivery when it starts again', async () => {
    const { code } = await command.stop('SIGINT')
    expect(code).toBe(0)
    // Until then the name still belongs to the one that ended.
    await expect.poll(() => tunnelServer.tunnels()).toEqual([])
    expect(await listen()).toBe(hookUrl)
    const answer = await gateway.post(sale)
    expect(answer.status).toBe(200)
    const retry = await command.waitForLine('delivery')
    expect(retry).toMatchObject({ id: 4, retryOf: 1, notes: ['retry'] })
  })
})

describe.skipIf(process.platform === 'win32')('the same through an SSH server', () => {
  it('verifies, hands on the same bytes, shows them, and has the same Hook URL when it starts again', async () => {
    const [home, remote] = [emptyFolder(), await portApart()]
    const closers: (() => unknown)[] = []
    try {
      const sshd = await startSshd({ authorizedKeys: join(home, 'hookscope', 'ssh', 'id_ed25519.pub') })
      closers.push(() => sshd.close())
      const merchant = await startMerchant(manners.answers('202 Accepted', [], 'thanks'))
      closers.push(() => merchant.close())
      const listen = async () => {
        const command = startListening(
          [
            ...['--tunnel', 'ssh', '--tunnel-host', sshd.destination, '--tunnel-remote', `127.0.0.1:${remote}`],
            ...['--public-url', `http://127.0.0.1:${remote}`, '--forward', merchant.url],
          ],
          { env: { ...env, XDG_DATA_HOME: home }, db: join(home, 'deliveries.db') },
        )
        closers.push(() => command.stop())
        const up = await command.waitForLine('tunnel', ({ state }) => state === 'up')
        return { command, hookUrl: up.hooks[0]?.hookUrl ?? '' }
      }
      const first = await listen()
      const gateway = openGateway({ url: first.hookUrl, key })
      closers.push(() => gateway.close())
      expect((await gateway.post(sale)).status).toBe(200)
      expect(await first.command.waitForLine('delivery')).toMatchObject({ verdict: 'verified', bytes: sale.length })
      expect((await merchant.arrived(1))[0]?.body).toEqual(sale)
      const browser = await launchBrowser()
      closers.push(() => browser.close())
      const page = await browser.newPage()
      await page.goto((await first.command.waitForLine('ready')).inspectorLink)
      await page.getByRole('option').filter({ hasText: 'transaction.' }).waitFor()
      await page.close()
      await first.command.stop()
      const second = await listen()
      expect(second.hookUrl).toBe(first.hookUrl)
      expect((await gateway.post(sale)).status).toBe(200)
      expect(await second.command.waitForLine('delivery')).toMatchObject({ retryOf: 1, notes: ['retry'] })
    } finally {
      for (const close of closers.reverse()) await close()
    }
  })
})

import { readFileSync, renameSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { headerValue } from '../../core/http/headers.ts'
import { openSqlite } from '../../server/store/sqlite/sqlite.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { emptyFolder, type RunningCommand, startListening } from '../helpers/command.ts'
import { eventBytes, openGateway } from '../helpers/gateway.ts'
import { type Merchant, manners, startMerchant } from '../helpers/merchants.ts'
import { portApart } from '../helpers/ports.ts'
import { muteCloudflared } from '../helpers/tunnel-programs.ts'
import { startTunnelServer } from '../helpers/tunnel-server.ts'

/** What a person does with mouse and keyboard, on a hookscope that has just been started for the first time. */
describe('in the inspector', () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let command: RunningCommand
  let merchant: Merchant
  let hookUrl: string
  let inspectorUrl: string
  let link: string
  let db: string

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  beforeEach(async () => {
    db = join(emptyFolder(), 'deliveries.db')
    merchant = await startMerchant(manners.answers())
    command = startListening([], { db })
    const ready = await command.waitForLine('ready')
    hookUrl = ready.hooks[0]?.localUrl ?? ''
    inspectorUrl = ready.inspectorUrl
    link = ready.inspectorLink
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true })
    page = await context.newPage()
    await page.goto(ready.inspectorLink)
  })
  afterEach(async () => {
    await context?.close()
    await command?.stop()
    await merchant?.close()
  })

  const sales = [1, 2, 3].map(seed => eventBytes('transaction.sale.success', seed))
  const rows = () => page.getByRole('option')
  /** Posts one of the sales. @param nth from 1 */
  const post = async (nth: number, key?: string) => {
    const gateway = openGateway({ url: hookUrl, ...(key === undefined ? {} : { key }) })
    const answer = await gateway.post(sales[nth - 1] ?? new Uint8Array())
    gateway.close()
    return answer.status
  }

  it.skipIf(process.platform === 'win32')(
    'says over every page that the database is gone, and no longer when it is back',
    async () => {
      const bar = page.getByRole('status').filter({ hasText: 'cannot be kept' })
      renameSync(db, `${db}.away`)
      await bar.filter({ hasText: 'was moved' }).waitFor()
      expect(await post(1)).toBe(503)
      expect(await command.waitForLine('store')).toMatchObject({ trouble: { code: 'gone', keeps: false } })
      await page.goto(`${inspectorUrl}/settings`)
      await bar.filter({ hasText: 'Put it back where it was, or restart hookscope.' }).waitFor()
      renameSync(`${db}.away`, db)
      await bar.waitFor({ state: 'detached' })
      expect(await post(1)).toBe(200)
    },
  )

  it('sends a test event from the empty screen, and shows it', async () => {
    await page.getByRole('button', { name: 'Send a test event' }).click()
    await rows().filter({ hasText: 'Test' }).waitFor()
    const delivery = await command.waitForLine('delivery')
    expect(delivery).toMatchObject({ verdict: 'unchecked', notes: ['test'], status: 200 })
  })

  it('diagnoses in Settings: each line with its state, and what was not tried is not called OK', async () => {
    await page.goto(`${inspectorUrl}/settings?at=diagnose`)
    await page.getByRole('button', { name: 'Diagnose' }).click()
    await page.getByRole('button', { name: 'Diagnose again' }).waitFor()
    const line = (title: string) => page.getByRole('listitem').filter({ hasText: title }).first().textContent()
    expect(await line('Node.js')).toMatch(/^OK/)
    expect(await line('Name of the public URL')).toMatch(/^Not tried/)
    expect(await line('Public URL, from outside')).toMatch(/^Warning.*started without a tunnel/)
    // The section is scrolled to, and the header stays.
    expect(await page.evaluate('document.scrollingElement.scrollTop')).toBe(0)
  })

  it.skipIf(process.platform === 'win32')(
    'opens another way once it is confirmed, whose operator is named, and says what the console still has',
    async () => {
      const server = await startTunnelServer()
      server.behave({ refuse: { status: 503, text: 'full' } })
      const cloudflared = muteCloudflared()
      const url = 'https://before.example'
      const file = join(emptyFolder(), 'deliveries.db')
      const store = openSqlite({ path: file })
      await store.settings.set('public-url', url)
      await store.close()
      const args = ['--tunnel', 'localtunnel', '--tunnel-host', server.host]
      const other = startListening(args, { db: file, env: { PATH: cloudflared.folder } })
      try {
        const ready = await other.waitForLine('ready')
        await page.goto(ready.inspectorLink)
        const bar = page.getByRole('status').filter({ hasText: 'Reconnecting' })
        await bar.getByRole('button', { name: 'Use cloudflared' }).click()
        const dialog = page.getByRole('dialog')
        for (const said of ['seen by Cloudflare', `may still have ${url}`, '--tunnel localtunnel again'])
          await dialog.filter({ hasText: said }).waitFor()
        await dialog.getByRole('button', { name: 'Keep the tunnel' }).click()
        await dialog.waitFor({ state: 'detached' })
        expect(cloudflared.isStarted()).toBe(false)
        await bar.getByRole('button', { name: 'Use cloudflared' }).click()
        await dialog.getByRole('button', { name: 'Use cloudflared' }).click()
        await bar.waitFor({ state: 'detached' })
        await expect.poll(cloudflared.isStarted).toBe(true)

        server.behave({})
        await page.getByRole('link', { name: /^Settings/ }).click()
        await page.getByRole('button', { name: 'Use another way' }).click()
        const ways = page.getByRole('list', { name: 'Ways in' })
        await ways.getByRole('listitem').filter({ hasText: 'In use' }).filter({ hasText: 'cloudflared' }).waitFor()
        await ways.getByRole('listitem').filter({ hasText: 'ngrok is not on the PATH' }).waitFor()
        await ways.getByRole('button', { name: 'Use localtunnel' }).click()
        await dialog.getByRole('button', { name: 'Use localtunnel' }).click()
        await page
          .getByRole('status')
          .filter({ hasText: `The console may still have ${url}` })
          .waitFor()
      } finally {
        await other.stop()
        await server.close()
      }
    },
  )

  it('forwards to a target that is typed in Settings, and refuses one that is none', async () => {
    await page.goto(`${inspectorUrl}/settings`)
    const target = page.getByLabel('Target')
    await target.fill('ftp://shop.example')
    const save = page.locator('form', { has: target }).getByRole('button', { name: 'Save' })
    await save.click()
    await page.getByRole('alert').first().waitFor()
    await target.fill(merchant.url)
    await save.click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await post(1)
    const [forwarded] = await merchant.arrived(1)
    expect(forwarded?.body).toEqual(sales[0])
  })

  it('asks before what waits is let go of, and offers to send it after all', async () => {
    await page.goto(`${inspectorUrl}/settings`)
    await page.getByLabel('Target').fill(merchant.url)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Pause' }).click()
    await post(1)
    await page.getByText('Paused, 1 queued, 10,000 at most').waitFor()
    const stop = page.getByRole('button', { name: 'Stop forwarding' })
    const dialog = page.getByRole('dialog', { name: 'Remove a target with 1 queued delivery?' })
    await stop.click()
    await dialog.getByText(`1 delivery waits for ${merchant.url}.`).waitFor()
    await dialog.getByRole('button', { name: 'Keep the target' }).click()
    await page.getByText('Paused, 1 queued').waitFor()
    await stop.click()
    await dialog.getByRole('button', { name: 'Remove the target' }).click()
    await dialog.waitFor({ state: 'hidden' })
    expect(await command.waitForLine('left')).toMatchObject({ why: 'let-go', target: merchant.url, ids: [1] })
    await page.goto(inspectorUrl)
    await page.getByText(/^1 delivery waited for .* and is not sent\.$/).waitFor()
    expect(merchant.received).toHaveLength(0)
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    expect((await merchant.arrived(1))[0]?.body).toEqual(sales[0])
    await page.getByText(/and is not sent/).waitFor({ state: 'hidden' })
  })

  it('replays with changes: the app gets the edited body, signed anew', async () => {
    await post(1)
    await page.goto(`${inspectorUrl}/deliveries/1`)
    await page.getByRole('tree').waitFor()
    await page.keyboard.press('e')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Target').fill(merchant.url)
    await dialog.locator('.cm-content').click()
    await page.keyboard.press('Control+A')
    await page.keyboard.insertText('{"edited":true}')
    await dialog.getByRole('button', { name: 'Send' }).click()
    const [replayed] = await merchant.arrived(1)
    expect(replayed?.body.toString()).toBe('{"edited":true}')
    expect(headerValue(replayed?.headers ?? [], 'Content-Length')).toBe('15')
    await dialog.getByText(/200/).first().waitFor()
  })

  it('replays several in the order they were triggered, after saying how many', async () => {
    for (const nth of [1, 2, 3]) await post(nth)
    await rows().nth(2).waitFor()
    await rows().first().click()
    await rows()
      .nth(2)
      .click({ modifiers: ['Shift'] })
    await page.getByText('3 deliveries selected').waitFor()
    await page.getByRole('toolbar', { name: 'Selected deliveries' }).getByRole('button', { name: 'Replay…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog
      .getByText(/3 deliveries/)
      .first()
      .waitFor()
    await dialog.getByLabel(/Target/).fill(merchant.url)
    await dialog.getByRole('button', { name: /^Replay/ }).click()
    const received = await merchant.arrived(3)
    expect(received.map(({ body }) => body)).toEqual(sales)
  })

  it('brings the row of a linked delivery into view, far down, and deletes all that a search finds', async () => {
    const gateway = openGateway({ url: hookUrl, connections: 10 })
    await Promise.all(
      Array.from({ length: 500 }, (_, seed) => gateway.post(eventBytes('transaction.sale.success', seed))),
    )
    gateway.close()
    await command.waitForLine('delivery', line => line.id === 500)
    await page.goto(`${inspectorUrl}/deliveries/20`)
    await page.locator('#delivery-20').waitFor()
    await page.waitForFunction(() => {
      const [row, list] = ['delivery-20', 'delivery-list'].map(id =>
        document.getElementById(id)?.getBoundingClientRect(),
      )
      return row && list && row.top >= list.top && row.bottom <= list.bottom
    })
    await expect.poll(() => page.locator('#delivery-19').getAttribute('aria-posinset')).toBe('482')

    await page.goto(`${inspectorUrl}/?q=id:11-500`)
    await rows().first().waitFor()
    await page.getByRole('button', { name: 'All that match' }).click()
    await page.getByRole('menuitem', { name: /Delete/ }).click()
    await page.getByRole('button', { name: 'Delete 490 deliveries' }).click()
    await page.getByText('Deleted 490 deliveries.').waitFor()
    await page.goto(`${inspectorUrl}/`)
    await expect.poll(() => rows().count()).toBe(10)
  })

  it('sets the target before the first delivery, types a search at once after /, and zooms into a bar', async () => {
    await page.getByLabel('Target').fill(merchant.url)
    await page.getByRole('button', { name: 'Forward to it' }).click()
    await page
      .getByRole('navigation', { name: 'From the gateway to your app' })
      .getByRole('link', { name: `${new URL(merchant.url).host} up` })
      .waitFor()
    for (const nth of [1, 2, 3]) await post(nth)
    await rows().nth(2).waitFor()
    const merchKey: string = JSON.parse(eventBytes('transaction.sale.success', 2).toString()).event_body.object.key
    await page.keyboard.press('/')
    await page.keyboard.type(merchKey)
    await page.locator('.how-many', { hasText: '1 of 3' }).waitFor()
    await rows()
      .filter({ has: page.locator('mark', { hasText: merchKey }) })
      .waitFor()
    await page.goto(inspectorUrl)
    await page.locator('.strip-peak', { hasText: /^highest: / }).waitFor()
    const tip = page.locator('.strip-tip', { hasText: /deliver(y|ies)/ })
    // What is loaded above it moves the strip, and nothing is told of a pointer that it is moved away from.
    for (const end = Date.now() + 20_000; !(await tip.isVisible()) && Date.now() < end; ) {
      const strip = await page.locator('.strip .u-over').boundingBox()
      await page.mouse.move((strip?.x ?? 0) + (strip?.width ?? 0) - 5, (strip?.y ?? 0) + 19)
      await page.mouse.move((strip?.x ?? 0) + (strip?.width ?? 0) - 4, (strip?.y ?? 0) + 20)
    }
    await tip.waitFor()
    await page.mouse.down()
    await page.mouse.up()
    await page.getByRole('button', { name: 'Show all time' }).click()
    await page.locator('.how-many', { hasText: /^3$/ }).waitFor()
  })

  it('deletes, and takes it back', async () => {
    await post(1)
    await rows().first().click()
    await page.getByRole('tree').waitFor()
    await page.keyboard.press('Delete')
    await expect.poll(() => rows().count()).toBe(0)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => rows().count()).toBe(1)
  })

  it('says that it lost its connection, and misses nothing once hookscope is back', async () => {
    await context.close()
    await command.stop()
    const token = 'a-token-that-stays-the-same-0123456789'
    const port = String(await portApart())
    const listen = () => startListening(['--inspector-port', port], { db, env: { HOOKSCOPE_TOKEN: token } })
    command = listen()
    const first = await command.waitForLine('ready')
    context = await browser.newContext()
    page = await context.newPage()
    await page.goto(first.inspectorLink)
    await page.getByRole('button', { name: 'Send a test event' }).waitFor()
    await command.stop('SIGKILL')
    await page.getByText(/Not connected to hookscope/).waitFor()
    command = listen()
    hookUrl = (await command.waitForLine('ready')).hooks[0]?.localUrl ?? ''
    await post(1)
    await rows().first().waitFor()
    await page.getByText(/Not connected to hookscope/).waitFor({ state: 'hidden' })
    await expect.poll(() => rows().count()).toBe(1)
  })

  /** What a page sees of the inspector, from which the hooks of the stream are known. */
  const isIn = (shown: Page) => shown.getByRole('button', { name: 'Send a test event' }).waitFor()

  it('is let in though the page of the link is left before it has its key', async () => {
    const left = await browser.newContext()
    const tab = await left.newPage()
    let asked = 0
    await tab.route('**/api/enter', async route => {
      asked += 1
      // The first is answered, and the page never hears of it.
      if (asked === 1) await route.fetch()
      else await route.continue()
    })
    await tab.goto(link, { waitUntil: 'commit' })
    await expect.poll(() => asked).toBe(1)
    await tab.goto(`${inspectorUrl}/`)
    await isIn(tab)
    expect(asked).toBe(2)
    await tab.reload()
    await isIn(tab)
    expect(asked).toBe(2)
    await left.close()
  })

  it('stays open over reloads, new tabs and a second inspector, and shows no secret in its address', async () => {
    await isIn(page)
    expect(page.url()).toBe(`${inspectorUrl}/`)
    await page.reload()
    await isIn(page)
    const tab = await context.newPage()
    await tab.goto(`${inspectorUrl}/`)
    await isIn(tab)

    const other = startListening()
    try {
      const ready = await other.waitForLine('ready')
      await tab.goto(ready.inspectorLink)
      await isIn(tab)
      await page.reload()
      await isIn(page)
      await tab.reload()
      await isIn(tab)
      expect([page.url(), tab.url()]).toEqual([`${inspectorUrl}/`, `${ready.inspectorUrl}/`])
    } finally {
      await other.stop()
    }
  })

  it('says what to open when hookscope was started anew, and goes on when that was opened elsewhere', async () => {
    await isIn(page)
    await command.stop()
    command = startListening(['--inspector-port', new URL(inspectorUrl).port], { db })
    const { inspectorLink } = await command.waitForLine('ready')
    await page.getByText(/hookscope no longer recognizes this page.*open the link printed/).waitFor()
    const tab = await context.newPage()
    await tab.goto(inspectorLink)
    await isIn(tab)
    await page.getByText(/no longer recognizes this page/).waitFor({ state: 'hidden' })
    await tab.close()
    hookUrl = (await command.waitForLine('ready')).hooks[0]?.localUrl ?? ''
    await post(1)
    await rows().first().waitFor()
  })

  it('gives nothing to a server on another port of this host, which is sent its cookie', async () => {
    await isIn(page)
    const cookies: string[] = []
    const stranger = http.createServer((request, response) => {
      cookies.push(request.headers.cookie ?? '')
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>shop</title>')
    })
    await new Promise<void>(resolve => stranger.listen(0, '127.0.0.1', resolve))
    try {
      const address = stranger.address()
      const port = typeof address === 'object' ? address?.port : null
      const tab = await context.newPage()
      await tab.goto(`http://127.0.0.1:${port}/`)
      // The browser does send it: cookies know no ports.
      expect(cookies[0]).toContain(`hookscope-${new URL(inspectorUrl).port}=`)
      const replayed = await fetch(`${inspectorUrl}/api/deliveries`, { headers: { Cookie: cookies[0] ?? '' } })
      expect(replayed.status).toBe(401)

      const seen = await tab.evaluate(async target => {
        const outcome = (made: Promise<Response>) =>
          made.then(
            ({ type, status }) => `${type} ${status}`,
            () => 'refused',
          )
        const socket = (protocols: string[]) =>
          new Promise<string>(resolve => {
            const made = new WebSocket(`${target.replace('http', 'ws')}/api/stream`, protocols)
            made.onopen = () => resolve('open')
            made.onclose = () => resolve('closed')
          })
        const json = { 'Content-Type': 'application/json', 'X-Hookscope-Page': 'f'.repeat(64) }
        return {
          kept: Object.keys(localStorage),
          read: await outcome(fetch(`${target}/api/deliveries`, { credentials: 'include' })),
          blind: await outcome(fetch(`${target}/api/deliveries`, { credentials: 'include', mode: 'no-cors' })),
          changed: await outcome(
            fetch(`${target}/api/forward`, { method: 'PUT', credentials: 'include', headers: json, body: '{}' }),
          ),
          posted: await outcome(
            fetch(`${target}/api/test-event`, { method: 'POST', credentials: 'include', mode: 'no-cors', body: '{}' }),
          ),
          sockets: await Promise.all([socket([]), socket(['hookscope', `hookscope.page.${'f'.repeat(64)}`])]),
        }
      }, inspectorUrl)
      // What cannot be read is opaque, or was kept from the page since nothing of it is for other origins.
      expect(seen).toEqual({
        kept: [],
        read: 'refused',
        blind: 'refused',
        changed: 'refused',
        posted: 'refused',
        sockets: ['closed', 'closed'],
      })
      expect(command.lines().filter(({ kind }) => kind === 'delivery')).toEqual([])
      await page.reload()
      await isIn(page)
    } finally {
      stranger.closeAllConnections()
      await new Promise(resolve => stranger.close(resolve))
    }
  })

  it('saves what it exports, as a stream that needs no header', async () => {
    await post(1)
    await rows().first().click()
    await page.getByRole('tab', { name: 'Raw' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('delivery-1.bin')
    expect(readFileSync(await download.path())).toEqual(Buffer.from(sales[0] ?? []))
  })
})

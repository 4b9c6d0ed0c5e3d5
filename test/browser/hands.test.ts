import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { headerValue } from '../../core/headers.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { emptyFolder, type RunningCommand, startListening } from '../helpers/command.ts'
import { eventBytes, openGateway } from '../helpers/gateway.ts'
import { type Merchant, manners, startMerchant } from '../helpers/merchants.ts'
import { portApart } from '../helpers/ports.ts'

/** What a person does with mouse and keyboard, on a hookscope that has just been started for the first time. */
describe('in the inspector', () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let command: RunningCommand
  let merchant: Merchant
  let hookUrl: string
  let inspectorUrl: string
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

  it('sends a test event from the empty screen, and shows it', async () => {
    await page.getByRole('button', { name: 'Send a test event' }).click()
    await rows().filter({ hasText: 'Test' }).waitFor()
    const delivery = await command.waitForLine('delivery')
    expect(delivery).toMatchObject({ verdict: 'unchecked', notes: ['test'], status: 200 })
  })

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
})

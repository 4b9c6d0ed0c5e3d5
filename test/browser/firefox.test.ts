import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningCommand, startListening } from '../helpers/command.ts'
import { firefoxPath, launchFirefox } from '../helpers/firefox.ts'
import { eventBytes, openGateway } from '../helpers/gateway.ts'
import { type Merchant, manners, startMerchant } from '../helpers/merchants.ts'

const key = 'sk_firefox_5b1e7a9c3d20'
const sale = eventBytes('transaction.sale.success', 41)
const settled = eventBytes('ach.settled', 42)

/** The main flow once more, in the other engine: the steps build on each other. */
describe.skipIf(firefoxPath === undefined)('in Firefox, which has to be installed', () => {
  let browser: Browser
  let page: Page
  let command: RunningCommand
  let merchant: Merchant
  let inspectorUrl: string
  const complaints: string[] = []

  const shown = async (selector: string) => {
    const element = await page.waitForSelector(selector, { visible: true, timeout: 50_000 })
    if (element === null) throw new Error(`${selector} was not shown.`)
    return element
  }
  const row = (text: string) => shown(`::-p-xpath(//*[@role="option"][contains(., "${text}")])`)
  const button = (name: string) => shown(`::-p-xpath(//button[normalize-space()="${name}"])`)

  beforeAll(async () => {
    merchant = await startMerchant(manners.answers('202 Accepted', [], 'thanks'))
    command = startListening(['--forward', merchant.url], { env: { HOOKSCOPE_SIGNATURE_KEY: key } })
    const ready = await command.waitForLine('ready')
    inspectorUrl = ready.inspectorUrl
    browser = await launchFirefox()
    page = await browser.newPage()
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warn') complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(String(error)))
    await page.setViewport({ width: 1280, height: 800 })
    await page.goto(ready.inspectorLink)
    await button('Send a test event')
    const gateway = openGateway({ url: ready.hooks[0]?.localUrl ?? '', key })
    const forger = openGateway({ url: ready.hooks[0]?.localUrl ?? '', key: 'another' })
    expect([await gateway.post(sale), await forger.post(settled)].map(({ status }) => status)).toEqual([200, 401])
    gateway.close()
    forger.close()
  })
  afterAll(async () => {
    await browser?.close()
    await command?.stop()
    await merchant?.close()
  })

  it('shows each delivery as it arrives, with its verdict, and keeps the key out of the address', async () => {
    await row('transaction.sale.success')
    await row('Rejected')
    expect(page.url()).not.toContain('token')
  })

  it('opens a delivery, after a reload too, and explains its body', async () => {
    await (await row('transaction.sale.success')).click()
    await shown('[role="tree"]')
    expect(page.url()).toContain('/deliveries/1')
    await page.reload()
    const tree = await shown('[role="tree"]')
    expect(await tree.evaluate(node => node.textContent)).toContain('event_triggered')
  })

  it('replays with a key, and shows the app’s answer', async () => {
    await merchant.arrived(1)
    await page.keyboard.press('r')
    const [, replayed] = await merchant.arrived(2)
    expect(replayed?.body).toEqual(sale)
    await shown('::-p-xpath(//*[contains(text(), "202")])')
  })

  it('searches by what is typed', async () => {
    await page.goto(`${inspectorUrl}/`)
    await row('transaction.sale.success')
    await page.keyboard.press('/')
    await page.keyboard.type('is:rejected')
    await page.waitForFunction(() => document.querySelectorAll('[role="option"]').length === 1, { timeout: 50_000 })
    await row('Rejected')
  })

  it('sends a simulated event, which arrives signed and verified', async () => {
    await page.goto(`${inspectorUrl}/simulate`)
    await (await button('Send')).click()
    const simulated = await command.waitForLine('delivery', line => line.id > 2)
    expect(simulated).toMatchObject({ verdict: 'verified' })
  })

  it('shows every other view', async () => {
    for (const [place, heading] of [
      ['hooks', 'Hooks'],
      ['check', 'Check'],
      ['settings', 'Settings'],
    ] as const) {
      await page.goto(`${inspectorUrl}/${place}`)
      await shown(`::-p-xpath(//h1[contains(., "${heading}")])`)
    }
  })

  it('has nothing to complain of', () => {
    expect(complaints).toEqual([])
  })
})

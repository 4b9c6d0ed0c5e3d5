import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { asObject } from '../../core/events/envelope.ts'
import { sampleEvent } from '../../core/events/generator/samples.ts'
import { headerValue } from '../../core/http/headers.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { emptyFolder, type RunningCommand, startListening } from '../helpers/command.ts'
import { signatureOf } from '../helpers/gateway.ts'
import { scriptOf } from '../helpers/inspector.ts'
import { type Merchant, manners, startMerchant } from '../helpers/merchants.ts'

const key = 'sk_4f0e5f0d7b3a4f6e9c1d'
const broken = manners.answers('500 Internal Server Error', ['Content-Type: text/plain'], 'Cannot read the order')

/** What a merchant's developer does with the simulated gateway, on a hookscope that has just been started. */
describe('the Simulate view', () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let command: RunningCommand
  let merchant: Merchant
  let inspectorUrl: string
  let script: ReturnType<typeof scriptOf>

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  beforeEach(async () => {
    merchant = await startMerchant()
    command = startListening([], {
      db: join(emptyFolder(), 'deliveries.db'),
      env: { HOOKSCOPE_SIGNATURE_KEY: key, HOOKSCOPE_BASIC_AUTH: 'shop:open sesame' },
    })
    const ready = await command.waitForLine('ready')
    inspectorUrl = ready.inspectorUrl
    script = scriptOf(ready.inspectorLink)
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    page = await context.newPage()
    await page.goto(ready.inspectorLink)
    await page
      .getByRole('navigation', { name: 'Views' })
      .getByRole('link', { name: /Simulate/ })
      .click()
    await button('Send').waitFor()
  })
  afterEach(async () => {
    await context?.close()
    await command?.stop()
    await merchant?.close()
  })

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const field = (path: string) => page.locator(`[id="field-${path}"]`)
  /** Sends to the merchant's app, signed and authenticated by hand. */
  const toTheApp = async () => {
    await page.getByRole('radio', { name: 'A URL' }).check()
    await page.getByLabel('Target').fill(merchant.url)
    await page.getByLabel('Keys', { exact: true }).selectOption('Enter keys')
    await page.getByLabel('Signature', { exact: true }).selectOption('Signature Key')
    await page.getByRole('textbox', { name: 'Signature Key' }).fill('the-key-of-the-app')
  }
  const bodiesSent = () => merchant.received.map(({ body }) => JSON.parse(body.toString()))

  it('by keyboard alone: an event is found, sent to the hook that is subscribed, verified, and leads to its delivery', async () => {
    await page.keyboard.press('e')
    await page.keyboard.type('returned')
    await page.keyboard.press('Enter')
    await page.waitForURL(/what=ach\.returned/)
    await page.keyboard.press('Control+Enter')
    await page.waitForURL(/\/simulate\/1/)
    await page.getByText('Delivered 200').waitFor()
    const delivery = await command.waitForLine('delivery')
    expect(delivery).toMatchObject({ verdict: 'verified', eventType: 'ach.returned', status: 200 })
    await page.getByRole('link', { name: 'Its deliveries' }).click()
    await page.getByRole('option').first().waitFor()
    await expect.poll(() => page.getByRole('option').count()).toBe(1)
    await page.goBack()
    await page.getByRole('link', { name: 'All simulations' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: /#1.*ach\.returned.*1 delivered/ }).waitFor()
  })

  it('through the hook the app’s answer is the result; without a target it says that no app was asked', async () => {
    await button('Send').click()
    await page.getByText('Your app was not called: no target is set').first().waitFor()
    await page.getByText('Delivered 200').waitFor()
    await page.getByText('The hook verified it, and hookscope answered 200').waitFor()
    merchant.behave(broken)
    await script('PUT', '/api/forward', { target: merchant.url })
    await page.getByLabel('Clock').selectOption('Real time')
    await button('Send').click()
    await page.waitForURL(/\/simulate\/2/)
    const line = page.getByRole('button', { name: /^Attempt 1 / })
    await line.getByText('App: 500').waitFor()
    expect(await line.textContent()).toMatch(/Hook: verified, 200.*App: 500.*Cannot read the order/)
    await page.getByText('The app answered 500').waitFor()
    await page.getByText('Queued', { exact: true }).waitFor()
    expect(await page.getByText('Delivered').count()).toBe(0)
    merchant.behave(manners.answers())
    await page.keyboard.press('h')
    await page.getByText('Delivered 200').waitFor()
    await page
      .getByRole('link', { name: 'Delivery #' })
      .first()
      .or(page.getByText(/Attempt 2/))
      .first()
      .waitFor()
  })

  it('form and JSON say the same, and what they say is what the app gets', async () => {
    await toTheApp()
    const text = page.locator('.cm-content')
    await field('event_body.object.invoice').or(button('Add a field').first()).first().waitFor()
    await field('event_body.object.authcode').fill('123 "quoted"')
    await page.getByRole('radio', { name: 'JSON' }).check()
    await text.filter({ hasText: '"authcode": "123 \\"quoted\\""' }).waitFor()
    const seed = Number(await page.getByLabel('Seed').inputValue())
    const changed: Record<string, unknown> = {
      ...sampleEvent('transaction.sale.success', seed),
      event_id: 'an id of my own',
    }
    await text.click()
    await page.keyboard.press('Control+A')
    await page.keyboard.insertText(JSON.stringify(changed))
    await page.getByRole('radio', { name: 'Form' }).check()
    await page.getByText('Envelope and merchant').click()
    await expect.poll(() => field('event_id').inputValue()).toBe('an id of my own')
    await field('event_body.object.result').hover()
    await page
      .getByRole('group', { name: 'object', exact: true })
      .getByRole('button', { name: 'Omit result', exact: true })
      .click()
    await button('Send').click()
    await merchant.arrived(1)
    const [event] = bodiesSent()
    expect(event.event_id).toBe('an id of my own')
    expect(event.event_body).toMatchObject({ merchant: asObject(changed['event_body'])?.['merchant'] })
    expect(event.event_body.object).not.toHaveProperty('result')
    expect(headerValue(merchant.received[0]?.headers ?? [], 'X-Signature')).toMatch(/^[0-9a-f]{64}$/)
    expect(await page.content()).not.toContain('the-key-of-the-app')
  })

  it('steps through a scenario: one event of it is changed, another loses a field, the others go out as they are', async () => {
    await toTheApp()
    await page.goto(`${inspectorUrl}/simulate?what=journey:ach-return`)
    const story = page.locator('.story')
    await story.getByText('ach.settled', { exact: true }).click()
    await page.waitForURL(/step=3/)
    await field('event_body.object.orderid').fill('A 2nd')
    await story.getByText('ach.returned', { exact: true }).click()
    await page.waitForURL(/step=4/)
    await field('event_body.changes.new.reason').waitFor()
    expect(await story.locator('.story-step > details[open]').count()).toBe(1)
    await page.getByRole('group', { name: 'changes › new' }).getByText('reason', { exact: true }).hover()
    await button('Omit reason').last().click()
    expect(await page.getByText('1 changed', { exact: true }).count()).toBe(2)
    await page.reload()
    await page.getByRole('group', { name: 'changes › new' }).getByText('omitted').waitFor()
    await page.getByRole('textbox', { name: 'Signature Key' }).fill('the-key-of-the-app')
    await button('Send').click()
    await merchant.arrived(4)
    const sent = new Map(bodiesSent().map(event => [event.event_type, event.event_body]))
    expect(sent.get('ach.settled').object.orderid).toBe('A 2nd')
    expect(sent.get('ach.returned').changes.new).not.toHaveProperty('reason')
    expect(sent.get('ach.returned').changes.old).toHaveProperty('reason')
    expect(sent.get('ach.submitted').object.orderid).not.toBe('A 2nd')
    await button('Change and send').click()
    expect(await page.getByText('1 changed', { exact: true }).count()).toBe(2)
    await button('Reset').click()
    expect(await page.getByText('1 changed', { exact: true }).count()).toBe(0)
  })

  it('text that is no JSON is said to go out as it is written, and does', async () => {
    await toTheApp()
    await page.getByRole('radio', { name: 'JSON' }).check()
    await page.locator('.cm-content').click()
    await page.keyboard.press('Control+A')
    // Every letter is a key of this view elsewhere.
    await page.keyboard.type('never')
    await page.keyboard.insertText(' {"type":"event",')
    await page.getByText('sent as written').waitFor()
    await button('Send').click()
    await merchant.arrived(1)
    expect(merchant.received[0]?.body.toString()).toBe('never {"type":"event",')
    await button('Reset').click()
    await page.getByText('sent as written').waitFor({ state: 'hidden' })
  })

  it('shows each attempt on the schedule with the app’s answer; what waits is tried at once, then cancelled', async () => {
    merchant.behave(broken)
    await toTheApp()
    await page.getByLabel('Clock').selectOption('Real time')
    await button('Send').click()
    await page.getByText('Queued', { exact: true }).waitFor()
    await button('Attempt 1')
      .or(page.getByRole('button', { name: /^Attempt 1/ }))
      .first()
      .waitFor()
    await page.getByText('The app answered 500').waitFor()
    await page.getByText('Cannot read the order').last().waitFor()
    await page.keyboard.press('h')
    await page.getByRole('button', { name: /^Attempt 2 after 5 min answered 500/ }).waitFor()
    expect(new Set(bodiesSent().map(({ event_id }) => event_id)).size).toBe(1)
    await page.getByRole('link', { name: 'All simulations' }).click()
    await page.getByText(/attempt 3, after 10 min/).waitFor()
    await button('Cancel all').click()
    await page.getByText('Canceled 1 event.').waitFor()
    await page.getByRole('link', { name: /1 cancelled/ }).click()
    await page.getByText('Canceled', { exact: true }).waitFor()
  })

  it('sends the same again, and fills the form with what was sent', async () => {
    await toTheApp()
    await page.getByLabel('Repeat').fill('3')
    await button('Send').click()
    await page.getByText('3 delivered').waitFor()
    await button('Send again').click()
    await page.waitForURL(/\/simulate\/2/)
    await merchant.arrived(6)
    const ids = bodiesSent().map(({ event_id }) => event_id)
    expect(new Set(ids).size).toBe(3)
    await page.getByLabel('Repeat').fill('1')
    await button('Change and send').click()
    await expect.poll(() => page.getByLabel('Repeat').inputValue()).toBe('3')
  })

  it('over a reload the form is as it was, without keys, and tab and axis are in the URL', async () => {
    await toTheApp()
    await page.getByLabel('Authentication').selectOption('Basic')
    await page.getByLabel('User name').fill('gateway')
    await page.getByLabel('Password', { exact: true }).fill('a-password-to-forget')
    await page.getByLabel('Repeat').fill('3')
    await field('event_body.object.authcode').fill('kept')
    await page.getByRole('button', { name: /^None/ }).click()
    await page.getByRole('checkbox', { name: /^Duplicates/ }).check()
    await page.getByRole('radio', { name: 'JSON' }).check()
    await page.waitForURL(/as=json/)
    await page.reload()
    await page.locator('.cm-content').getByText('"authcode": "kept"').waitFor()
    expect(await page.getByLabel('Target').inputValue()).toBe(merchant.url)
    expect(await page.getByLabel('User name').inputValue()).toBe('gateway')
    expect(await page.getByLabel('Repeat').inputValue()).toBe('3')
    expect(await page.getByRole('checkbox', { name: /^Duplicates/ }).isChecked()).toBe(true)
    for (const secret of ['Password', 'Signature Key'])
      expect(await page.getByRole('textbox', { name: secret, exact: true }).inputValue()).toBe('')
    const stored = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]))
    expect(stored).toContain('gateway')
    expect(stored).not.toContain('a-password-to-forget')
    expect(stored).not.toContain('the-key-of-the-app')
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill('another')
    await page.getByRole('textbox', { name: 'Signature Key' }).fill('the-key-of-the-app')
    await button('Send').click()
    await page
      .getByText(/^\d delivered$/)
      .first()
      .waitFor()
    await page.getByRole('radio', { name: 'Gateway’s schedule' }).check()
    await page.waitForURL(/axis=schedule/)
    await page.reload()
    await page
      .getByText(/^\d delivered$/)
      .first()
      .waitFor()
    expect(await page.getByRole('radio', { name: 'Gateway’s schedule' }).isChecked()).toBe(true)
  })

  it('asks for the keys of a URL once more before it sends the same again', async () => {
    await toTheApp()
    await button('Send').click()
    await page.getByText('1 delivered').waitFor()
    await page.reload()
    await button('Send again').click()
    await page.getByText('Enter the keys again').waitFor()
    const keyField = page.getByRole('textbox', { name: 'Signature Key' })
    await expect.poll(() => keyField.evaluate(element => element === document.activeElement)).toBe(true)
    await page.getByText('Enter the key to sign with.').first().waitFor()
    expect(merchant.received).toHaveLength(1)
    await keyField.fill('the-key-of-the-app')
    await page.keyboard.press('Control+Enter')
    await page.waitForURL(/\/simulate\/2/)
    await merchant.arrived(2)
    const [first, second] = merchant.received
    const body = second?.body ?? Buffer.alloc(0)
    expect(JSON.parse(body.toString()).event_id).toBe(JSON.parse(first?.body.toString() ?? '').event_id)
    expect(headerValue(second?.headers ?? [], 'X-Signature')).toBe(signatureOf('the-key-of-the-app', body))
  })

  it('sends again at once what went to a URL without keys', async () => {
    await toTheApp()
    await page.getByLabel('Signature', { exact: true }).selectOption('None')
    await button('Send').click()
    await page.getByText('1 delivered').waitFor()
    await page.reload()
    await button('Send again').click()
    await page.waitForURL(/\/simulate\/2/)
    await merchant.arrived(2)
  })

  it('says at the field what is missing, and previews the signed request without sending it', async () => {
    await toTheApp()
    await page.getByLabel('Target').fill('ftp://shop')
    await page.getByLabel('Repeat').fill('0')
    await button('Send').click()
    await page.getByText('is neither http nor https').first().waitFor()
    await page
      .getByText(/A whole number from 1/)
      .first()
      .waitFor()
    await page.getByLabel('Target').fill(merchant.url)
    await page.getByLabel('Repeat').fill('2')
    await button('Preview').click()
    const dialog = page.getByRole('dialog', { name: 'What would be sent' })
    await dialog.getByText(/X-Signature/i).waitFor()
    await dialog.getByText('2 events in all.', { exact: false }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^None/ }).click()
    await page.getByRole('checkbox', { name: /^No credentials/ }).check()
    await page.getByText('The fault no-credentials has no effect').first().waitFor()
    await button('Send').click()
    await page.getByText('Not sent yet: The fault no-credentials has no effect').waitFor()
    expect(merchant.received).toEqual([])
  })

  it('saves a delivery as a sample, scrubbed, which can be simulated and removed', async () => {
    await button('Send').click()
    await page.getByText('Delivered 200').waitFor()
    await page.goto(`${inspectorUrl}/deliveries/1`)
    await page.getByRole('tree').waitFor()
    await page.keyboard.press('s')
    const dialog = page.getByRole('dialog', { name: 'Save #1 as a sample' })
    await dialog.getByLabel('Name').fill('Not a name')
    await dialog.getByRole('button', { name: 'Save as sample' }).click()
    await dialog.getByText(/Lower-case letters/).waitFor()
    await dialog.getByLabel('Name').fill('my-sale')
    await dialog.getByRole('button', { name: 'Save as sample' }).click()
    await button('Simulate it').click()
    await page.waitForURL(/what=sample/)
    await field('event_body.object.key').waitFor()
    await button('Send').click()
    await command.waitForLine('delivery', line => line.id === 2)
    await button('Remove this sample').click()
    await page.getByText('Removed the sample “my-sale”.').waitFor()
    await page.waitForURL(/what=transaction\.sale\.success/)
  })

  it('tells of a number that no simulation has', async () => {
    await page.goto(`${inspectorUrl}/simulate/99`)
    await page.getByRole('link', { name: 'Show all simulations' }).click()
    await page.getByRole('heading', { name: 'Simulate the gateway' }).waitFor()
  })
})

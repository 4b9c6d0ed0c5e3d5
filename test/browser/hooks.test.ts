import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '../helpers/browser.ts'
import { emptyFolder, type RunningCommand, startListening } from '../helpers/command.ts'
import { eventBytes, openGateway } from '../helpers/gateway.ts'
import { scriptOf } from '../helpers/inspector.ts'

/** What a merchant does with webhooks, as in the console, on a hookscope that has just been started. */
describe('the hooks, by mouse and by keyboard', () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let command: RunningCommand
  let inspectorUrl: string
  let script: ReturnType<typeof scriptOf>
  let firstUrl: string

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  beforeEach(async () => {
    command = startListening([], { db: join(emptyFolder(), 'deliveries.db') })
    const ready = await command.waitForLine('ready')
    inspectorUrl = ready.inspectorUrl
    script = scriptOf(ready.inspectorLink)
    firstUrl = ready.hooks[0]?.localUrl ?? ''
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    page = await context.newPage()
    await page.goto(ready.inspectorLink)
    await page
      .getByRole('navigation')
      .getByRole('link', { name: /^Hooks/ })
      .click()
    await page.getByRole('heading', { name: 'Hooks' }).waitFor()
  })
  afterEach(async () => {
    await context?.close()
    await command?.stop()
  })

  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const choose = (field: string, choice: string) =>
    page.getByRole('radiogroup', { name: field }).getByText(choice, { exact: true }).click()
  const hookLink = (label: string) => page.getByRole('link', { name: label, exact: true })
  const post = async (url: string, seed: number, key?: string) => {
    const gateway = openGateway({ url, ...(key === undefined ? {} : { key }) })
    const answer = await gateway.post(eventBytes('transaction.sale.success', seed))
    gateway.close()
    return answer.status
  }
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim())
  /** Tab by Tab to what reads so. */
  async function tabTo(text: string) {
    for (let presses = 0; presses < 100; presses += 1) {
      await page.keyboard.press('Tab')
      if ((await focused()) === text) return
    }
    throw new Error(`No Tab leads to “${text}”.`)
  }
  /** Where the hook of this label is on this machine: without a tunnel the list shows that. */
  const urlOf = async (label: string) =>
    (await page
      .getByRole('listitem')
      .filter({ has: hookLink(label) })
      .locator('.hook-address code')
      .textContent()) ?? ''

  it('adds one with every field, which then checks what arrives at its own path and shows no secret', async () => {
    await page.getByRole('link', { name: 'Add Webhook' }).click()
    await page.getByLabel('Webhook Label').fill('Back office')
    await page.getByRole('checkbox', { name: /^Settlement/ }).check()
    await choose('Authentication', 'None')
    await choose('Signature', 'Source Key')
    await page.getByRole('textbox', { name: 'Source Key' }).fill('the-source-key-of-the-office')
    await button('Add Hook').click()
    await page.getByText('“Back office” is added.').waitFor()
    await page.getByText('••••fice').waitFor()
    expect(await page.content()).not.toContain('the-source-key-of-the-office')
    const url = await urlOf('Back office')
    expect(url).not.toBe(firstUrl)
    expect(await post(url, 1, 'another')).toBe(401)
    expect(await post(url, 2, 'the-source-key-of-the-office')).toBe(200)
    expect(await post(firstUrl, 3, 'another')).toBe(200)
    // A reset of one half keeps the other.
    await hookLink('Back office').click()
    await button('Reset Webhook Authentication').click()
    await page.getByText('Stays Source Key ••••fice unless you choose.').waitFor()
    await choose('Authentication', 'Basic')
    await page.getByLabel('Username').fill('shop')
    await page.getByRole('textbox', { name: 'Password' }).fill('open sesame')
    await button('Save Changes').click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const card = page.getByRole('listitem').filter({ has: hookLink('Back office') })
    await card.filter({ hasText: 'Basicshop' }).filter({ hasText: 'Source Key ••••fice' }).waitFor()
    expect(await post(url, 4, 'the-source-key-of-the-office')).toBe(401)
  })

  it('adds one by keyboard alone: the window holds the focus, a mistake is found, Control and Enter save', async () => {
    await page.keyboard.press('n')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByText('Webhook Label is empty.', { exact: false }).waitFor()
    const label = page.getByLabel('Webhook Label')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true')
    await page.keyboard.type('By hand')
    await expect.poll(() => label.inputValue()).toBe('By hand')
    for (const _ of ['hook url', 'find events', 'all']) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('25 of 25 chosen').waitFor()
    await page.getByRole('radiogroup', { name: 'Authentication' }).getByLabel('None').focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('Control+Enter')
    await page.getByText('“By hand” is added.').waitFor()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await hookLink('By hand').waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Edit Webhook: By hand' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('By hand')
  })

  it('edits, resets, keeps, abandons, deletes and takes back by keyboard alone', async () => {
    const window = page.getByRole('dialog', { name: 'Edit Webhook: hookscope' })
    const signature = page.getByRole('radiogroup', { name: 'Signature' })
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await window.waitFor()
    await tabTo('Reset Webhook Authentication')
    await page.keyboard.press('Enter')
    await signature.waitFor()
    await expect.poll(focused).toBe('Keep Current Configuration')
    await page.keyboard.press('Enter')
    await signature.waitFor({ state: 'hidden' })
    await page.keyboard.press('Enter')
    await signature.waitFor()
    await signature.getByLabel('None').focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Escape')
    await tabTo('Abandon Changes')
    await page.keyboard.press('Enter')
    await window.waitFor({ state: 'hidden' })

    await expect.poll(focused).toBe('hookscope')
    await page.keyboard.press('Enter')
    await window.waitFor()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('Renamed')
    await tabTo('Save Changes')
    await page.keyboard.press('Enter')
    await window.waitFor({ state: 'hidden' })
    await hookLink('Renamed').waitFor()

    await expect.poll(focused).toBe('Renamed')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Edit Webhook: Renamed' }).waitFor()
    await tabTo('Delete Hook')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Delete “Renamed”?' }).waitFor()
    await expect.poll(focused).toBe('Close')
    await tabTo('Delete Hook')
    await page.keyboard.press('Enter')
    await page.getByText('No webhook yet').waitFor()
    await tabTo('Undo')
    await page.keyboard.press('Enter')
    await hookLink('Renamed').waitFor()
  })

  it('resets the authentication, keeps it after all, then changes the key and checks the stored deliveries again', async () => {
    for (const seed of [1, 2, 3]) expect(await post(firstUrl, seed, 'the-key-of-the-console')).toBe(200)
    await page.locator('.hook-row').first().click()
    await button('Reset Webhook Authentication').click()
    await choose('Signature', 'Signature Key')
    await button('Keep Current Configuration').click()
    await page.getByRole('radiogroup', { name: 'Signature' }).waitFor({ state: 'hidden' })
    await button('Reset Webhook Authentication').click()
    await choose('Authentication', 'None')
    await choose('Signature', 'Signature Key')
    await page.getByRole('textbox', { name: 'Signature Key' }).fill('the-key-of-the-console')
    await button('Save Changes').click()
    await button('Check them again').click()
    await page.getByText(/3 verdicts changed/).waitFor()
    await page.getByRole('link', { name: 'History' }).click()
    await page.getByText('Webhook Authentication was reset').waitFor()
    await page.goto(`${inspectorUrl}/?q=is:verified`)
    await page.getByRole('option').nth(2).waitFor()
  })

  it('asks before changes are lost, as often as it takes', async () => {
    await hookLink('hookscope').click()
    await page.getByLabel('Webhook Label').fill('Half done')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Unsaved changes' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Unsaved changes' }).waitFor({ state: 'hidden' })
    expect(await page.getByLabel('Webhook Label').inputValue()).toBe('Half done')
    await page.getByRole('dialog').getByText('Close', { exact: true }).click()
    await button('Abandon Changes').click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await hookLink('hookscope').waitFor()
  })

  it('deletes after a second window, and takes it back with its path', async () => {
    await hookLink('hookscope').click()
    await button('Delete Hook').click()
    const question = page.getByRole('dialog', { name: 'Delete “hookscope”?' })
    await question.getByRole('button', { name: 'Delete Hook' }).click()
    await page.getByText('No webhook yet').waitFor()
    expect(await post(firstUrl, 1)).toBe(404)
    await button('Undo').click()
    await hookLink('hookscope').waitFor()
    expect(await post(firstUrl, 2)).toBe(200)
  })

  it('gives failing mock responses, counts them down before the eyes, and answers as usual again', async () => {
    await page.getByRole('link', { name: 'Mock response of hookscope' }).click()
    await button('Fail the next 3').click()
    await page.getByLabel('How many').fill('2')
    await page.getByLabel('Status of a failure').fill('503')
    await button('Start').click()
    await page.getByRole('link', { name: 'Answers 503 to the next 2 deliveries' }).waitFor()
    expect(await post(firstUrl, 1)).toBe(503)
    await page.getByRole('link', { name: 'Answers 503 to the next delivery' }).click()
    await page.getByRole('dialog').getByText('Answers 503 to the next delivery').waitFor()
    expect(await post(firstUrl, 1)).toBe(503)
    await page.getByRole('dialog').getByText('Answers 200 again').waitFor()
    expect(await post(firstUrl, 1)).toBe(200)
    await button('Answer as usual').click()
    await page.getByText('answers as usual again', { exact: false }).waitFor()
    await page.locator('.hook-mark').waitFor({ state: 'detached' })
  })

  it('says so when a hook is deleted elsewhere while its window holds changes', async () => {
    await hookLink('hookscope').click()
    await page.getByRole('textbox', { name: 'Webhook Label' }).fill('Renamed')
    await script('DELETE', '/api/hooks/main')
    const told = page.getByRole('alert').filter({ hasText: '“hookscope” was deleted' })
    await told.filter({ hasText: 'your changes here are not saved' }).waitFor()
    await page.getByRole('link', { name: 'Show the webhooks' }).click()
    await page.getByRole('alert').waitFor({ state: 'hidden' })
  })

  it('refuses a Hook URL that the gateway would not take, at its field', async () => {
    await hookLink('hookscope').click()
    await page.getByText('Another URL').click()
    const url = page.getByRole('textbox', { name: 'Hook URL' })
    for (const [typed, why] of [
      ['ftp://shop.example/', /https:\/\/ only/],
      ['https://shop:secret@shop.example/', /contains a user name or a password/],
      ['http://shop.example/', /is not https/],
    ] as const) {
      await url.fill(typed)
      await button('Save Changes').click()
      await page.getByRole('alert').filter({ hasText: why }).waitFor()
      await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Hook URL')
    }
  })

  it('keeps its window in place while choices far down are made, on a small screen', async () => {
    await page.setViewportSize({ width: 1024, height: 600 })
    await page.getByRole('link', { name: 'Add Webhook' }).click()
    await choose('Authentication', 'Basic')
    await choose('Signature', 'Source Key')
    await page.getByRole('textbox', { name: 'Source Key' }).waitFor()
    const edges = await page.getByRole('dialog').evaluate(dialog => {
      const [window, head, foot] = [
        dialog,
        dialog.querySelector('.dialog-head'),
        dialog.querySelector('.dialog-foot'),
      ].map(part => part?.getBoundingClientRect())
      return window && head && foot && [head.top - window.top, window.bottom - foot.bottom].map(Math.round)
    })
    // The border of the window.
    expect(edges).toEqual([1, 1])
  })

  it('on a phone, what a notice says and its cross stand side by side', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('link', { name: 'Add Webhook' }).click()
    await page.getByLabel('Webhook Label').fill('Back office')
    await button('All').click()
    await choose('Authentication', 'None')
    await choose('Signature', 'Source Key')
    await page.getByRole('textbox', { name: 'Source Key' }).fill(' a key with blanks around it ')
    await button('Add Hook').click()
    const notice = page.locator('.hook-notice', { hasText: 'whitespace around it' })
    const text = await notice.locator('p').boundingBox()
    const cross = await notice.getByRole('button', { name: 'Dismiss' }).boundingBox()
    expect(cross?.x).toBeGreaterThanOrEqual((text?.x ?? 0) + (text?.width ?? 0))
    expect(cross?.y).toBeLessThan((text?.y ?? 0) + (text?.height ?? 0))
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CheckReport } from '../../core/check/finding.ts'
import { probes } from '../../core/check/probes.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { emptyFolder, type RunningCommand, startListening } from '../helpers/command.ts'
import { type ShopServer, startNodeShop } from '../merchants/node.ts'
import { credentials, key, openShop } from '../merchants/shop.ts'

/** How many questions a whole check asks. */
const all = probes.length

/** How long it may take: it sends more than 700 events, and a machine may have much else to do. */
const wholeCheckMs = 120_000

/** What a merchant does the day before going live, with a shop that takes empty signatures until it is mended. */
describe('the Check view', () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let command: RunningCommand
  let server: ShopServer
  let inspectorUrl: string
  let mended: boolean
  /** Answers wait for it. */
  let held: Promise<void>

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())

  beforeEach(async () => {
    const shop = openShop()
    mended = false
    held = Promise.resolve()
    server = await startNodeShop({
      ...shop,
      signed: came => (!mended && came.headers['x-signature'] === '') || shop.signed(came),
      async act(event, came) {
        await held
        return shop.act(event, came)
      },
    })
    command = startListening(['--forward', server.url.href], {
      db: join(emptyFolder(), 'deliveries.db'),
      env: {
        HOOKSCOPE_SIGNATURE_KEY: key,
        HOOKSCOPE_BASIC_AUTH: `${credentials.username}:${credentials.password}`,
      },
    })
    const ready = await command.waitForLine('ready')
    inspectorUrl = ready.inspectorUrl
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
    page = await context.newPage()
    await page.goto(ready.inspectorLink)
    // What hookscope says comes after the keys are bound.
    await page.getByText('No tunnel').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('r')
    await button('Check').waitFor()
  })
  afterEach(async () => {
    await context?.close()
    await command?.stop()
    await server?.close()
  })

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const verdict = (text: RegExp) => page.getByRole('heading', { name: text })
  const finding = (title: string) => page.getByRole('button', { name: new RegExp(`: ${title}`) })
  /** Leaves out all questions but those of some groups. */
  const only = async (...groups: string[]) => {
    await button('None').click()
    for (const group of groups) await page.getByRole('checkbox', { name: group, exact: true }).check()
  }

  it('by keyboard alone: the forward target is checked, what to mend is found, opened, and asked again', {
    timeout: 180_000,
  }, async () => {
    await page.getByRole('heading', { name: 'Ready to go live?' }).waitFor()
    expect(await page.getByLabel('Target').inputValue()).toBe(server.url.href)
    await page.getByText(new RegExp(`^${all} probes, at most \\d+ requests on up to 20 connections\\.$`)).waitFor()
    await page.keyboard.press('Control+Enter')
    await page.waitForURL(/\/check\/1/)
    await verdict(/^Not ready to go live: 1 probe failed$/).waitFor({ timeout: wholeCheckMs })
    await page.getByRole('img', { name: 'Score 49 of 100' }).waitFor()
    await page.keyboard.press('m')
    await page.waitForURL(/probe=signature-empty/)
    const open = finding('Accepts an empty signature')
    await expect.poll(() => open.getAttribute('aria-expanded')).toBe('true')
    await expect.poll(() => open.evaluate(line => line === document.activeElement)).toBe(true)
    await page.getByText('Why it matters').waitFor()
    await page.getByLabel('Framework').selectOption({ label: 'PHP' })
    await page.getByText('hash_equals').waitFor()
    await page.getByText('6 headers').click()
    await page
      .getByRole('table')
      .filter({ hasText: /X-Signature/ })
      .waitFor()
    expect(await page.content()).not.toContain(key)
    expect(await page.content()).not.toContain(credentials.password)
    mended = true
    await button('Run this probe again').click()
    await page.waitForURL(/\/check\/2\?probe=signature-empty&with=1/)
    await verdict(/^Ready to go live, as far as examined$/).waitFor()
    await page.getByText('better: was failed').waitFor()
    await page.keyboard.press('Escape')
    await page.waitForURL(url => !url.searchParams.has('probe'))
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: /#2 Ready to go live, as far as examined/ }).waitFor()
    // One question answered well is not the whole: the rail keeps what the last full check came to.
    await expect.poll(() => page.getByRole('link', { name: /^Check/ }).textContent()).toMatch(/49$/)
  })

  it('compares a check with the one before it, and any two', async () => {
    await only('It refuses everyone else')
    await button('Check').click()
    await verdict(/^Not ready/).waitFor()
    mended = true
    await page.keyboard.press('r')
    await verdict(/^Ready to go live, as far as examined/).waitFor()
    await page.getByText(/Since #1: 1 better · score \d+ → 100/).waitFor()
    await button('Show what changed').click()
    await page.waitForURL(/show=changed/)
    await expect.poll(() => page.getByRole('list').getByRole('listitem').count()).toBe(1)
    await page.getByRole('button', { name: /^All \d/ }).click()
    await finding('Refuses a signature made with another key').waitFor()
    await page.getByRole('link', { name: 'All checks' }).click()
    await page.getByRole('checkbox', { name: 'Compare #1' }).check()
    await page.getByRole('checkbox', { name: 'Compare #2' }).check()
    await page.getByRole('link', { name: 'Compare #1 with #2' }).click()
    await page.getByText('better: was failed').waitFor()
  })

  it('streams findings in, and stops when it is told to', async () => {
    let release = () => {}
    held = new Promise(resolve => {
      release = resolve
    })
    await button('Check').click()
    await verdict(/^Checking/).waitFor()
    await page.getByRole('button', { name: /\d+ probes not examined: / }).click()
    // What the group counts as not examined, none of its findings calls skipped.
    await page
      .getByRole('button', { name: /^Not examined: / })
      .first()
      .waitFor()
    expect(await page.getByRole('button', { name: /^Skipped: / }).count()).toBe(0)
    await page.getByText(new RegExp(`^\\d+ of ${all}$`)).waitFor()
    await page.getByText('Not run yet: Survives an empty body').waitFor()
    await page.getByRole('link', { name: /^Check/ }).click()
    await page.getByRole('link', { name: 'Show the running check' }).click()
    await verdict(/^Checking/).waitFor()
    await page.keyboard.press('x')
    await verdict(new RegExp(`^Stopped after \\d+ of ${all} probes$`)).waitFor()
    release()
    await button('Delete').click()
    await page.getByRole('dialog', { name: 'Delete check #1?' }).getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { name: 'Ready to go live?' }).waitFor()
  })

  it('exports the report as HTML, JSON and JUnit', async () => {
    await only('It does not break')
    await button('Check').click()
    await verdict(/^Ready to go live, as far as examined/).waitFor()
    const files: Record<string, string> = {}
    for (const item of ['HTML, to print or send', 'JSON', 'JUnit, for CI']) {
      await button('Export').click()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: item, exact: true }).click(),
      ])
      files[download.suggestedFilename()] = readFileSync(await download.path(), 'utf8')
    }
    expect(Object.keys(files)).toEqual(['hookscope-check-1.html', 'hookscope-check-1.json', 'hookscope-check-1.xml'])
    const report: CheckReport = JSON.parse(files['hookscope-check-1.json'] ?? '')
    expect(report).toMatchObject({ kind: 'hookscope-check', ready: true, options: { only: ['sturdy'] } })
    expect(files['hookscope-check-1.html']).toContain('<!doctype html>')
    expect(files['hookscope-check-1.xml']).toContain('<testsuites')
  })

  it('asks for the host before anything leaves this machine', async () => {
    await only('Connection')
    // A name that nothing has: if it were asked all the same, nobody would be.
    await page.getByLabel('Target').fill('https://shop.invalid/webhooks')
    await page.getByText('You confirm before anything is sent.', { exact: false }).waitFor()
    await button('Check').click()
    const dialog = page.getByRole('dialog', { name: 'Send this to shop.invalid?' })
    await dialog.getByRole('textbox').fill('shop.example')
    await page.keyboard.press('Enter')
    await dialog.getByRole('alert').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    expect(page.url()).toBe(`${inspectorUrl}/check`)
    await button('Check').click()
    await dialog.getByRole('textbox').fill('shop.invalid')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/check\/1/)
  })

  it('takes keys that are typed in, says at the field what is missing, and keeps none of them', async () => {
    await page.getByRole('radio', { name: 'Enter keys' }).check()
    await button('Check').click()
    await page.getByText('Enter the key that your app verifies with.').first().waitFor()
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true')
    await page.getByRole('textbox', { name: 'Signature Key' }).fill(key)
    await page.getByLabel('Authentication').selectOption('Basic')
    await page.getByLabel('User name').fill(credentials.username)
    await page.getByRole('textbox', { name: 'Password' }).fill(credentials.password)
    await only('It refuses everyone else')
    await button('Check').click()
    await verdict(/^Not ready to go live: 1 probe failed/).waitFor()
    await page.reload()
    await verdict(/^Not ready to go live: 1 probe failed/).waitFor()
    await button('Check again').click()
    await page.getByText('Enter the keys again', { exact: false }).waitFor()
    await page.getByText(`17 of ${all}`, { exact: true }).first().waitFor()
    expect(await page.getByRole('textbox', { name: 'Signature Key' }).inputValue()).toBe('')
  })

  it('says so when nothing listens there, and of a number that no check has', async () => {
    await server.close()
    await button('Check').click()
    await page.getByRole('alert').first().waitFor()
    await page.goto(`${inspectorUrl}/check/99`)
    await page.getByRole('link', { name: 'Show all checks' }).click()
    await button('Check').waitFor()
  })
})

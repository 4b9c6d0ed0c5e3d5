/** The HTML report of the readiness check as a file in a browser: readable, usable by keyboard, silent, and on paper. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CheckReport } from '../../core/check/finding.ts'
import { htmlReport } from '../../server/check/report/html.ts'
import { axeFindings } from '../helpers/axe.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { emptyFolder } from '../helpers/command.ts'
import { openShop, type Shop } from '../merchants/shop.ts'
import { openWrongShop, reportOn, stoppedReport, withHostileText } from '../server/check/some-reports.ts'

const folder = emptyFolder()
const names = ['right', 'wrong', 'hostile', 'stopped', 'usual'] as const
type Name = (typeof names)[number]
const urls: Partial<Record<Name, string>> = {}
let browser: Browser

/** An endpoint as many are: it checks signatures, and has two things to mend. */
function openUsualShop(): Shop {
  const right = openShop()
  let orders = 0
  return {
    ...right,
    serves: method => method === 'POST' || method === 'GET',
    parse: body => right.parse(body) ?? (body.length === 0 ? {} : null),
    async act(event) {
      if (event['event_type'] === 'transaction.sale.success') orders += 1
      return { status: 200 }
    },
    orders: () => orders,
  }
}

beforeAll(async () => {
  const wrong = await reportOn(openWrongShop())
  const usual = await reportOn(openUsualShop())
  const reports: Record<Name, CheckReport> = {
    right: await reportOn(openShop()),
    wrong,
    hostile: withHostileText(wrong),
    stopped: await stoppedReport(20),
    usual: { ...usual, options: { ...usual.options, target: 'http://localhost:3000/webhooks' } },
  }
  for (const name of names) {
    const file = join(folder, `${name}.html`)
    writeFileSync(file, htmlReport(reports[name]))
    urls[name] = pathToFileURL(file).href
  }
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

/** A page that shows a report, and what it complained of, refused scripts and styles included. */
async function open(name: Name, options: Parameters<Browser['newContext']>[0] = {}) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const complaints: string[] = []
  const asked: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', line => complaints.push(line.text()))
  page.on('dialog', dialog => {
    complaints.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', request => asked.push(request.url()))
  await page.goto(urls[name] ?? '')
  return { context, page, complaints, asked }
}

describe('axe finds nothing, and nothing is cut off', () => {
  const looks = [
    { colorScheme: 'light', width: 1200 },
    { colorScheme: 'dark', width: 390 },
  ] as const
  const shown = ['right', 'hostile', 'stopped', 'usual'] as const
  it.each(looks.flatMap(look => shown.map(name => ({ ...look, name }))))(
    '$name: $colorScheme, $width pixels wide',
    async ({ colorScheme, width, name }) => {
      // axe itself is a script, which the report's own policy refuses.
      const { context, page } = await open(name, { bypassCSP: true, colorScheme, viewport: { width, height: 900 } })
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true
      })
      expect(await axeFindings(page, 'all')).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
      if (name === 'usual' && colorScheme === 'light') await keepPicture()
      await context.close()
    },
  )
})

/** `npm run pictures` keeps one for the documentation. */
async function keepPicture(): Promise<void> {
  if (import.meta.env.MODE !== 'pictures') return
  const { context, page } = await open('usual', { colorScheme: 'light', viewport: { width: 1100, height: 1250 } })
  await page.screenshot({ path: fileURLToPath(new URL('../../ui/pictures/check-report.png', import.meta.url)) })
  await context.close()
}

it('loads nothing but itself and complains of nothing, whatever the endpoint answered', async () => {
  for (const name of names) {
    const { context, complaints, asked } = await open(name)
    expect(asked).toEqual([urls[name]])
    expect(complaints, name).toEqual([])
    await context.close()
  }
})

it('is gone through by keyboard: from what to fix to the finding, its code and its exchanges', async () => {
  const { context, page } = await open('wrong')
  const isAtFixes = () => page.evaluate(() => Boolean(document.activeElement?.closest('.fixes')))
  // What was not examined comes first, each with a link to how to have it examined; nothing else does.
  const before = await page.locator('#not-examined + .open a').count()
  for (let tab = 0; tab < before; tab++) await page.keyboard.press('Tab')
  expect(await isAtFixes()).toBe(false)
  await page.keyboard.press('Tab')
  expect(await isAtFixes()).toBe(true)
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('href'))
  await expect.poll(focused).toMatch(/^#/)
  const first = await focused()
  await page.keyboard.press('Enter')
  await page.waitForURL(url => url.hash === first)
  const finding = page.locator(`${first}`)
  await finding.locator('> summary').focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => finding.getAttribute('open')).toBeNull()
  await page.keyboard.press('Enter')
  await expect.poll(() => finding.getAttribute('open')).not.toBeNull()
  await finding.getByRole('link', { name: /in other stacks$/ }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(url => url.hash.startsWith('#code-'))
  const codes = page.locator(new URL(page.url()).hash)
  await codes.locator('summary', { hasText: 'Flask' }).focus()
  await page.keyboard.press('Space')
  await expect.poll(() => codes.locator('details[open] summary').allTextContents()).toEqual(['Flask'])
  await finding.locator('.exchange summary').first().focus()
  await page.keyboard.press('Enter')
  await finding.locator('.exchange pre').first().waitFor()
  await context.close()
})

it('on paper shows what came of each failure, opened or not, on white', async () => {
  const { context, page } = await open('wrong', { colorScheme: 'dark' })
  await page.emulateMedia({ media: 'print' })
  await page.locator('.finding.fail .exchange pre').first().waitFor()
  await expect
    .poll(() => page.evaluate(() => getComputedStyle(document.body).backgroundColor))
    .toBe('rgb(255, 255, 255)')
  await context.close()
})

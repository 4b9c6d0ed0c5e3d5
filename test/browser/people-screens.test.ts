/** Every screen of people, in both themes and three sizes. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '../helpers/browser.ts'
import { faultsOf } from './every-size.ts'
import { codesOf, password, type SharedInspector, shownSecret, startShared } from './shared-inspector.ts'

let browser: Browser
let shared: SharedInspector
let context: BrowserContext
let page: Page
let faults: string[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  shared = await startShared()
  context = await browser.newContext()
  page = await context.newPage()
})
afterAll(async () => {
  await browser?.close()
  await shared?.close()
})
afterEach(() => {
  faults = []
})

const open = (path: string) => page.goto(`${shared.origin}${path}`)
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor()
const look = async (name: string) => {
  faults.push(...(await faultsOf(page, name)))
}

it('joining, with a second factor and its recovery codes', async () => {
  await page.goto(await shared.invite('ana.lima@a-rather-long-company-name.example.com', 'owner'))
  await heading('Join hookscope')
  await look('join')
  await page.getByLabel('Your name').fill('Ana Lima')
  await page.getByLabel('Password').fill(password)
  await page.keyboard.press('Enter')
  await heading('Set up a second factor')
  await look('set-up')
  await button('Continue').click()
  await page.getByRole('img', { name: 'The key as an image to scan' }).waitFor()
  await look('authenticator')
  const codes = codesOf(await shownSecret(page))
  await page.getByLabel('Code').fill(codes.next())
  await page.keyboard.press('Enter')
  await page.getByRole('list', { name: 'Recovery codes' }).waitFor()
  await look('recovery-codes')
  await button('I saved them').click()
  await page.getByRole('button', { name: 'Account of Ana Lima' }).waitFor()
  expect(faults).toEqual([])
})

it('Hooks’ second factor, one’s account, people and the audit list', async () => {
  await shared.age(context)
  await open('/hooks')
  await page.getByRole('dialog', { name: 'Enter your second factor' }).waitFor()
  await look('step-up')
  await page.keyboard.press('Escape')
  await open('/account')
  await heading('Sessions and laptops')
  await page.getByRole('list', { name: 'Sessions and laptops' }).getByRole('listitem').first().waitFor()
  await look('account')
  await button('Turn off').click()
  await page.getByRole('dialog').waitFor()
  await look('turn-off')
  await page.keyboard.press('Escape')
  await shared.invite('somebody.new@a-rather-long-company-name.example.com', 'developer')
  await open('/people')
  await page.getByLabel('Role of Ana Lima').waitFor()
  await look('people')
  await page.getByRole('tab', { name: 'Audit list' }).click()
  await page.getByRole('row').nth(2).waitFor()
  await look('audit')
  expect(faults).toEqual([])
})

it('a laptop that asks to be connected', async () => {
  await open('/laptop')
  await heading('Connect a laptop')
  await look('laptop')
  const asked = await fetch(`${shared.origin}/auth/device/code`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ client_id: 'hookscope', device_name: 'ana-laptop' }),
  })
  const { user_code: code = '' } = (await asked.json()) as Record<string, string>
  await open(`/laptop?user_code=${code}`)
  await button('Continue').click()
  await heading('Connect “ana-laptop”?')
  await look('laptop-asks')
  expect(faults).toEqual([])
})

it('signing in, with its second step, and a link that does not work', async () => {
  await context.clearCookies()
  await open('/')
  await heading('Sign in')
  await look('sign-in')
  await page.getByLabel('E-mail address').fill('ana.lima@a-rather-long-company-name.example.com')
  await page.getByLabel('Password').fill(password)
  await page.keyboard.press('Enter')
  await page.getByLabel('Code').fill('000000')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  await look('sign-in-code')
  await context.clearCookies()
  await page.goto(`${shared.origin}/invitation#${'x'.repeat(43)}`)
  await heading('This link does not work')
  await look('link-invalid')
  expect(faults).toEqual([])
})

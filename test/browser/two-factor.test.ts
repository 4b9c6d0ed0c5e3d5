/** `hookscope --two-factor` as a merchant meets it on their own machine; and what a laptop without it loads of people: nothing. */
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '../helpers/browser.ts'
import { emptyFolder, type RunningCommand, startListening } from '../helpers/command.ts'
import { faultsOf } from './every-size.ts'
import { codesOf, shownSecret } from './shared-inspector.ts'

const db = join(emptyFolder(), 'deliveries.db')
let browser: Browser
let command: RunningCommand
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await command?.stop()
})

async function start(...options: string[]): Promise<string> {
  await command?.stop()
  command = startListening(options, { db })
  return (await command.waitForLine('ready')).inspectorLink
}

async function open(link: string): Promise<{ page: Page; scripts: string[] }> {
  const page = await browser.newPage()
  const scripts: string[] = []
  page.on('response', response => {
    if (response.url().endsWith('.js')) scripts.push(new URL(response.url()).pathname)
  })
  await page.goto(link)
  return { page, scripts }
}

const toHooks = (page: Page) =>
  page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('link', { name: /^Hooks/ })
    .click()
const inHooks = (page: Page) =>
  page
    .getByRole('link', { name: 'Add Webhook' })
    .or(page.getByRole('button', { name: 'Add Webhook' }))
    .first()
    .waitFor()
const peopleChunk = /\/screens-[\w-]+\.js$/

it('loads nothing of people where nobody is asked for anything', async () => {
  const { page, scripts } = await open(await start())
  await toHooks(page)
  await inHooks(page)
  await page.goto(`${new URL(page.url()).origin}/settings`)
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  expect(scripts.length).toBeGreaterThan(1)
  expect(scripts.filter(path => /screens|permissions|people/.test(path))).toEqual([])
  expect(await page.getByRole('button', { name: 'Second factor' }).count()).toBe(0)
  await page.close()
})

let recovery: string[] = []

it('has a factor set up there and then, with a code to scan and recovery codes', async () => {
  const { page, scripts } = await open(await start('--two-factor'))
  await page.getByRole('button', { name: 'Second factor' }).waitFor()
  await toHooks(page)
  const dialog = page.getByRole('dialog', { name: 'Set up a second factor' })
  await dialog.getByText('Hooks open with your second factor, as in the merchant console.', { exact: false }).waitFor()
  expect(await dialog.getByLabel('Your password').count()).toBe(0)
  const faults = await faultsOf(page, 'local-set-up')
  await page.keyboard.press('Enter')
  await dialog.getByRole('img', { name: 'The key as an image to scan' }).waitFor()
  const codes = codesOf(await shownSecret(page))
  await page.getByLabel('Code').fill(codes.next())
  await page.keyboard.press('Enter')
  const list = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
  await list.first().waitFor()
  recovery = await list.allTextContents()
  await page.getByRole('button', { name: 'I saved them' }).click()
  await inHooks(page)
  expect(scripts.some(path => peopleChunk.test(path))).toBe(true)
  expect(faults).toEqual([])
  await page.close()
})

it('asks for it before Hooks once hookscope was started anew, and not before what anybody may see', async () => {
  const { page } = await open(await start('--two-factor'))
  await page
    .getByRole('heading', { name: /Waiting|No deliveries|Deliveries/ })
    .first()
    .waitFor()
  await toHooks(page)
  await page.getByRole('dialog', { name: 'Enter your second factor' }).waitFor()
  const faults = await faultsOf(page, 'local-step-up')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('autocomplete'))).toBe('one-time-code')
  await page.keyboard.type('000000')
  await page.keyboard.press('Enter')
  await page.getByText('That code is not valid.').waitFor()
  await page.keyboard.type(recovery[0] ?? '')
  await page.keyboard.press('Enter')
  await inHooks(page)
  await page.getByRole('button', { name: 'Second factor' }).click()
  await page.getByRole('menuitem', { name: 'Second factor' }).click()
  await page.getByText(`${recovery.length - 1} recovery codes are left.`).waitFor()
  faults.push(...(await faultsOf(page, 'local-account')))
  expect(faults).toEqual([])
  await page.close()
})

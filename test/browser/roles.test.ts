/** What a viewer is offered: nothing that would be refused, neither by button nor by key; a developer is. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Role } from '../../core/people/person.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { type SharedInspector, startShared } from './shared-inspector.ts'

let browser: Browser
let shared: SharedInspector
let delivery: number
beforeAll(async () => {
  browser = await launchBrowser()
  shared = await startShared()
  delivery = await shared.deliver()
  // The first person is an owner.
  const first = await browser.newContext()
  await shared.join(first, 'olga@example.com', 'owner')
  await first.close()
})
afterAll(async () => {
  await browser?.close()
  await shared?.close()
})

const reason = 'Only a developer or an owner can do this.'

/** @returns a page, and what it asked for beyond reading, with the answers' statuses */
async function openAs(role: Role): Promise<{ page: Page; asked: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  await shared.join(context, `${role}@example.com`, role)
  await shared.setUp(context)
  const page = await context.newPage()
  const asked: string[] = []
  page.on('response', response => {
    const path = new URL(response.url()).pathname
    const method = response.request().method()
    if (path.startsWith('/api/') && (method !== 'GET' || response.status() >= 400))
      asked.push(`${method} ${path} ${response.status()}`)
  })
  return { page, asked }
}

const toast = (page: Page, text: string) => page.locator('.toast').filter({ hasText: text })

async function refusedByKey(page: Page, key: string, text = reason): Promise<void> {
  await page.keyboard.press(key)
  await toast(page, text).first().waitFor()
  await page.getByRole('button', { name: 'Dismiss' }).first().click()
  await toast(page, text).first().waitFor({ state: 'detached' })
}

it('a viewer is told why, by each key and at each button, and nothing is asked for in vain', async () => {
  const { page, asked } = await openAs('viewer')
  await page.goto(`${shared.origin}/deliveries/${delivery}`)
  await page.getByRole('tab', { name: 'Signature' }).waitFor()
  for (const key of ['r', 'e', 's', 'p', 'Delete']) await refusedByKey(page, key)
  for (const name of [/^Replay/, 'Pin', 'Save as sample', 'Delete']) {
    const button = page.getByRole('button', { name }).first()
    expect([await button.getAttribute('aria-disabled'), await button.getAttribute('title')]).toEqual(['true', reason])
  }
  await page.getByRole('tab', { name: 'Headers' }).click()
  await page.getByText('X-Signature').first().waitFor()
  expect(await page.getByText('ab'.repeat(32)).count()).toBe(0)
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keys' })
  await help.getByText('Compare it with another', { exact: false }).waitFor()
  for (const gone of ['Pin it, or unpin it', 'Delete it (can be undone)', 'Replay it with changes'])
    expect(await help.getByText(gone).count()).toBe(0)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await page
    .getByRole('menuitem', { name: 'Anonymize' })
    .or(page.getByRole('menuitemcheckbox', { name: 'Anonymize' }))
    .waitFor()
  expect(await page.getByRole('menuitem', { name: /^Import|as a capture|^Capture/ }).count()).toBe(0)
  await page.keyboard.press('Escape')

  await page.goto(`${shared.origin}/simulate`)
  await page.getByRole('button', { name: 'Send', exact: true }).waitFor()
  await refusedByKey(page, 'Control+Enter')
  await page.goto(`${shared.origin}/check`)
  await page.getByRole('button', { name: 'Check', exact: true }).waitFor()
  await refusedByKey(page, 'Control+Enter')
  await page.goto(`${shared.origin}/hooks`)
  await page.getByRole('link', { name: 'Main', exact: true }).waitFor()
  await refusedByKey(page, 'n', 'Only an owner can do this.')
  expect(await page.getByRole('link', { name: 'Add Webhook' }).count()).toBe(0)
  await page.getByRole('link', { name: 'Main', exact: true }).click()
  expect(await page.getByRole('button', { name: 'Save Changes' }).getAttribute('aria-disabled')).toBe('true')
  await page.goto(`${shared.origin}/settings`)
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  expect(await page.getByRole('button', { name: 'Diagnose' }).getAttribute('aria-disabled')).toBe('true')
  await page.getByRole('button', { name: 'Account of viewer' }).click()
  expect(await page.getByRole('menuitem', { name: 'People' }).count()).toBe(0)
  expect(asked).toEqual([])
  await page.context().close()
})

it('a developer does it by the same keys', async () => {
  const { page, asked } = await openAs('developer')
  await page.goto(`${shared.origin}/deliveries/${delivery}`)
  await page.getByRole('tab', { name: 'Signature' }).waitFor()
  await page.keyboard.press('p')
  await page.getByRole('button', { name: 'Unpin' }).waitFor()
  expect(asked).toEqual(['POST /api/deliveries/pin 200'])
  await page.getByRole('tab', { name: 'Headers' }).click()
  await page.getByText('ab'.repeat(32)).first().waitFor()
  await page.context().close()
})

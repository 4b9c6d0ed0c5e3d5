import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser } from '../helpers/browser.ts'
import { codesOf, password, type SharedInspector, shownSecret, startShared } from './shared-inspector.ts'

/** A shared inspector as people meet it: coming in, second factors, Hooks, one's own account, other people. */
describe('people in the inspector', () => {
  let browser: Browser
  let shared: SharedInspector
  let context: BrowserContext
  let page: Page

  beforeAll(async () => {
    browser = await launchBrowser()
    shared = await startShared()
  })
  afterAll(async () => {
    await browser?.close()
    await shared?.close()
  })
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    page = await context.newPage()
  })
  afterEach(() => context?.close())

  const open = (path: string) => page.goto(`${shared.origin}${path}`)
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const heading = (name: string | RegExp) => page.getByRole('heading', { name, exact: true })
  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name })
  const list = () => page.getByRole('navigation', { name: 'Views' })
  const menu = async (item: string) => {
    await page.getByRole('button', { name: /^Account of/ }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('autocomplete'))

  it('lets in by an invitation, sets up an authenticator there and then, and shows the recovery codes once', async () => {
    await page.goto(await shared.invite('ana@example.com', 'owner'))
    await heading('Join hookscope').waitFor()
    expect(page.url()).toBe(`${shared.origin}/invitation`)
    expect(await page.getByLabel('E-mail address').inputValue()).toBe('ana@example.com')
    await page.getByLabel('Your name').fill('Ana Lima')
    await page.getByLabel('Password').fill('too short')
    expect(await button('Join').isDisabled()).toBe(true)
    await page.getByLabel('Password').fill(password)
    await page.keyboard.press('Enter')
    await heading('Set up a second factor').waitFor()
    await button('Continue').click()
    const codes = codesOf(await shownSecret(page))
    expect(await page.getByRole('link', { name: 'open this link' }).getAttribute('href')).toMatch(/^otpauth:\/\/totp\//)
    await page.getByLabel('Code').fill('000000')
    await button('Turn on').click()
    await page.getByText('That code is not valid.').waitFor()
    await page.getByLabel('Code').fill(codes.next())
    await page.keyboard.press('Enter')
    const shown = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
    await shown.first().waitFor()
    expect(await shown.count()).toBeGreaterThan(5)
    const [saved] = await Promise.all([page.waitForEvent('download'), button('Download').click()])
    expect(saved.suggestedFilename()).toBe('hookscope-recovery-codes.txt')
    await button('I saved them').click()
    await list().waitFor()
    await page.getByRole('button', { name: 'Account of Ana Lima' }).waitFor()
    await open('/invitation')
    await heading('Open the link again').waitFor()
  })

  it('says of a link that was used that it does not work', async () => {
    const link = await shared.invite('once@example.com', 'viewer')
    await shared.people.inviting.withdraw(null, (await shared.people.inviting.pending())[0]?.id ?? '')
    await page.goto(link)
    await heading('This link does not work').waitFor()
    expect(page.url()).toBe(`${shared.origin}/invitation`)
  })

  it('signs in with password and code, says the same of everything that is wrong, and goes where one wanted', async () => {
    await shared.join(context, 'dev@example.com', 'developer')
    const codes = await shared.setUp(context)
    await context.clearCookies()
    await open('/simulate')
    await heading('Sign in').waitFor()
    expect(await focused()).toBe('username')
    const failed = 'That did not sign you in.'
    for (const [email, secret] of [
      ['dev@example.com', 'not the password'],
      ['nobody@example.com', password],
    ] as const) {
      await page.getByLabel('E-mail address').fill(email)
      await page.getByLabel('Password').fill(secret)
      await button('Sign in').click()
      await page.getByRole('alert').filter({ hasText: failed }).waitFor()
      await page.getByLabel('Password').fill('')
    }
    await page.getByLabel('E-mail address').fill('dev@example.com')
    await page.getByLabel('Password').fill(password)
    await page.keyboard.press('Enter')
    await page.getByLabel('Code').waitFor()
    expect(await focused()).toBe('one-time-code')
    await page.getByLabel('Code').fill('12-wrong-34')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: failed }).waitFor()
    await page.getByLabel('Code').fill(codes.recovery[0] ?? '')
    await page.keyboard.press('Enter')
    await heading('Simulate').waitFor()
    // A recovery code is a second factor, too: Hooks are open.
    await list()
      .getByRole('link', { name: /^Hooks/ })
      .click()
    await page.getByRole('link', { name: 'Main', exact: true }).waitFor()
  })

  it('asks for the second factor before Hooks, by keyboard alone, and leads back when it is not given', async () => {
    await shared.join(context, 'keys@example.com', 'owner')
    const codes = await shared.setUp(context)
    await shared.age(context)
    await open('/')
    await list()
      .getByRole('link', { name: /^Hooks/ })
      .click()
    await dialog('Enter your second factor').waitFor()
    await page
      .getByText('Hooks open with your second factor, as in the merchant console. It counts for 15 minutes.')
      .waitFor()
    expect(await focused()).toBe('one-time-code')
    await page.keyboard.press('Escape')
    await dialog('Enter your second factor').waitFor({ state: 'hidden' })
    await expect.poll(() => new URL(page.url()).pathname).toBe('/')
    await page.keyboard.press('g')
    await page.keyboard.press('h')
    await dialog('Enter your second factor').waitFor()
    await page.keyboard.type('111111')
    await page.keyboard.press('Enter')
    await page.getByText('That code is not valid.').waitFor()
    expect(await focused()).toBe('one-time-code')
    await page.keyboard.type(codes.next())
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Main', exact: true }).click()
    // It was a while ago when the change is saved: it is asked for over the window, which keeps what was typed.
    await page.getByLabel('Webhook Label').fill('Main shop')
    await shared.age(context)
    await button('Save Changes').click()
    await dialog('Enter your second factor').waitFor()
    await page.keyboard.type(codes.next())
    await page.keyboard.press('Enter')
    await page.getByText('Saved “Main shop”.').waitFor()
  })

  it('has whoever has no second factor set one up before Hooks', async () => {
    await shared.join(context, 'new@example.com', 'developer')
    await open('/hooks')
    await dialog('Set up a second factor').waitFor()
    await page.getByLabel('Your password').fill('not mine')
    await button('Continue').click()
    await page.getByText('That is not your password.').waitFor()
    await page.getByLabel('Your password').fill(password)
    await button('Continue').click()
    await page.getByLabel('Code').fill(codesOf(await shownSecret(page)).next())
    await button('Turn on').click()
    await button('I saved them').click()
    await heading('Hooks').waitFor()
    await page.getByRole('link', { name: /^Main/ }).waitFor()
    await dialog('Set up a second factor').waitFor({ state: 'hidden' })
  })

  it('makes a passkey the second factor, signs in with it alone, and opens Hooks with it', async () => {
    const cdp = await context.newCDPSession(page)
    await cdp.send('WebAuthn.enable')
    const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const
    const verified = { hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true }
    await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, ...verified } })
    await shared.join(context, 'pass@example.com', 'developer')
    await open('/account')
    await button('Set up a second factor').click()
    await page.getByText('Passkey', { exact: true }).click()
    await page.getByLabel('Name of the passkey').fill('Test laptop')
    await page.getByLabel('Your password').fill(password)
    await button('Create the passkey').click()
    await button('I saved them').click()
    await page.getByRole('listitem').filter({ hasText: 'Test laptop' }).waitFor()
    await menu('Sign out')
    await button('Sign in with a passkey').click()
    await page.getByRole('button', { name: 'Account of pass' }).waitFor()
    await shared.age(context)
    await list()
      .getByRole('link', { name: /^Hooks/ })
      .click()
    await button('Use a passkey').click()
    await page.getByRole('link', { name: /^Main/ }).waitFor()
  })

  it('ends another browser’s session, which then asks to sign in and says why', async () => {
    await shared.join(context, 'two@example.com', 'viewer')
    await open('/')
    await page.getByRole('button', { name: 'Account of two' }).waitFor()
    const other = await browser.newContext()
    const there = await other.newPage()
    await there.goto(shared.origin)
    await there.getByLabel('E-mail address').fill('two@example.com')
    await there.getByLabel('Password').fill(password)
    await there.keyboard.press('Enter')
    await there.getByRole('button', { name: 'Account of two' }).waitFor()
    await menu('Your account')
    await button(/^End Chrome/).click()
    await there.getByText('Your session has ended. Sign in to continue where you were.').waitFor()
    await other.close()
    expect(await button(/^End Chrome/).count()).toBe(0)
  })

  it('invites, changes a role, removes, and lists who did what', async () => {
    await shared.join(context, 'boss@example.com', 'owner')
    await shared.setUp(context)
    await open('/')
    await menu('People')
    await page.getByLabel('E-mail address').fill('fresh@example.com')
    await page.getByLabel('Role', { exact: true }).selectOption('viewer')
    await button('Invite').click()
    await dialog('Invitation for fresh@example.com').waitFor()
    const link = await page.locator('.owners-link').textContent()
    expect(link).toMatch(/\/invitation#[\w-]{20,}$/)
    await button('Done').click()
    const waiting = page.getByRole('list', { name: 'Links that wait to be used' })
    await waiting.getByText('fresh@example.com').waitFor()
    const guest = await browser.newContext()
    await shared.join(guest, 'guest@example.com', 'viewer')
    await page.reload()
    await page.getByLabel('Role of guest').selectOption('developer')
    await expect.poll(() => page.getByLabel('Role of guest').inputValue()).toBe('developer')
    await button('More about guest').click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    await button('Remove').click()
    await page.getByLabel('Role of guest').waitFor({ state: 'detached' })
    await waiting.getByRole('button', { name: 'Withdraw the link of fresh@example.com' }).click()
    await waiting.getByText('fresh@example.com').waitFor({ state: 'detached' })
    await page.getByRole('tab', { name: 'Audit list' }).click()
    const rows = page.getByRole('row').filter({ hasText: 'boss@example.com' })
    await rows.filter({ hasText: 'removed guest@example.com' }).waitFor()
    await rows.filter({ hasText: 'invited fresh@example.com' }).waitFor()
    await rows.filter({ hasText: 'changed the role of guest@example.com' }).waitFor()
    await guest.close()
  })

  it('connects a laptop once its code is confirmed, and a viewer cannot', async () => {
    const asked = await fetch(`${shared.origin}/auth/device/code`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_id: 'hookscope', device_name: 'ana-laptop' }),
    })
    const { user_code: code, device_code: device } = (await asked.json()) as Record<string, string>
    await shared.join(context, 'look@example.com', 'viewer')
    const visitor = await browser.newContext()
    const there = await visitor.newPage()
    await shared.join(visitor, 'conn@example.com', 'developer')
    const codes = await shared.setUp(visitor)
    await shared.age(visitor)
    await there.goto(`${shared.origin}/laptop?user_code=${code}`)
    await there.getByRole('button', { name: 'Continue' }).click()
    await there.getByRole('heading', { name: 'Connect “ana-laptop”?' }).waitFor()
    await there.getByRole('button', { name: 'Connect', exact: true }).click()
    await there.getByText('Connecting a laptop takes your second factor.', { exact: false }).waitFor()
    await there.keyboard.type(codes.next())
    await there.keyboard.press('Enter')
    await there.getByRole('heading', { name: 'Connected' }).waitFor()
    const token = await fetch(`${shared.origin}/auth/device/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: device,
        client_id: 'hookscope',
      }),
    })
    expect(token.status).toBe(200)
    await there.goto(`${shared.origin}/account`)
    await there.getByRole('list', { name: 'Sessions and laptops' }).getByText('ana-laptop').waitFor()
    await there.getByRole('button', { name: 'End ana-laptop' }).click()
    await there.getByText('ana-laptop').waitFor({ state: 'detached' })
    await visitor.close()

    const another = await fetch(`${shared.origin}/auth/device/code`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_id: 'hookscope', device_name: 'other' }),
    })
    const { user_code: second = '' } = (await another.json()) as Record<string, string>
    await open(`/laptop?user_code=${second}`)
    await button('Continue').click()
    await heading('Connect “other”?').waitFor()
    await page.getByText('Only a developer or an owner can do this.').first().waitFor()
    expect(await button('Connect').getAttribute('aria-disabled')).toBe('true')
    await button('Refuse').click()
    await heading('Not connected').waitFor()
  })
})

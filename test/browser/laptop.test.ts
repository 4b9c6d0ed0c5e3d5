/** The inspector of a laptop that listens to a team's server: its screens, and what it says once the server is away. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '../helpers/browser.ts'
import { eventBytes } from '../helpers/gateway.ts'
import { type Laptop, openTeam, startLaptop, type Team } from '../helpers/team.ts'
import { faultsOf } from './every-size.ts'

let browser: Browser
let page: Page
let team: Team
let laptop: Laptop
let server: string
let inspector: URL

beforeAll(async () => {
  browser = await launchBrowser()
  team = await openTeam(null)
  server = new URL(team.url).host
  const olga = await team.join('Olga', 'owner')
  // Nothing listens there.
  laptop = startLaptop(team, ['--forward', 'http://127.0.0.1:9/webhooks', '--retry', '0'])
  const { code } = await laptop.command.waitForLine('sign-in')
  await olga.connect(code)
  inspector = new URL((await laptop.command.waitForLine('ready')).inspectorLink)
  await laptop.command.waitForLine('from', ({ state }) => state === 'up')
  for (const seed of [1, 2, 3]) await team.gateway.post(eventBytes('transaction.sale.success', seed))
  await laptop.command.waitForLine('attempt', ({ delivery }) => delivery === 3)
  page = await (await browser.newContext()).newPage()
  await page.goto(inspector.href)
  await page.getByRole('option').nth(2).waitFor()
}, 90_000)
afterAll(async () => {
  await browser?.close()
  await laptop?.command.stop('SIGKILL')
  await team?.close()
})

const header = () => page.getByRole('navigation', { name: 'From the server to your app' })

it('says where its deliveries come from, on every screen of it', async () => {
  await expect.poll(() => header().textContent()).toContain(server)
  const faults = await faultsOf(page, 'deliveries')
  const says = {
    '/deliveries/3': 'localhost',
    '/hooks': 'are set up there',
    '/settings': 'this machine needs no tunnel',
  }
  for (const [path, words] of Object.entries(says)) {
    await page.goto(`${inspector.origin}${path}`)
    await page.getByText(words).first().waitFor()
    // That is of hooks of its own, where nothing comes.
    expect(await page.getByRole('navigation', { name: 'Views' }).textContent()).not.toContain('Unchecked')
    faults.push(...(await faultsOf(page, path)))
  }
  expect(faults).toEqual([])
})

it('while its server is away it says so, and leaves room to search', async () => {
  await page.setViewportSize({ width: 1440, height: 800 })
  await page.goto(inspector.origin)
  await team.stop()
  await expect.poll(() => header().textContent(), { timeout: 20_000 }).toMatch(/Not connected/)
  for (const width of [1440, 1024, 800]) {
    await page.setViewportSize({ width, height: 800 })
    const { width: room = 0 } = (await page.getByRole('combobox').first().boundingBox()) ?? {}
    expect(room, `${width} pixels`).toBeGreaterThan(80)
  }
  expect(await faultsOf(page, 'away')).toEqual([])
})

it('a chip of the summary never lies below the app’s answer', async () => {
  await page.goto(inspector.origin)
  for (const width of [700, 800, 864, 900, 1024, 1200]) {
    await page.setViewportSize({ width, height: 800 })
    const row = page.getByRole('option').first()
    await row.waitFor()
    const end = async (part: string) => {
      const box = await row.locator(part).boundingBox()
      return { left: box?.x ?? 0, right: (box?.x ?? 0) + (box?.width ?? 0) }
    }
    const [chips, answer] = [await end('.row-chips'), await end('.row-answer')]
    expect(chips.right, `${width} pixels`).toBeLessThanOrEqual(answer.left + 1)
  }
})

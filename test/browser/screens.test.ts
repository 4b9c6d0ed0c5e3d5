import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../helpers/axe.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { openGateway } from '../helpers/gateway.ts'
import { scriptOf } from '../helpers/inspector.ts'
import { portApart } from '../helpers/ports.ts'
import { type BusyDay, dayKey, startBusyDay } from './busy-day.ts'
import { sidewaysPixels, sizes, themes } from './every-size.ts'

/** The deliveries of the busy day that the detail is looked at with. */
const retried = 28
const rejected = 32
const notJson = 30

const screens: readonly {
  name: string
  path: string
  ready: (page: Page) => Promise<unknown>
  act?: (page: Page) => Promise<unknown>
}[] = [
  { name: 'deliveries', path: '/', ready: page => page.getByRole('option').nth(3).waitFor() },
  { name: 'body', path: `/deliveries/${retried}`, ready: page => page.getByRole('tree').waitFor() },
  { name: 'broken-body', path: `/deliveries/${notJson}`, ready: page => page.getByRole('tabpanel').waitFor() },
  {
    name: 'signature',
    path: `/deliveries/${rejected}?tab=signature`,
    ready: page => page.getByRole('tabpanel').waitFor(),
  },
  { name: 'headers', path: `/deliveries/${rejected}?tab=headers`, ready: page => page.getByRole('tabpanel').waitFor() },
  {
    name: 'attempts',
    path: `/deliveries/${retried}?tab=attempts`,
    ready: page => page.getByRole('tabpanel').waitFor(),
  },
  {
    name: 'related-events',
    path: `/deliveries/${retried}?tab=related`,
    ready: page => page.getByRole('tabpanel').waitFor(),
  },
  { name: 'raw', path: `/deliveries/${retried}?tab=raw`, ready: page => page.getByRole('tabpanel').waitFor() },
  {
    name: 'replay',
    path: `/deliveries/${retried}`,
    ready: page => page.getByRole('tree').waitFor(),
    act: async page => {
      await page.keyboard.press('e')
      await page.getByRole('dialog').waitFor()
      await page.locator('.cm-content').waitFor()
    },
  },
  { name: 'sandbox', path: '/?help=sandbox', ready: page => page.getByRole('dialog').waitFor() },
  {
    name: 'help',
    path: '/',
    ready: page => page.getByRole('option').nth(3).waitFor(),
    act: async page => {
      await page.keyboard.press('?')
      await page.getByRole('dialog').waitFor()
    },
  },
  { name: 'hooks', path: '/hooks', ready: page => page.getByRole('listitem').first().waitFor() },
  {
    name: 'add-webhook',
    path: '/hooks/new',
    ready: page => page.getByRole('dialog').waitFor(),
    act: async page => {
      await page.getByText('Another URL').click()
      await page.getByRole('button', { name: 'Add Hook' }).click()
      await page.getByRole('alert').nth(3).waitFor()
    },
  },
  {
    name: 'edit-webhook',
    path: '/hooks/main',
    ready: page => page.getByRole('dialog').waitFor(),
    act: async page => {
      await page.getByRole('button', { name: 'Reset Webhook Authentication' }).click()
      await page.getByText('Source Key', { exact: true }).click()
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Abandon Changes' }).waitFor()
    },
  },
  {
    name: 'delete-webhook',
    path: '/hooks/main',
    ready: page => page.getByRole('dialog').waitFor(),
    act: async page => {
      await page.getByRole('button', { name: 'Delete Hook' }).click()
      await page.getByRole('dialog', { name: /^Delete/ }).waitFor()
    },
  },
  {
    name: 'hook-history',
    path: '/hooks/main?tab=history',
    ready: page => page.getByRole('dialog').getByRole('listitem').first().waitFor(),
  },
  {
    name: 'mock-response',
    path: '/hooks/main?tab=answer',
    ready: page => page.getByRole('dialog').waitFor(),
    act: async page => {
      await page.getByRole('button', { name: 'Fail every 2nd' }).click()
      await page.getByText('Response headers and body').click()
    },
  },
  {
    name: 'simulate',
    path: '/simulate?what=cau.updated_card',
    ready: page => page.getByRole('button', { name: 'Send', exact: true }).waitFor(),
    act: page => page.getByRole('button', { name: /^None/ }).click(),
  },
  {
    name: 'simulate-journey',
    path: '/simulate?what=journey:card-tip',
    ready: page => page.getByRole('button', { name: 'Send', exact: true }).waitFor(),
    act: async page => {
      await page.keyboard.press('e')
      await page.getByRole('combobox', { name: 'Event, scenario or sample' }).waitFor()
    },
  },
  {
    name: 'simulate-step',
    path: '/simulate?what=journey:ach-return&step=4',
    ready: page => page.getByRole('button', { name: 'Omit orderid' }).waitFor(),
    act: async page => {
      await page.getByText('As JSON', { exact: true }).click()
      await page.getByRole('button', { name: 'Omit orderid' }).click()
    },
  },
  {
    name: 'simulation',
    path: '/simulate/1',
    ready: page => page.getByText('Done', { exact: true }).waitFor(),
  },
  {
    name: 'check',
    path: '/check',
    ready: page => page.getByRole('button', { name: 'Check', exact: true }).waitFor(),
    act: async page => {
      await page.getByRole('radio', { name: 'Enter keys' }).check()
      await page.getByRole('button', { name: 'Probes of “Connection”' }).click()
      await page.getByRole('button', { name: 'Check', exact: true }).click()
      await page.getByRole('alert').first().waitFor()
    },
  },
  {
    name: 'check-report',
    path: '/check/1',
    ready: page => page.getByRole('heading', { name: /^Not ready/ }).waitFor(),
    act: async page => {
      await page.keyboard.press('m')
      await page.getByText('Why it matters').waitFor()
    },
  },
  {
    name: 'check-elsewhere',
    path: '/check',
    ready: page => page.getByRole('button', { name: 'Check', exact: true }).waitFor(),
    act: async page => {
      await page.getByLabel('Target').fill('https://shop.invalid/webhooks')
      await page.getByRole('button', { name: 'Check', exact: true }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  { name: 'settings', path: '/settings', ready: page => page.getByRole('heading', { name: 'Settings' }).waitFor() },
]

/** `npm run pictures` keeps some of these screens for the documentation. */
const pictures: Readonly<Record<string, { theme: string; file: string }>> = {
  deliveries: { theme: 'light', file: 'deliveries-light' },
  signature: { theme: 'dark', file: 'signature-dark' },
  hooks: { theme: 'light', file: 'hooks-light' },
  simulation: { theme: 'light', file: 'simulate-light' },
  'check-report': { theme: 'dark', file: 'readiness-dark' },
}

async function keepPicture(page: Page, name: string, theme: string, width: number) {
  const picture = pictures[name]
  if (import.meta.env.MODE !== 'pictures' || width !== 1440 || picture?.theme !== theme) return
  const before = page.viewportSize()
  // As wide as the pages show them, and no larger files than that takes.
  await page.setViewportSize({ width: 1200, height: 700 })
  await page.screenshot({ path: fileURLToPath(new URL(`../../ui/pictures/${picture.file}.png`, import.meta.url)) })
  if (before) await page.setViewportSize(before)
}

describe('every screen, in both themes and three sizes', () => {
  let day: BusyDay
  let browser: Browser
  /** One a size. */
  let pages: readonly Page[]
  const complaints: string[] = []

  beforeAll(async () => {
    ;[day, browser] = await Promise.all([startBusyDay(), launchBrowser()])
    pages = await Promise.all(sizes.map(openPage))
    const [page] = pages
    if (page) await checkTheApp(page)
    if (page) await simulateAStorm()
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await day?.close()
  })

  async function openPage(viewport: (typeof sizes)[number]) {
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.on('pageerror', error => complaints.push(error.message))
    page.on('console', line => {
      if (['error', 'warning'].includes(line.type())) complaints.push(line.text())
    })
    await page.goto(day.inspectorLink)
    return page
  }

  /** Check #1, which the report is looked at with. */
  async function checkTheApp(page: Page) {
    await page.goto(`${day.inspectorUrl}/check`)
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    // A whole check sends hundreds of events.
    await page.getByRole('heading', { name: /^Not ready/ }).waitFor({ timeout: 120_000 })
    await page
      .getByText(/forged events: the signature is not checked$/)
      .first()
      .waitFor()
  }

  /** Simulation #1: sales on a bad line, each tried again until it gets through. */
  async function simulateAStorm() {
    const { status } = await scriptOf(day.inspectorLink)('POST', '/api/simulations', {
      items: [{ kind: 'journey', name: 'card-sale' }],
      recipients: {
        kind: 'target',
        url: day.merchant.url,
        authentication: { kind: 'none' },
        key: { kind: 'signature-key', key: dayKey },
      },
      count: 3,
      rate: null,
      seed: 7,
      retries: 'schedule',
      clock: { kind: 'instant' },
      weather: { cut: 0.5 },
    })
    expect(status).toBe(202)
  }

  async function lookAt(page: Page, { name, path, ready, act }: (typeof screens)[number]) {
    const { width } = page.viewportSize() ?? sizes[0]
    const found: string[] = []
    await page.goto(`${day.inspectorUrl}${path}`)
    await ready(page)
    await act?.(page)
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme })
      const where = `${width} pixels, ${theme}`
      found.push(
        ...(await axeFindings(page, theme === 'light' ? 'all' : 'colour')).map(finding => `${where}: ${finding}`),
      )
      const sideways = await sidewaysPixels(page)
      if (sideways > 0) found.push(`${where}: scrolls ${sideways} pixels sideways`)
      await keepPicture(page, name, theme, width)
    }
    return found
  }

  it.each(screens)('$name: axe finds nothing, nothing is cut off, the console is silent', async screen => {
    const found = await Promise.all(pages.map(page => lookAt(page, screen)))
    expect([...found.flat(), ...complaints.splice(0)]).toEqual([])
  })

  it.each([1440, 1280, 1024, 390])('chips leave the summary of a row its room, %i pixels wide', async width => {
    const page = await browser.newPage({ viewport: { width, height: 900 } })
    await page.goto(day.inspectorLink)
    await page.locator('.row-chips').nth(3).waitFor()
    const rows = await page.locator('.row-summary:has(.row-chips)').evaluateAll(summaries =>
      summaries.map(summary => {
        const [text, chips] = [summary.querySelector('.clip'), summary.querySelector('.row-chips')]
        const chip = chips?.querySelector('.badge')
        return {
          // A body that is no event has no summary.
          said: text === null || text.scrollWidth <= text.clientWidth || text.clientWidth >= 100,
          chip: chip != null && (chip.scrollWidth <= chip.clientWidth || chip.clientWidth >= 70),
          inside: (chips?.getBoundingClientRect().right ?? 0) <= summary.getBoundingClientRect().right + 1,
        }
      }),
    )
    await page.close()
    expect(rows.length).toBeGreaterThan(3)
    expect(rows.filter(({ said, chip, inside }) => !(said && chip && inside))).toEqual([])
  })

  describe('with several targets', () => {
    beforeAll(async () => {
      const target = await Promise.all([portApart(), portApart()]).then(ports =>
        ports.map(port => `http://localhost:${port}/webhooks`),
      )
      await scriptOf(day.inspectorLink)('PUT', '/api/forward', { target })
      const gateway = openGateway({
        url: day.hookUrl,
        key: dayKey,
        basicAuth: { username: 'shop', password: 'open sesame' },
      })
      await gateway.post('ach.settled')
      gateway.close()
      await day.command.waitForLine('attempt', ({ outcome }) => outcome === 'refused')
    })

    it.each([1440, 1280, 1024, 390])('an answer covers nothing, and says whose it is, %i pixels wide', async width => {
      const page = await browser.newPage({ viewport: { width, height: 900 } })
      await page.goto(day.inspectorLink)
      await page.getByText('No connection').first().waitFor()
      const rows = await page.locator('.delivery-row:has(.row-answer strong)').evaluateAll(all =>
        all.map(row => {
          const boxOf = (part: string) => row.querySelector(part)?.getBoundingClientRect()
          const [summary, answer, name] = [
            boxOf('.row-chips > .badge') ?? boxOf('.row-summary > .clip'),
            boxOf('.row-answer'),
            boxOf('.row-target'),
          ]
          return {
            apart: (summary?.right ?? 0) <= (answer?.left ?? 0) + 1,
            whole: (row.querySelector('.row-answer')?.scrollWidth ?? 0) <= (answer?.width ?? 0) + 1,
            named: name === undefined || name.width === 0 || name.width >= 30,
          }
        }),
      )
      await page.close()
      expect(rows.length).toBeGreaterThan(3)
      expect(rows.filter(({ apart, whole, named }) => !(apart && whole && named))).toEqual([])
    })
  })
})

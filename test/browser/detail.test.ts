import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { headerValue } from '../../core/http/headers.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { type RunningCommand, startListening } from '../helpers/command.ts'
import { eventBytes, openGateway, signatureOf } from '../helpers/gateway.ts'
import { type Merchant, manners, startMerchant } from '../helpers/merchants.ts'

const key = 'sk_4f0e5f0d7b3a4f6e9c1d'
const sale = eventBytes('transaction.sale.success', 1)
const refund = eventBytes('transaction.refund.success', 1)
const other = eventBytes('transaction.sale.success', 2)

/** The deliveries, by number. */
const verified = 1
const rejected = 2
const compared = 3

/** What a person sees of a delivery, and does with it: one hookscope, one page, three deliveries. */
describe('the open delivery, and the screens beside it', () => {
  let command: RunningCommand
  let browser: Browser
  let page: Page
  let app: Merchant
  let elsewhere: Merchant
  let base = ''

  beforeAll(async () => {
    ;[app, elsewhere, browser] = await Promise.all([
      startMerchant(manners.answers()),
      startMerchant(manners.answers()),
      launchBrowser(),
    ])
    command = startListening(['--forward', app.url], { env: { HOOKSCOPE_SIGNATURE_KEY: key } })
    const ready = await command.waitForLine('ready')
    base = ready.inspectorUrl
    const gateway = openGateway({ url: ready.hooks[0]?.localUrl ?? '', key })
    await gateway.post(sale)
    const pretty = JSON.stringify(JSON.parse(refund.toString()), null, 4)
    await gateway.post(refund, {
      allHeaders: [
        ['Content-Type', 'application/json'],
        ['X-Signature', signatureOf(key, Buffer.from(pretty))],
      ],
    })
    await gateway.post(other)
    gateway.close()
    await command.waitForLine('diagnosis', line => line.delivery === rejected)
    await command.waitForLine('attempt', line => line.delivery === compared)
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
    page.setDefaultTimeout(8000)
    await page.goto(ready.inspectorLink)
  })
  afterAll(async () => {
    await browser?.close()
    await command?.stop()
    await Promise.all([app?.close(), elsewhere?.close()])
  })
  beforeEach(() => page.setViewportSize({ width: 1280, height: 800 }))

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  async function open(id: number, search = '') {
    await page.goto(`${base}/deliveries/${id}${search}`)
    await page.getByRole('article', { name: `Delivery ${id}` }).waitFor()
  }

  const sizes = [
    { width: 1440, height: 900 },
    { width: 1024, height: 768 },
    { width: 390, height: 844 },
  ]
  it.each(
    sizes.flatMap(size => [
      { ...size, id: verified, said: '5 checks passed' },
      { ...size, id: rejected, said: '4 checks passed · not checked: authentication' },
    ]),
  )('$width × $height: delivery $id begins its body on the first screen', async ({ id, said, ...size }) => {
    await page.setViewportSize(size)
    await open(id)
    await button(said).waitFor()
    await page.getByRole('treeitem').first().waitFor()
    const isInSight = await page
      .getByRole('treeitem')
      .first()
      .evaluate(row => {
        const { left, bottom } = row.getBoundingClientRect()
        return row.contains(document.elementFromPoint(left + 40, bottom - 4))
      })
    expect(isInSight).toBe(true)
  })

  it('no tab moves when one is chosen, by mouse or by key, not even from far down the body', async () => {
    await page.setViewportSize({ width: 1280, height: 600 })
    await open(verified)
    await page.getByRole('treeitem').first().waitFor()
    await page.getByRole('article').evaluate(pane => pane.scrollBy(0, 400))
    const places = () =>
      page
        .getByRole('tab')
        .evaluateAll(tabs => tabs.map(tab => tab.getBoundingClientRect()).map(({ x, y }) => [x, y].map(Math.round)))
    const before = await places()
    for (const name of ['Headers', 'Attempts', 'Raw']) {
      await page.getByRole('tab', { name }).click()
      await page.getByRole('tab', { name, selected: true }).waitFor()
      expect(await places()).toEqual(before)
    }
    await page.keyboard.press('3')
    await page.getByRole('tab', { name: 'Signature', selected: true }).waitFor()
    expect(await places()).toEqual(before)
  })

  it('the replay button names its target, and has the others behind its arrow', async () => {
    await page.evaluate(url => localStorage.setItem('hookscope-targets', JSON.stringify([url])), elsewhere.url)
    await open(verified)
    const { host } = new URL(app.url)
    await button(`Replay to ${host}`).waitFor()
    await button('Other targets').click()
    const listed = await page.getByRole('menu', { name: 'Other targets' }).getByRole('menuitem').allTextContents()
    expect(listed).toEqual([`${app.url.slice(7)}r`, elsewhere.url.slice(7), 'Another target…e'])
    await page.getByRole('menuitem', { name: elsewhere.url.slice(7) }).click()
    await elsewhere.arrived(1)
    expect(elsewhere.received[0]?.body).toEqual(Buffer.from(sale))
    await page.getByText(`Replayed #${verified}: ${new URL(elsewhere.url).host} answered 200`).waitFor()
  })

  it('a changed body goes out as it is shown, formatted on wish alone, and signed anew', async () => {
    await open(verified)
    const had = app.received.length
    await page.keyboard.press('e')
    const dialog = page.getByRole('dialog')
    const editor = dialog.locator('.cm-content')
    await editor.waitFor()
    expect(await editor.textContent()).toBe(sale.toString())
    await dialog.getByRole('radio', { name: /^As received/, checked: true }).waitFor()
    await dialog.getByRole('button', { name: 'Format' }).click()
    await dialog.getByRole('radio', { name: /^Sign the body/, checked: true }).waitFor()
    await dialog.getByRole('button', { name: 'Send' }).click()
    await dialog.getByText('answered 200', { exact: true }).waitFor()
    await app.arrived(had + 1)
    const sent = app.received.at(-1)
    const body = sent?.body ?? Buffer.alloc(0)
    expect(body.toString()).toBe(JSON.stringify(JSON.parse(sale.toString()), null, 2))
    expect(headerValue(sent?.headers ?? [], 'X-Signature')).toBe(signatureOf(key, body))
  })

  it('signatures are shown everywhere, and nowhere once the screen is shared, over a reload too', async () => {
    const signature = signatureOf(key, sale)
    const tabs = ['headers', 'signature', 'attempts&attempt=1']
    const shownIn = async () => {
      const shown: boolean[] = []
      for (const tab of tabs) {
        await open(verified, `?tab=${tab}`)
        if (tab.startsWith('attempts'))
          await page
            .getByText(/^\d+ headers$/)
            .last()
            .click()
        await page
          .getByRole('tabpanel')
          .getByText(/X-Signature|expected/i)
          .first()
          .waitFor()
        shown.push(((await page.getByRole('tabpanel').textContent()) ?? '').replace(/\s/g, '').includes(signature))
      }
      return shown
    }
    // In groups of eight, each above the other: the whole text of that tab says it in one piece.
    expect(await shownIn()).toEqual([true, true, true])
    await page.keyboard.press('H')
    expect(await shownIn()).toEqual([false, false, false])
    await page.goto(`${base}/settings`)
    await page.getByRole('radiogroup', { name: 'Screen sharing' }).getByText('Show signatures').click()
    await open(verified, '?tab=headers')
    await page.getByText(signature).waitFor()
  })

  it('a comparison strikes nothing out, and names fields without the envelope', async () => {
    await open(compared, `?compare=${verified}`)
    const table = page.getByRole('table', { name: /differences$/ })
    await table.getByRole('rowheader', { name: /^object\.refnum\b/ }).waitFor()
    expect(await table.textContent()).not.toContain('event_body.')
    const lines = await table
      .locator('td, td *')
      .evaluateAll(cells => [...new Set(cells.map(cell => getComputedStyle(cell).textDecorationLine))])
    expect(lines).toEqual(['none'])
  })

  it.each(['light', 'dark'] as const)(
    'what cannot be pressed stays readable, under the pointer too: %s',
    async theme => {
      await page.emulateMedia({ colorScheme: theme })
      await page.goto(`${base}/settings`)
      const save = button('Save')
      await save.waitFor()
      expect(await save.isDisabled()).toBe(true)
      expect(await contrastOf(save)).toBeGreaterThanOrEqual(4.5)
      await save.hover({ force: true })
      expect(await contrastOf(save)).toBeGreaterThanOrEqual(4.5)
      await page.getByLabel('Target').fill('http://127.0.0.1:9/elsewhere')
      await save.hover()
      expect(await contrastOf(save)).toBeGreaterThanOrEqual(4.5)
    },
  )

  it('a hook’s card tells its last delivery, how many are verified and when, and the window where its keys come from', async () => {
    await page.goto(`${base}/hooks`)
    const card = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'hookscope', exact: true }) })
    await card.getByText('2 of 3 verified (66 %) in 24 h').waitFor()
    await card.getByRole('img', { name: '3 in the last 24 hours, 1 of them rejected' }).waitFor()
    const last = card.getByText('Last delivery').locator('..')
    expect(await last.textContent()).toMatch(/^Last delivery .+, verified$/)
    await last.getByRole('link').click()
    await page.waitForURL(`${base}/deliveries/${compared}`)
    await page.goto(`${base}/hooks/main`)
    await page.getByRole('dialog').getByText('HOOKSCOPE_SIGNATURE_KEY').waitFor()
  })

  it.each(sizes)('$width × $height: a simulation knows target and key, and has its faults in sight', async size => {
    await page.setViewportSize(size)
    await page.evaluate(() => sessionStorage.clear())
    await page.goto(`${base}/simulate`)
    await page.getByRole('radio', { name: 'A URL' }).check()
    expect(await page.getByLabel('Target').inputValue()).toBe(app.url)
    expect(await page.getByLabel('Keys', { exact: true }).locator('option:checked').textContent()).toMatch(/hookscope/)
    const faults = await page.getByRole('button', { name: /^None: each event/ }).boundingBox()
    const send = await button('Send').boundingBox()
    expect((faults?.y ?? 0) + (faults?.height ?? 0)).toBeLessThanOrEqual(Math.min(send?.y ?? 0, size.height))
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: 'Event' }).click()
    await page.keyboard.press('e')
    const cut = await page
      .getByRole('option')
      .locator('span')
      .evaluateAll(spans => spans.filter(span => span.scrollWidth > span.clientWidth + 1).length)
    expect(cut).toBe(0)
    await page
      .getByRole('option', { name: /^transaction\.sale\.adjusted/ })
      .getByText(/Level 3 data is added$/)
      .waitFor()
  })

  it('checkboxes, radio buttons and segments look alike wherever they stand', async () => {
    const looks = new Set<string>()
    const segments = new Set<string>()
    for (const path of ['/hooks/new', '/simulate', '/check', '/settings', '/hooks/main?tab=answer']) {
      await page.goto(base + path)
      await page.locator('input:is([type=checkbox], [type=radio])').first().waitFor()
      const found = await page.evaluate(() => ({
        boxes: [...document.querySelectorAll('input:is([type=checkbox], [type=radio])')].map(box => {
          const { width, height, accentColor } = getComputedStyle(box)
          return [width, height, accentColor].join(' ')
        }),
        segments: [...document.querySelectorAll('.segments input:checked + span')]
          .map(span => getComputedStyle(span))
          .map(({ backgroundColor, color, fontSize }) => [backgroundColor, color, fontSize].join(' ')),
        // What looks like segments and is none: radio buttons that nobody sees.
        others: [...document.querySelectorAll('input[type=radio]')].filter(
          radio => getComputedStyle(radio).opacity === '0' && !radio.closest('.segments'),
        ).length,
      }))
      expect(found.others).toBe(0)
      for (const look of found.boxes) looks.add(look)
      for (const look of found.segments) segments.add(look)
    }
    expect([...looks]).toEqual([[...looks][0]])
    expect([...segments]).toEqual([[...segments][0]])
  })
})

/** The contrast of an element's text with its own background, as WCAG counts it. */
function contrastOf(element: ReturnType<Page['getByRole']>): Promise<number> {
  return element.evaluate(node => {
    const luminance = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? [])
        .slice(0, 3)
        .map(text => Number(text) / 255)
        .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const { color, backgroundColor } = getComputedStyle(node)
    const [lighter = 0, darker = 0] = [luminance(color), luminance(backgroundColor)].toSorted((one, two) => two - one)
    return (lighter + 0.05) / (darker + 0.05)
  })
}

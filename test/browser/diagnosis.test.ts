/** What a person sees of a wrong signature: in the Signature tab, and with axe over it. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../helpers/axe.ts'
import { launchBrowser } from '../helpers/browser.ts'
import { type RunningCommand, startListening } from '../helpers/command.ts'
import { eventBytes, openGateway, signatureOf } from '../helpers/gateway.ts'

const key = 'sk_4f0e5f0d7b3a4f6e9c1d'
const event = eventBytes('ach.settled')
const pretty = JSON.stringify(JSON.parse(event.toString()), null, 4).replaceAll('/', '\\/')

describe('the Signature tab of a wrong signature', () => {
  let command: RunningCommand
  let browser: Browser
  let base = ''
  let link = ''
  beforeAll(async () => {
    command = startListening([], { env: { HOOKSCOPE_SIGNATURE_KEY: key } })
    const ready = await command.waitForLine('ready')
    ;[base, link] = [ready.inspectorUrl, ready.inspectorLink]
    const gateway = openGateway({ url: ready.hooks[0]?.localUrl ?? '' })
    const signatures = [
      signatureOf(key, Buffer.from(pretty)),
      signatureOf(key, event).toUpperCase(),
      signatureOf('another', event),
      signatureOf(key, Buffer.concat([event, Buffer.from('\n')])),
    ]
    for (const signature of signatures)
      await gateway.post(event, {
        allHeaders: [
          ['Content-Type', 'application/json'],
          ['X-Signature', signature],
        ],
      })
    gateway.close()
    await command.waitForLine('diagnosis', line => line.delivery === signatures.length)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await command?.stop()
  })

  it.each([
    [
      1,
      [
        'as PHP writes them, and indented',
        'find what rewrites the body on the way (proxy, tunnel, relay, parser) and verify the raw bytes',
        'The first byte that differs is number 2',
        '\\n    "type"',
      ],
    ],
    [2, ['written in upper case', 'lower-case hexadecimal', 'the body as received', 'digest-upper-case']],
    [3, ['No known cause', 'most likely it was made with a key that hookscope does not have']],
    [4, ['ended with a line break', 'end of the body']],
  ])('delivery %i says why, in every size and theme', async (id, texts) => {
    const page = await browser.newPage({ reducedMotion: 'reduce' })
    await page.goto(link)
    await page.goto(`${base}/deliveries/${id}?tab=signature`)
    const panel = page.getByRole('region', { name: 'Diagnosis' })
    for (const text of texts) await panel.filter({ hasText: text }).waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const width of [1440, 1024, 390]) {
        await page.setViewportSize({ width, height: 844 })
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
        expect(overflow).toBeLessThanOrEqual(0)
      }
      // The panel alone: the rest of the page is looked at with every other screen.
      expect(await axeFindings(page, 'all', '.diagnosis')).toEqual([])
    }
    await page.close()
  })
})

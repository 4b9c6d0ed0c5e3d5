/** A real Firefox for tests: headless, driven over WebDriver BiDi, with a profile that is thrown away. */
import { existsSync } from 'node:fs'
import puppeteer, { type Browser } from 'puppeteer-core'

const places = [
  process.env['HOOKSCOPE_TEST_FIREFOX'],
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
]

/** Where Firefox is; undefined where there is none. */
export const firefoxPath = places.find(place => place !== undefined && existsSync(place))

/** Starts it; the caller closes it. */
export function launchFirefox(): Promise<Browser> {
  if (firefoxPath === undefined) throw new Error('No Firefox found: run `npm test`, which installs it where it can.')
  return puppeteer.launch({ browser: 'firefox', executablePath: firefoxPath, headless: true })
}

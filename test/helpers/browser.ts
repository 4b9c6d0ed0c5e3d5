/** A real Chromium for tests: headless, without any network of its own, with a profile that is thrown away. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = [
  process.env['HOOKSCOPE_TEST_BROWSER'],
  // Without the windows around a page: a third of the work, and the same engine.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** Starts the browser; the caller closes it. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = places.find(place => place !== undefined && existsSync(place))
  if (!executablePath) throw new Error('No Chromium found: run `npm test`, which installs or names it.')
  const quiet = ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath, args: [...quiet, ...sandbox] })
}

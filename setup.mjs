// Makes a fresh checkout ready: installs what the lock file names, builds; with --browser provides a browser and
// what else the tests run, with --load a load generator for the benchmarks.
// Needs nothing but Node and npm; does only what has not been done yet.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(fileURLToPath(import.meta.url))

/** Runs npm in this folder; when it fails, it has said why, and nothing is gained by what Node would add. */
function npm(...args) {
  // npm hands its own path to the scripts it runs; outside of one, the shell finds it (npm.cmd on Windows).
  const cli = process.env.npm_execpath
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  const { status, error } =
    cli !== undefined && path.basename(cli) === 'npm-cli.js'
      ? spawnSync(process.execPath, [cli, ...args], options)
      : spawnSync(['npm', ...args].join(' '), { ...options, shell: true })
  if (status === 0) return
  console.error(`hookscope: npm ${args[0]} failed${error === undefined ? '' : `: ${error.message}`}.`)
  process.exit(1)
}

function needed(name) {
  return [readFileSync(name), process.version, process.platform, process.arch].join('\0')
}

/**
 * The better-sqlite3 for this Node: 13.x needs Node-API 10, which Node 20 has not, and brings its binary with it. The 12.9.0
 * that the lock file names downloads or compiles one. What npm picks for those who install the package is the same.
 */
const sqliteForNode = Number(process.versions.napi) >= 10 ? ['better-sqlite3@13.2.0'] : []

/** Installs what the lock file in `folder` names, unless that is done. */
function install(folder, packages, ...args) {
  const modules = path.join(folder, 'node_modules')
  const installed = path.join(modules, '.hookscope-installed')
  const stamp = createHash('sha256')
    .update(needed(path.join(folder, 'package-lock.json')))
    .digest('hex')
  if (existsSync(installed) && readFileSync(installed, 'utf8') === stamp) return
  console.error(`hookscope: installing ${packages}…`)
  rmSync(installed, { force: true })
  // Not `npm ci`: it refuses a lock file made where the builds of some other platform could not be had.
  npm('install', '--no-save', '--no-audit', '--no-fund', ...args)
  mkdirSync(modules, { recursive: true })
  writeFileSync(installed, stamp)
}

/** Chromium without the windows around a page: a third of the work, and the same engine. */
const withoutWindows = '/usr/bin/chromium-headless-shell'
const chromiums = {
  linux: [withoutWindows, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}

/** Where the tests look for Firefox, too. */
const firefoxes = {
  linux: ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
  darwin: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
  win32: ['C:\\Program Files\\Mozilla Firefox\\firefox.exe'],
}

/** Where the tests look for sshd, too. */
const sshds = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd']

/** The server of the tests of tunnels by ssh; Windows has other tests of them. */
function provideSshd(purpose) {
  const isThere = () => process.platform === 'win32' || sshds.some(place => existsSync(place))
  provide(isThere, 'openssh-server', purpose, 'install it (Debian: apt-get install openssh-server)')
}

/** Whether a browser is where it was named, or where it usually is. */
const hasBrowser = (named, places) =>
  [named, ...(places[process.platform] ?? [])].some(place => place && existsSync(place))

/** Installs a Debian package when this is Debian and we may; says so first. */
function installPackage(name, purpose) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  console.error(`hookscope: installing ${name} for ${purpose}…`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = args => spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env: environment })
  apt(['update', '-qq'])
  apt(['install', '-y', '-qq', name])
}

function provide(isThere, name, purpose, otherwise) {
  if (isThere()) return
  installPackage(name, purpose)
  if (isThere()) return
  console.error(`hookscope: ${purpose} need ${name}: ${otherwise}.`)
  process.exit(1)
}

install(root, 'packages (once; a minute or two)', ...sqliteForNode)
npm('run', '--silent', 'build')
if (process.argv.includes('--browser')) {
  const otherwise = 'install it (Debian: apt-get install chromium), or name a Chrome in HOOKSCOPE_TEST_BROWSER'
  if (process.env.HOOKSCOPE_TEST_BROWSER === undefined && !existsSync(withoutWindows))
    installPackage('chromium-headless-shell', 'the browser tests')
  provide(() => hasBrowser(process.env.HOOKSCOPE_TEST_BROWSER, chromiums), 'chromium', 'the browser tests', otherwise)
  // Each is a program that a package of its platform holds: no script has to run. What a platform has not, its test says.
  const runtimes = path.join(root, 'test', 'runtimes')
  install(runtimes, 'Deno and Bun for the tests (once; 90 MB)', '--ignore-scripts', '--prefix', 'test/runtimes')
  // The flow in a second engine: where it is not and cannot be installed, that test is skipped by name.
  if (!hasBrowser(process.env.HOOKSCOPE_TEST_FIREFOX, firefoxes)) installPackage('firefox-esr', 'the tests in Firefox')
  provideSshd('the tests of tunnels')
  // Where one is not and cannot be installed, the tests of its completion fail and say what to install.
  for (const shell of ['zsh', 'fish']) {
    if (spawnSync(shell, ['--version']).error !== undefined) installPackage(shell, 'the tests of its completion')
  }
}
if (process.argv.includes('--load')) {
  const runs = () => spawnSync('wrk', ['-v']).error === undefined
  provide(runs, 'wrk', 'the benchmarks', 'install it (apt-get install wrk, brew install wrk)')
  provideSshd('the benchmarks')
}

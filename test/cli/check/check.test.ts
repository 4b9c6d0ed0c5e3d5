/** `hookscope check` as a process: what it says, what it writes, and the code it ends with. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { probes } from '../../../core/check/probes.ts'
import { remedyFor } from '../../../core/check/remedies.ts'
import { checkReportSchema } from '../../../server/check/report/schema.ts'
import { type CommandOptions, emptyFolder, runCommand, startCommand } from '../../helpers/command.ts'
import { atTerminal, hasTerminal } from '../../helpers/terminal.ts'
import { startNodeShop } from '../../merchants/node.ts'
import { credentials, key, openShop, type Shop } from '../../merchants/shop.ts'
import { openWrongShop } from '../../server/check/some-reports.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const secrets = {
  HOOKSCOPE_SIGNATURE_KEY: key,
  HOOKSCOPE_BASIC_AUTH: `${credentials.username}:${credentials.password}`,
}

async function openEndpoint(shop: Shop = openShop()): Promise<{ url: string; shop: Shop }> {
  const server = await startNodeShop(shop)
  closers.push(server.close)
  return { url: server.url.href, shop }
}

const check = (args: readonly string[], options: CommandOptions = {}) =>
  runCommand(['check', ...args], { env: secrets, ...options })
/** With every finding. */
const checkAll = (args: readonly string[], options: CommandOptions = {}) => check([...args, '--verbose'], options)

const reportOf = (stdout: string) => checkReportSchema.parse(JSON.parse(stdout))

/** Answers how many orders a shop has, as JSON. */
async function openCounter(shop: Shop): Promise<string> {
  const server = http.createServer((_, answer) => answer.end(JSON.stringify({ orders: shop.orders() })))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

describe('a check', () => {
  it('of a right endpoint ends with 0, and says so', async () => {
    const { url, shop } = await openEndpoint()
    const { code, stdout, stderr } = await checkAll([url, '--effect-url', await openCounter(shop)])
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toMatch(
      new RegExp(
        `^Examining http:.*\\nAt most \\d+ requests, 20 at once, for ${probes.length} probes\\. Every event is marked hookscope-check-\\w{6}, seed 1\\.`,
      ),
    )
    expect(stderr).toMatch(/✓ duplicate-twenty +The event was sent 20 times at once, and took effect exactly once\./)
    expect(stderr).toMatch(/- certificate-chain, certificate-name, .*: It is not https\./)
    expect(stderr).toContain(
      'Ready to go live, as far as examined. Not examined: public address and certificate.\nScore 100 of 100 for what was examined: ',
    )
    expect(stderr.match(/^Not examined: .*/gm)).toEqual([
      'Not examined: public address and certificate. The endpoint is on this machine. Check its public https URL before it goes live.',
    ])
    expect(stderr).not.toMatch(/✗|Fix:/)
  })

  it('of a wrong one ends with 1, and says what is wrong, the grave things first, and how to mend it', async () => {
    const { url } = await openEndpoint(openWrongShop())
    const { code, stderr } = await checkAll([url, '--only', 'signature-missing,broken-json,body-changed'])
    expect(code, stderr).toBe(1)
    const places = [
      'Accepts an event without a signature',
      'with one byte changed',
      'Breaks on a signed body without its last',
    ].map(text => stderr.indexOf(text, stderr.indexOf('\n\n✗')))
    expect(places).toEqual(places.toSorted((one, other) => one - other))
    expect(stderr).toMatch(/✗ signature-missing +It answered 200 to an event without X-Signature\./)
    expect(stderr).toContain('Fix: Require X-Signature, and refuse with 401 when it is missing.')
    expect(stderr.match(/createHmac\('sha256'/g)).toHaveLength(1)
    expect(stderr).toContain('Code: same as under signature-missing.')
    expect(stderr).toMatch(/Not ready to go live: 3 probes failed\.\nScore 0 of 100 for what was examined: 3 failed\./)
  })

  it('says what several failures have in common', async () => {
    const { url } = await openEndpoint(openWrongShop())
    const args = [url, '--only', 'refuses', '--skip', 'broken-json-unsigned,empty-body-unsigned']
    const { stderr } = await check(args)
    const lines = stderr.slice(stderr.indexOf('Not ready')).trimEnd().split('\n')
    expect(lines).toEqual([
      'Not ready to go live: 9 probes failed.',
      expect.stringMatching(/^Score \d+ of 100 for what was examined: 9 failed, 3 passed, 1 skipped, 2 info\.$/),
      '✗ Accepts 9 of 9 forged events: the signature is not checked',
      expect.stringMatching(/^ {4}Fix: Compute HMAC-SHA256 of the raw body with your key/),
      expect.stringMatching(
        /^Every finding: --verbose, --html FILE\. Whatever it created is marked hookscope-check-\w{6}, seed 1\.$/,
      ),
    ])
    const all = await checkAll(args)
    expect(all.stderr).toMatch(/✗ Accepts 9 of 9 forged events.*\n {4}critical · signature-missing, /)
    expect(all.stderr).toMatch(/✗ signature-empty +It answered 200/)
  })

  it('is told in ten lines at most, the error of the endpoint in its words', async () => {
    const broken = "TypeError: Cannot read properties of null (reading 'type')"
    const { url } = await openEndpoint({
      ...openWrongShop(),
      act: async event => {
        const { object } = event['event_body'] as { object: Record<string, unknown> }
        return object['creditcard'] ? { status: 200 } : { status: 500, body: `${broken}\n    at /srv/shop/app.js:1:2` }
      },
    })
    const { code, stderr } = await check([url, '--skip', 'fast'])
    const lines = stderr.slice(stderr.indexOf('Not ready')).trimEnd().split('\n')
    expect(code, stderr).toBe(1)
    expect(lines.length).toBeLessThanOrEqual(10)
    expect(lines[2]).toBe('✗ Accepts 9 of 9 forged events: the signature is not checked')
    expect(lines[4]).toMatch(
      /^✗ Breaks in \d places with “TypeError: Cannot read properties of null \(reading 'type'\)”$/,
    )
    expect(lines.at(-1)).toMatch(/every finding: --verbose/i)
  })

  it('measures what events did with a command of the shell', async () => {
    const folder = emptyFolder()
    const file = join(folder, 'orders.txt')
    writeFileSync(file, '0')
    const wrong = openWrongShop()
    const act: Shop['act'] = async (...came) => {
      const said = await wrong.act(...came)
      writeFileSync(file, String(wrong.orders()))
      return said
    }
    const { url } = await openEndpoint({ ...wrong, act })
    const command = `"${process.execPath}" -p "fs.readFileSync('orders.txt','utf8')"`
    const { code, stderr } = await check([url, '--only', 'duplicate', '--effect', command], { cwd: folder })
    expect(stderr).toContain('✗ Acts twice on an event that was sent twice')
    expect(code, stderr).toBe(1)
  })

  it('counts warnings when it is told to', async () => {
    const { url } = await openEndpoint({ ...openShop(), serves: () => true, parse: () => ({}) })
    const lenient = await check([url, '--only', 'other-methods'])
    expect(lenient.stderr).toContain('\n! Accepts methods other than POST\n')
    expect(lenient.code, lenient.stderr).toBe(0)
    const strict = await check([url, '--only', 'other-methods', '--fail-on', 'warn'])
    expect(strict.code, strict.stderr).toBe(1)
  })

  it('skips what it is told to, and passes over what the baseline knows', async () => {
    const folder = emptyFolder()
    const { url } = await openEndpoint(openWrongShop())
    const only = 'broken-json,empty-body,content-type,deep-nesting,body-cut'
    const args = [url, '--only', only, '--skip', 'body-cut']
    const first = await check([...args, '--json'])
    expect(first.code, first.stderr).toBe(1)
    const report = reportOf(first.stdout)
    expect(report.findings.map(({ probe }) => probe)).toEqual([
      'broken-json',
      'empty-body',
      'content-type',
      'deep-nesting',
    ])
    writeFileSync(join(folder, 'before.json'), first.stdout)

    const again = await check([...args, '--json', '--baseline', 'before.json'], { cwd: folder })
    expect(again.code, again.stderr).toBe(0)
    expect(reportOf(again.stdout)).toMatchObject({ ready: true, known: ['broken-json', 'empty-body', 'deep-nesting'] })
    expect(again.stderr).toContain('3 known from the baseline')
    const wider = [url, '--only', `${only},signature-empty`, '--skip', 'body-cut']
    const more = await check([...wider, '--baseline', 'before.json'], { cwd: folder })
    expect(more.code, more.stderr).toBe(1)
  })

  it('writes its reports, none of which holds a secret', async () => {
    const folder = emptyFolder()
    const { url } = await openEndpoint(openWrongShop())
    const files = ['--html', 'report.html', '--junit', 'report.xml', '--json']
    const { code, stdout, stderr } = await check([url, '--only', 'refuses', ...files], { cwd: folder })
    expect(code, stderr).toBe(1)
    const html = readFileSync(join(folder, 'report.html'), 'utf8')
    const xml = readFileSync(join(folder, 'report.xml'), 'utf8')
    expect(html).toMatch(/^<!doctype html>[\s\S]*<h1>Not ready to go live: \d+ probes failed<\/h1>/)
    expect(xml).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\s*<testsuites>/)
    expect(reportOf(stdout).options).toMatchObject({ target: url, signed: 'signature-key', basic: true })
    expect(stderr).toContain('Written: report.html\nWritten: report.xml\n')
    const encoded = Buffer.from(secrets.HOOKSCOPE_BASIC_AUTH).toString('base64')
    for (const secret of [key, credentials.password, encoded])
      for (const text of [html, xml, stdout, stderr]) expect(text).not.toContain(secret)
  })

  it('warns of a key on the command line, and when there is nothing to examine strangers with', async () => {
    const { url } = await openEndpoint()
    const typed = await check([url, '--only', 'dns', '--signature-key', key], { env: {} })
    expect(typed.stderr).toMatch(/Warning: The signature key is on the command line/)
    const none = await check([url, '--only', 'dns'], { env: {} })
    expect(none.stderr).toMatch(/Warning: Neither a key nor credentials were given/)
  })

  it('of an endpoint that takes it for a stranger ends at once with 2, one line and what to compare', async () => {
    const { url } = await openEndpoint()
    const other = { env: { ...secrets, HOOKSCOPE_SIGNATURE_KEY: 'another key' } }
    const { code, stdout, stderr } = await check([url, '--json'], other)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(
      'hookscope: Your endpoint refused our signed event (401): are these the key and the password it uses?\n' +
        '  Compare the key, the user name and the password given here with those of the endpoint.\n',
    )
    expect(stderr).not.toMatch(/signature-missing|Fix:|Score/)
  })

  it('sends the same again with the same seed', async () => {
    const { url } = await openEndpoint()
    const { stdout, stderr } = await check([url, '--only', 'nulls', '--seed', '7', '--json'])
    expect(stderr).toContain(', seed 7.')
    expect(reportOf(stdout).seed).toBe(7)
  })

  it('says how far its verdict goes', async () => {
    const { url } = await openEndpoint()
    expect((await check([url, '--only', 'nulls'])).stderr).toContain('Ready to go live, as far as examined.')
    const none = await check([url, '--only', 'https', '--json'])
    expect(none.code, none.stderr).toBe(2)
    expect(none.stderr).toContain('Nothing was tested.')
    expect(JSON.parse(none.stdout)).toMatchObject({ complete: true, ready: false })
  })

  it('lists every probe', async () => {
    const { code, stdout, stderr } = await check(['--list'])
    expect(code, stderr).toBe(0)
    for (const { id, pass } of probes) expect(stdout).toMatch(new RegExp(`^ {2}${id} +${pass.slice(0, 8)}`, 'm'))
  })
})

it.skipIf(process.platform === 'win32')('stopped with Ctrl-C ends with 2 and leaves what it found', async () => {
  const folder = emptyFolder()
  const right = openShop()
  let events = 0
  // From the 30th event on nothing is answered.
  const { url } = await openEndpoint({
    ...right,
    act: (...came) => (++events < 30 ? right.act(...came) : new Promise(() => undefined)),
  })
  const command = startCommand(['check', url, '--html', 'part.html', '--json', '--verbose'], {
    env: secrets,
    cwd: folder,
  })
  closers.push(() => command.stop('SIGKILL'))
  await command.waitForText(/✓ every-event/)
  const { code, stdout, stderr } = await command.stop('SIGINT')
  expect(code, stderr).toBe(2)
  expect(stderr).toMatch(/^Stopped after \d+ of \d+ probes\.$/m)
  const report = reportOf(stdout)
  expect(report).toMatchObject({ complete: false, ready: false })
  expect(report.findings.length).toBeGreaterThan(3)
  expect(readFileSync(join(folder, 'part.html'), 'utf8')).toMatch(/<h1>Stopped after \d+ of \d+ probes<\/h1>/)
})

describe('what keeps it from running ends with 2, one message and what to do', () => {
  const here = 'http://127.0.0.1:9/webhooks'
  const folder = emptyFolder()
  writeFileSync(join(folder, 'broken.json'), '{')
  writeFileSync(join(folder, 'other.json'), '{"kind":"hookscope-check","findings":[null]}')
  mkdirSync(join(folder, 'there'))
  const cases: readonly [args: readonly string[], says: RegExp, env?: Readonly<Record<string, string>>][] = [
    [[], /The endpoint is missing\.\n {2}Name it: hookscope check http/],
    [['localhost:9/in'], /Examining http:\/\/localhost:9\/in\n[\s\S]*localhost:9 could not be reached: /],
    [[here, '--only', 'duplicat'], /--only: there is no probe or group “duplicat”\.\n {2}Did you mean duplicate\?/],
    [[here, '--skip', 'dsn'], /--skip: there is no probe or group “dsn”\.\n {2}Did you mean dns\?/],
    [[here, '--only', 'xylophone-quartet'], /\n {2}Groups: wire, takes, .*--list names all probes/],
    [[here, '--only', 'dns', '--skip', 'wire'], /Nothing is left to examine\./],
    [[here, '--fail-on', 'never'], /Allowed choices are fail, warn/],
    [[here, '--rate', '0'], /--rate should be requests per second/],
    [
      [here, '--seed', 'x'],
      /--seed should be a whole number .*\n {2}The same seed gives the same events\. Omit it for the default/,
    ],
    [[here, '--effect', 'true', '--effect-url', here], /--effect and --effect-url cannot be used together/],
    [[here, '--effect-url', 'nowhere'], /is not a URL/],
    [[here, '--baseline', 'nowhere.json'], /The baseline nowhere\.json cannot be read\./],
    [[here, '--baseline', 'broken.json'], /The baseline broken\.json is not JSON\./],
    [[here, '--baseline', 'other.json'], /The baseline other\.json is not a check report\./],
    [[here, '--html', join('nowhere', 'a.html')], /nowhere.a\.html cannot be written\./],
    [[here, '--junit', 'there'], /there cannot be written\./],
    [[here, '--signature-key', 'a', '--source-key', 'b'], /Both a signature key and a source key were given/, {}],
    [['https://shop.invalid/webhooks'], /shop\.invalid is not on this machine, .*real orders.*\n {2}Add --yes/],
    [[here], /127\.0\.0\.1:9 could not be reached: .*\n {2}Start the endpoint, or correct the URL\./],
    [[here, '--json', '--signature-key-file', 'nowhere.key'], /nowhere\.key,? does not exist/, {}],
  ]
  it.concurrent.each(cases)('%j', async (args, says, env = secrets) => {
    const { code, stdout, stderr } = await check(args, { cwd: folder, env })
    expect(stderr).toMatch(says)
    expect(stderr.match(/^hookscope: /gm)).toHaveLength(1)
    expect([code, stdout]).toEqual([2, ''])
  })

  it('an effect that cannot be read', async () => {
    const { url } = await openEndpoint()
    const failing = `"${process.execPath}" -p "'many orders'"`
    const { code, stderr } = await check([url, '--only', 'duplicate', '--effect', failing])
    expect(stderr).toMatch(
      /gave “many orders”, which is not a number\.\n {2}It should print a number, or a JSON object/,
    )
    expect(code, stderr).toBe(2)
  })
})

it('goes elsewhere with --yes, at a rate that is stated', async () => {
  const { code, stderr } = await check(['https://shop.invalid/webhooks', '--yes', '--only', 'dns'])
  expect(stderr).toMatch(/At most \d+ requests, 20 per second \(about \d+ s\)/)
  expect(stderr).toContain('✗ Host name does not resolve')
  expect(code, stderr).toBe(1)
})

describe.skipIf(!hasTerminal)('at a terminal', () => {
  it('--verbose breaks no line of code, which is copied, and every sentence at 80 columns', async () => {
    const { url } = await openEndpoint(openWrongShop())
    const words = ['check', url, '--only', 'signature-missing', '--framework', 'fastify', '--verbose']
    const terminal = atTerminal(words, secrets, emptyFolder(), 80)
    closers.push(terminal.stop)
    expect(await terminal.code, terminal.raw()).toBe(1)
    const lines = stripVTControlCharacters(terminal.raw()).split(/[\r\n]+/)
    const code = remedyFor('signature', 'fastify').split('\n')
    expect(Math.max(...code.map(line => line.length))).toBeGreaterThan(80)
    const indented = code.filter(line => line !== '').map(line => `      ${line}`)
    const shown = lines.filter(line => line.trim() !== '')
    const start = shown.indexOf(indented[0] ?? '')
    expect(shown.slice(start, start + indented.length)).toEqual(indented)
    expect(lines.filter(line => line.length > 80 && !indented.includes(line))).toEqual([])
  })

  const start = () => {
    const terminal = atTerminal(['check', 'https://shop.invalid/webhooks', '--only', 'dns'], secrets)
    closers.push(terminal.stop)
    return terminal
  }

  it('asks for the name of an endpoint elsewhere, and goes on once it is typed', async () => {
    const terminal = start()
    await terminal.shows(/real orders at shop\.invalid\. Type its name to continue/)
    terminal.type('shop.invalid\r')
    await terminal.shows(/✗ Host name does not resolve/)
    expect(await terminal.code, terminal.raw()).toBe(1)
    expect(terminal.raw()).toContain('\u001b[')
  })

  it('sends nothing when another name is typed', async () => {
    const terminal = start()
    await terminal.shows(/Type its name to continue/)
    terminal.type('yes\r')
    await terminal.shows(/That is not shop\.invalid, so nothing was sent\./)
    expect(await terminal.code, terminal.raw()).toBe(2)
    expect(terminal.raw()).not.toContain('✗ Host name')
  })
})

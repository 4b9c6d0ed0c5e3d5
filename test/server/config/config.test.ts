/** Settings from file, environment and options: which wins, and what is said about each way to get one wrong. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ConfigInput, loadSettings } from '../../../server/config/config.ts'
import { inHome } from '../../../server/config/home.ts'
import { UserError } from '../../../server/lib/errors.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-config-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, text: string) => writeFileSync(join(folder, name), text)
const load = (input: Partial<ConfigInput> = {}) =>
  loadSettings({
    options: {},
    config: { path: null, trusted: true },
    environment: {},
    folder,
    reads: 'everything',
    ask: null,
    ...input,
  })
const named = (path: string) => ({ path, trusted: false })

async function problemOf(input: Partial<ConfigInput>): Promise<UserError> {
  const error = await load(input).then(
    () => new Error('nothing was wrong'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof UserError) return error
  throw error
}

describe('which source wins', () => {
  it('takes defaults when nobody says anything', async () => {
    const { settings, filePath } = await load()
    expect(settings).toMatchObject({
      port: null,
      inspectorPort: null,
      forward: [],
      answer: 'hookscope',
      observe: false,
      tunnel: 'auto',
      open: null,
      limits: { bodyBytes: 1_048_576 },
    })
    expect(settings.db).toMatch(/hookscope.*deliveries\.db$/)
    expect(filePath).toBeNull()
  })

  it('lets the environment win over the file, and options over the environment', async () => {
    file('hookscope.config.json', JSON.stringify({ port: 1001, inspectorPort: 1002, label: 'file' }))
    const { settings } = await load({
      environment: { HOOKSCOPE_INSPECTOR_PORT: '2002', HOOKSCOPE_LABEL: 'environment' },
      options: { label: 'option' },
    })
    expect(settings).toMatchObject({ port: 1001, inspectorPort: 2002, label: 'option' })
  })

  it('takes several targets from every side', async () => {
    const targets = ['http://localhost:3000/webhooks', ':4000']
    expect((await load({ options: { forward: targets } })).settings.forward).toEqual(targets)
    const environment = { HOOKSCOPE_FORWARD: targets.join(', ') }
    expect((await load({ environment })).settings.forward).toEqual(targets)
    file('hookscope.config.json', JSON.stringify({ forward: targets }))
    expect((await load()).settings.forward).toEqual(targets)
    expect((await load({ environment: { HOOKSCOPE_FORWARD: '5000' } })).settings.forward).toEqual(['5000'])
  })

  it('opens receiver and inspector to others only when told to', async () => {
    expect((await load()).settings).toMatchObject({ host: null, allowedHosts: [] })
    const options = { host: '0:0::1', allowedHosts: ['localhost:8080', 'devbox.test'] }
    expect((await load({ options })).settings).toMatchObject({ ...options, host: '::1' })
    const environment = { HOOKSCOPE_HOST: '0.0.0.0', HOOKSCOPE_ALLOWED_HOST: 'localhost:8080, devbox.test' }
    expect((await load({ environment })).settings).toMatchObject({
      host: '0.0.0.0',
      allowedHosts: options.allowedHosts,
    })
    file('hookscope.config.json', JSON.stringify({ allowedHosts: '[2001:db8::1]:80' }))
    expect((await load()).settings.allowedHosts).toEqual(['[2001:db8::1]:80'])
    for (const host of [
      '*',
      'http://devbox.test',
      'devbox.test/',
      'user@devbox.test',
      '*.test',
      'a b',
      'devbox.test:99999',
      '',
    ])
      expect((await problemOf({ options: { allowedHosts: [host] } })).message).toContain('--allowed-host')
    for (const host of ['localhost', '10.0.0', ''])
      expect((await problemOf({ options: { host } })).message).toContain('--host')
  })

  it('takes an empty variable for one that is not set', async () => {
    expect((await load({ environment: { HOOKSCOPE_PORT: '' } })).settings.port).toBeNull()
  })

  it('takes part of the limits from the file and the rest from the defaults', async () => {
    file('hookscope.config.json', JSON.stringify({ retention: { days: null } }))
    expect((await load()).settings.retention).toEqual({ count: 1_000_000, days: null, bytes: 4_294_967_296 })
  })

  it('reads flags of the environment in the usual words', async () => {
    for (const [text, value] of [
      ['1', true],
      ['TRUE', true],
      ['off', false],
      ['no', false],
    ] as const) {
      expect((await load({ environment: { HOOKSCOPE_OBSERVE: text } })).settings.observe).toBe(value)
    }
  })

  it('takes the config file that the environment names, unless --config names one', async () => {
    file('one.json', '{ "port": 4001 }')
    file('two.json', '{ "port": 4002 }')
    const environment = { HOOKSCOPE_CONFIG: 'one.json' }
    expect((await load({ environment })).settings.port).toBe(4001)
    expect((await load({ environment, config: named('two.json') })).settings.port).toBe(4002)
    expect((await problemOf({ environment: { HOOKSCOPE_CONFIG: 'absent.json' } })).hint).toContain('HOOKSCOPE_CONFIG')
  })

  it("takes paths of the file from the file's folder, others from the working directory", async () => {
    file('other.json', JSON.stringify({ db: 'kept/a.db' }))
    const elsewhere = join(folder, 'elsewhere')
    expect((await load({ config: named(join(folder, 'other.json')), folder: elsewhere })).settings.db).toBe(
      join(folder, 'kept', 'a.db'),
    )
    file('keys.json', JSON.stringify({ signatureKeyFile: 'keys/signature' }))
    expect((await load({ config: named(join(folder, 'keys.json')), folder: elsewhere })).file.signatureKeyFile).toBe(
      join(folder, 'keys', 'signature'),
    )
    expect((await load({ options: { db: 'b.db' }, folder: elsewhere })).settings.db).toBe(join(elsewhere, 'b.db'))
    expect((await load({ options: { db: '~/c.db' } })).settings.db).toBe(join(homedir(), 'c.db'))
  })

  it('takes ~ for the home folder, with the separator of the system', () => {
    expect(inHome('~', '/')).toBe(homedir())
    expect(inHome('~\\key.txt', '\\')).toBe(join(homedir(), '\\key.txt'))
    expect(inHome('~\\key.txt', '/')).toBe('~\\key.txt')
    expect(inHome('~other/key.txt', '/')).toBe('~other/key.txt')
  })
})

describe('the kinds of config file', () => {
  const kinds: readonly [name: string, text: string][] = [
    ['hookscope.config.json', '\uFEFF{ "port": 4001 }'],
    ['hookscope.config.js', 'export default { port: 4001 }'],
    ['hookscope.config.js', 'module.exports = { port: 4001 }'],
    ['hookscope.config.mjs', 'export default { port: 4001 }'],
    ['hookscope.config.cjs', 'module.exports = { port: 4001 }'],
    ['hookscope.config.mts', 'export default { port: 4001 as number }'],
    ['hookscope.config.ts', 'const port: number = 4001\nexport default { port } satisfies { port: number }'],
  ]
  it.each(kinds)('%s: %s', async (name, text) => {
    file(name, text)
    const { settings, filePath } = await load()
    expect(settings.port).toBe(4001)
    expect(filePath).toBe(join(folder, name))
  })

  it('takes the one that --config names', async () => {
    file('hookscope.config.json', '{ "port": 4001 }')
    file('mine.mjs', 'export default { port: 4002 }')
    expect((await load({ config: named('mine.mjs') })).settings.port).toBe(4002)
  })
})

describe('what is wrong with a config file', () => {
  const cases: readonly [name: string, text: string, message: RegExp, hint: RegExp][] = [
    [
      'hookscope.config.json',
      '{ "port": 1, }',
      /config\.json is not valid JSON: it breaks at line 1, column 14\.$/,
      /comma/,
    ],
    ['hookscope.config.json', '[1]', /config\.json should hold an object/, /export default/],
    ['hookscope.config.json', '{ "prot": 1 }', /config\.json has no field “prot”/, /Did you mean “port”\?/],
    ['hookscope.config.json', '{ "zzzzz": 1 }', /no field “zzzzz”/, /Fields there: port, inspectorPort/],
    ['hookscope.config.json', '{ "retention": { "dayz": 1 } }', /no field “retention.dayz”/, /“days”/],
    ['hookscope.config.json', '{ "port": "4000" }', /port should be a whole number.*, not "4000"/, /Change port/],
    ['hookscope.config.json', '{ "port": 70000 }', /port should be .* 65535.*, not 70000/, /./],
    [
      'hookscope.config.json',
      '{ "tunnel": "serveo" }',
      /tunnel should be one of "auto", "localtunnel", "cloudflared", "ssh", .+"none"/,
      /./,
    ],
    ['hookscope.config.json', '{ "limits": { "bodyBytes": 1 } }', /limits\.bodyBytes should be a whole number/, /./],
    ['hookscope.config.json', '{ "publicUrl": "a.example/x" }', /publicUrl should be an http or https address/, /./],
    ['hookscope.config.json', '{ "subdomain": "A_b" }', /subdomain should be 4 to 63 lower-case/, /./],
    ['hookscope.config.json', '{ "label": " " }', /label should be text of 1 to 255 characters/, /./],
    ['hookscope.config.json', '{ "label": "a\\u0007b" }', /label should be text of 1 to 255/, /./],
    ['hookscope.config.json', `{ "label": "${'x'.repeat(10_000)}" }`, /label should be text of 1 to 255/, /./],
    [
      'hookscope.config.json',
      '{ "forward": ["http://localhost:3000", "webhooks"] }',
      /config\.json: forward.*webhooks” is not a URL/,
      /http:\/\/localhost:3000/,
    ],
    [
      'hookscope.config.js',
      'throw new Error("no key today")',
      /config\.js failed while it was loaded: no key today/,
      /./,
    ],
    ['hookscope.config.ts', 'export default {', /config\.ts failed while it was loaded/, /./],
    ['hookscope.config.ts', 'export default 5', /config\.ts should hold an object/, /./],
  ]
  it.each(cases)('%s: %s', async (name, text, message, hint) => {
    file(name, text)
    const problem = await problemOf({})
    expect(problem.message).toMatch(message)
    expect(problem.hint).toMatch(hint)
  })

  it('never prints a secret', async () => {
    for (const field of ['signatureKey', 'sourceKey', 'basicAuth']) {
      file('hookscope.config.json', JSON.stringify({ [field]: { hidden: 'tr0ub4dor' } }))
      const problem = await problemOf({})
      expect(problem.message).toContain(field)
      expect(`${problem.message}${problem.hint}`).not.toContain('tr0ub4dor')
    }
  })

  it.each([
    ['hookscope.config.json', `{"signatureKey":'S3CR3TKEY9'}`, 'is not valid JSON: it breaks at line 1, column 17.'],
    [
      'hookscope.config.json',
      '{\r\n  "signatureKey": S3CR3TKEY9\r\n}',
      'is not valid JSON: it breaks at line 2, column 19.',
    ],
    ['hookscope.config.json', '{"signatureKey": "S3CR3TKEY9', 'is not valid JSON: it breaks at line 1, column 29.'],
    ['hookscope.config.json', '{"signatureKey": "S3CR3T\nKEY9"}', 'is not valid JSON: it breaks at line 1, column 25.'],
    [
      'hookscope.config.json',
      '{"signatureKey": "a", S3CR3TKEY9}',
      'is not valid JSON: it breaks at line 1, column 23.',
    ],
    [
      'hookscope.config.ts',
      'export default {\n  signatureKey: S3CR3TKEY9\n}',
      'failed while it was loaded: ReferenceError.',
    ],
    ['hookscope.config.ts', "export default { signatureKey: 'S3CR3T'KEY9 }", 'it breaks at line 1, column 40.'],
    ['hookscope.config.js', 'let S3CR3TKEY9, S3CR3TKEY9\nexport default {}', 'it breaks at line 1, column 17.'],
    [
      'hookscope.config.js',
      `export default JSON.parse('{"signatureKey":S3CR3TKEY9}')`,
      'failed while it was loaded: SyntaxError.',
    ],
  ])('tells where %s breaks, and quotes none of %j', async (name, text, says) => {
    file(name, text)
    const { message, hint } = await problemOf({})
    expect(message).toContain(says)
    expect(`${message}${hint}`).not.toMatch(/S3C|KEY9/)
  })

  it('shows control characters of a value harmlessly', async () => {
    file('hookscope.config.json', JSON.stringify({ answer: '\u001b[2J' }))
    expect((await problemOf({})).message).not.toContain('\u001b')
  })

  it('refuses to guess between two of them', async () => {
    file('hookscope.config.json', '{}')
    file('hookscope.config.ts', 'export default {}')
    expect((await problemOf({})).message).toMatch(
      /two config files here: hookscope\.config\.ts and hookscope\.config\.json/,
    )
  })

  it('takes no folder and nothing that is larger than it can be', async () => {
    mkdirSync(join(folder, 'hookscope.config.json'))
    expect((await problemOf({})).message).toMatch(/config\.json is not a file/)
    file('large.json', ' '.repeat(1_048_577))
    expect((await problemOf({ config: named('large.json') })).message).toMatch(/large\.json is larger than 1 MiB/)
  })

  it.skipIf(process.platform === 'win32')('waits for no pipe, not even at a Tab', async () => {
    for (const name of ['hookscope.config.json', 'hookscope.config.ts']) {
      execFileSync('mkfifo', [join(folder, name)])
      expect((await problemOf({})).message).toMatch(/is not a file/)
      expect((await problemOf({ reads: [] })).message).toMatch(/is not a file/)
      rmSync(join(folder, name))
    }
  })

  it('says when the one that was named does not exist, or no such file', async () => {
    expect((await problemOf({ config: named('absent.json') })).message).toMatch(/absent\.json does not exist/)
    expect((await problemOf({ config: named('settings.yaml') })).message).toMatch(/not a config file/)
  })
})

describe('what is wrong with variables and options', () => {
  const cases: readonly [input: Partial<ConfigInput>, message: RegExp][] = [
    [{ environment: { HOOKSCOPE_PORT: 'abc' } }, /HOOKSCOPE_PORT: port should be a whole number .*"abc"/],
    [{ environment: { HOOKSCOPE_OBSERVE: 'maybe' } }, /HOOKSCOPE_OBSERVE: observe should be true or false/],
    [{ options: { inspectorPort: '-1' } }, /--inspector-port.* should be a whole number/],
    [{ options: { port: '1e3' } }, /--port.* should be a whole number/],
    [{ options: { forward: ['3000', 'ftp://a.example/'] } }, /--forward.*neither http nor https/],
    [{ options: { forward: ['http://user:secret@a.example/'] } }, /--forward.*user name or a password/],
    [{ options: { answer: 'app' } }, /only answer the gateway when deliveries are forwarded/],
    [{ options: { publicUrl: 'https://a.example', tunnel: 'cloudflared' } }, /cannot be used together/],
    [{ options: { publicUrl: 'https://a.example', tunnel: 'ssh' } }, /needs the server, and the https address/],
    [{ options: { tunnel: 'ssh', tunnelHost: 'me@a.example' } }, /needs the server, and the https address/],
    [{ options: { tunnel: 'ssh', tunnelHost: '-oProxyCommand=x' } }, /--tunnel-host.*SSH server as user@host:port/],
    [{ options: { tunnelHost: 'me@a.example' } }, /needs the server, and the https address/],
    [{ options: { tunnel: 'localtunnel', tunnelHost: 'me@a.example' } }, /localtunnel is an http or https address/],
    [{ options: { tunnel: 'cloudflared', tunnelName: 'shop' } }, /needs the address that leads to it/],
    [{ options: { tunnelName: '--config' } }, /--tunnel-name.*name or id/],
  ]
  it.each(cases)('%j', async (input, message) => {
    const problem = await problemOf(input)
    expect(problem.message).toMatch(message)
    expect(problem.hint).not.toBe('')
    expect(`${problem.message}${problem.hint}`).not.toContain('secret')
  })

  it('opens no tunnel beside a public URL, keeps its path, and drops its trailing slash', async () => {
    const { settings } = await load({ options: { publicUrl: 'https://hooks.example.com/' } })
    expect(settings).toMatchObject({ tunnel: 'none', publicUrl: 'https://hooks.example.com' })
    const behind = await load({ options: { publicUrl: 'https://shop.example/hooks/' } })
    expect(behind.settings.publicUrl).toBe('https://shop.example/hooks')
  })

  it('keeps a public URL beside the tunnels that lead from it to here', async () => {
    const publicUrl = 'https://hooks.example.com'
    const cases = [
      { tunnel: 'ssh', tunnelHost: 'me@a.example:2222', tunnelRemote: '127.0.0.1:8080' },
      { tunnel: 'ngrok' },
      { tunnel: 'cloudflared', tunnelName: 'shop' },
      { tunnel: 'cloudflared', tunnelTokenFile: 'token.txt' },
    ]
    for (const options of cases) {
      const { settings, warnings } = await load({ options: { ...options, publicUrl } })
      expect([settings.tunnel, settings.publicUrl, warnings]).toEqual([options.tunnel, publicUrl, []])
    }
    expect((await load({ options: { tunnelRemote: '8080' } })).warnings).toEqual([
      '--tunnel-remote has no effect: only ssh uses it.',
    ])
  })

  it.each([
    ['https://merchant:secret@shop.example', /a user name or a password/],
    ['https://shop.example/?token=secret', /a query/],
    ['https://shop.example/#secret', /a part after #/],
  ])('refuses the public URL %s with the reason', async (publicUrl, says) => {
    const problem = await problemOf({ options: { publicUrl } })
    expect([problem.message, problem.exitCode]).toEqual([expect.stringMatching(says), 2])
    expect(`${problem.message}${problem.hint}`).not.toContain('secret')
  })

  it('takes what an orchestrator sets for a service of that name for no setting', async () => {
    const environment = {
      HOOKSCOPE_PORT: 'tcp://10.0.0.1:80',
      HOOKSCOPE_SERVICE_HOST: '10.0.0.1',
      HOOKSCOPE_SERVICE_PORT: '80',
      HOOKSCOPE_PORT_80_TCP: 'tcp://10.0.0.1:80',
      HOOKSCOPE_PORT_80_TCP_ADDR: '10.0.0.1',
    }
    const { settings, warnings } = await load({ environment })
    expect(settings.port).toBeNull()
    expect(warnings).toEqual([expect.stringMatching(/^HOOKSCOPE_PORT is ignored: an orchestrator set it/)])
  })

  it('warns of variables that are no setting, with the one that was meant', async () => {
    const environment = {
      HOOKSCOPE_SIGNATURE_KEYFILE: 'key',
      HOOKSCOPE_FORWRAD: 'http://localhost:3000/',
      HOOKSCOPE_WEATHER: 'fine',
      HOOKSCOPE_OLD: '',
      HOOKSCOPE_TEST_BROWSER: '/usr/bin/chromium',
      HOOKSCOPE_BENCH_ROWS: '10',
      // Each of these is one.
      HOOKSCOPE_SIGNATURE_KEY_FILE: 'key',
      HOOKSCOPE_BASIC_AUTH: 'a:b',
      HOOKSCOPE_TOKEN: 'token',
      HOOKSCOPE_TUNNEL_HOST: 'https://tunnel.example.com',
      PATH: '/bin',
    }
    expect((await load({ environment })).warnings).toEqual([
      'HOOKSCOPE_SIGNATURE_KEYFILE is not a setting, so it has no effect. Did you mean HOOKSCOPE_SIGNATURE_KEY_FILE?',
      'HOOKSCOPE_FORWRAD is not a setting, so it has no effect. Did you mean HOOKSCOPE_FORWARD?',
      'HOOKSCOPE_WEATHER is not a setting, so it has no effect.',
    ])
  })

  it('warns of a public URL that the console would not take', async () => {
    const warningsOf = async (publicUrl: string) => (await load({ options: { publicUrl } })).warnings
    expect(await warningsOf('http://hooks.example.com/')).toEqual([
      'http://hooks.example.com is not https, which the console requires of a Hook URL.',
    ])
    expect(await warningsOf('https://hooks.example.com')).toEqual([])
    expect(await warningsOf('http://localhost:8080')).toEqual([])
  })

  it('warns of what has no effect', async () => {
    const { warnings } = await load({ options: { tunnel: 'cloudflared', subdomain: 'shop-hooks' } })
    expect(warnings).toEqual(['--subdomain has no effect: only localtunnel uses it.'])
  })
})

/** What is published: packed as npm packs it, installed into an empty folder, run by npx, doing the main job there. */
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { readOwner } from '../server/store/sqlite/file/owner.ts'
import { textOf } from './docs/pages.ts'
import { emptyFolder, type RunningCommand, runCommand, startCommand } from './helpers/command.ts'
import { eventBytes, openGateway, signatureOf } from './helpers/gateway.ts'
import { npmNetwork } from './helpers/own-network.ts'

const checkout = fileURLToPath(new URL('..', import.meta.url))
const key = 'sk_package_7d41c09be2'
const token = 'package-test-token'

/** What an npm that runs these tests tells its scripts must not reach the npm that is tested: it names this checkout. */
const withoutNpm = Object.fromEntries(
  Object.keys(process.env)
    .filter(name =>
      /^(?:npm_(?!config_)|npm_config_(?:local_prefix|global_prefix|prefix|call|package)$|INIT_CWD$)/.test(name),
    )
    .map(name => [name, undefined]),
)

/** A script of npm's own, beside the npm that runs these tests or the one that came with this Node.js. */
function npmScript(name: 'npm-cli.js' | 'npx-cli.js'): string {
  const prefix = dirname(process.execPath)
  const folders = [
    dirname(process.env['npm_execpath'] ?? ''),
    join(prefix, 'node_modules/npm/bin'),
    join(prefix, '../lib/node_modules/npm/bin'),
  ]
  const found = folders.map(folder => join(folder, name)).find(path => existsSync(path))
  if (found === undefined) throw new Error(`No npm beside ${process.execPath}: start the tests with npm test`)
  return found
}

async function npm(args: readonly string[], folder: string): Promise<string> {
  const env = { ...process.env, ...npmNetwork(), ...withoutNpm }
  const { stdout } = await promisify(execFile)(process.execPath, [npmScript('npm-cli.js'), ...args], {
    cwd: folder,
    env,
  })
  return stdout
}

/**
 * The one thing that is not done as at a merchant's: where better-sqlite3 compiles or downloads its binary in an install
 * script (12.x, so on Node 20), the script is left out and the checkout's binary of the same version is put there.
 * Compiling takes more than a minute. 13.x brings its binaries and has no script.
 */
function provideBinary(home: string): void {
  const binary = 'build/Release/better_sqlite3.node'
  const [own, installed] = [checkout, home].map(folder => join(folder, 'node_modules/better-sqlite3'))
  if (own === undefined || installed === undefined || !existsSync(join(own, binary))) return
  const versions = [own, installed].map(
    folder => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version,
  )
  expect(versions[1], 'npm chose another better-sqlite3 than the checkout has').toBe(versions[0])
  mkdirSync(dirname(join(installed, binary)), { recursive: true })
  copyFileSync(join(own, binary), join(installed, binary))
}

/**
 * The program of a runtime and how it runs a file without the network and with no more rights than the libraries need. Where
 * npm has none for this platform, the test fails and says so: that it runs there would not be known.
 */
function runtime(name: 'node' | 'deno' | 'bun'): { readonly program: string; readonly args: readonly string[] } {
  if (name === 'node') return { program: process.execPath, args: [] }
  const end = process.platform === 'win32' ? '.exe' : ''
  const [scope, file] = name === 'deno' ? ['@deno', `deno${end}`] : ['@oven', join('bin', `bun${end}`)]
  const folder = join(checkout, 'test/runtimes/node_modules', scope)
  const builds = existsSync(folder) ? readdirSync(folder) : []
  const program = builds.map(build => join(folder, build, file)).find(path => existsSync(path))
  if (program === undefined)
    throw new Error(
      `No ${name}: remove test/runtimes/node_modules, run node setup.mjs --browser. npm has builds for the platforms in test/runtimes/package-lock.json.`,
    )
  const deno = ['run', '--no-prompt', '--cached-only', '--allow-net=127.0.0.1']
  return { program, args: name === 'deno' ? deno : ['--no-install'] }
}

/** What keeps them from a folder of their own in the home, and from asking for a newer version. */
const runtimeSettings = {
  DENO_DIR: emptyFolder(),
  DENO_NO_UPDATE_CHECK: '1',
  BUN_RUNTIME_TRANSPILER_CACHE_PATH: '0',
  DO_NOT_TRACK: '1',
}

interface Packed {
  readonly filename: string
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

describe('the published package', () => {
  const home = emptyFolder()
  const installed = join(home, 'node_modules/hookscope')
  let packed: Packed
  let paths: string[]

  beforeAll(async () => {
    const folder = emptyFolder()
    // The build is there already, and other tests run it: prepack would replace it under them.
    const answer = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], checkout)
    const [first]: Packed[] = JSON.parse(answer)
    if (first === undefined) throw new Error('npm pack packed nothing')
    packed = first
    paths = packed.files.map(({ path }) => path)
    const tarball = join(folder, packed.filename)
    await npm(['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball], home)
    provideBinary(home)
  }, 180_000)

  it('holds the command, the pages, the notices and the documents', () => {
    expect(paths).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'LICENSE',
        'dist/hookscope.cjs',
        'dist/notices-server.md',
        'dist/ui/index.html',
        'dist/ui/notices.md',
        'dist/check.cjs',
        'dist/check.d.cts',
        'dist/verify.mjs',
        'dist/verify.cjs',
        'dist/verify.d.mts',
        'dist/verify.d.cts',
        'dist/testing.mjs',
        'dist/testing.cjs',
        'dist/testing.d.mts',
        'dist/testing.d.cts',
        'schema/check-report.json',
        'schema/capture.json',
      ]),
    )
  })

  it('holds nothing else: no sources, no tests, no maps', () => {
    const expected =
      /^(?:package\.json|LICENSE|(?:README|CHANGELOG|SECURITY)\.md|docs\/(?:[\w-]+\/)?[\w-]+\.md|docs\/reference\/api\.json|dist\/[\w-]+\.(?:cjs|md)|dist\/check\.d\.cts|dist\/(?:verify|testing)\.(?:mjs|d\.[cm]ts)|schema\/(?:check-report|capture)\.json|dist\/ui\/(?:assets\/)?[\w.-]+\.(?:html|js|css|svg|md|png|ico|woff2|webmanifest))$/
    expect(paths.filter(path => !expected.test(path))).toEqual([])
  })

  it('holds one build: every file of code is reached from the command, the check or the page', () => {
    const code = paths.filter(path => /\.(?:cjs|js|css)$/.test(path)).map(path => path.slice('dist/'.length))
    const texts = [...code, 'ui/index.html'].map(path => readFileSync(join(installed, 'dist', path), 'utf8')).join('\n')
    const unreached = code.filter(
      path =>
        !['hookscope.cjs', 'check.cjs', 'verify.cjs', 'testing.cjs'].includes(path) &&
        !texts.includes(path.split('/').at(-1) ?? ''),
    )
    expect(unreached).toEqual([])
  })

  it('is small', () => {
    // 2.4 MB packed, 9.8 MB unpacked when this was written: a quarter of it the reader of TypeScript config files, a fifth
    // the accounts of a shared inspector (loaded by hookscope serve alone), a sixteenth the Model Context Protocol.
    expect(packed.size).toBeLessThan(2_550_000)
    expect(packed.unpackedSize).toBeLessThan(10_300_000)
  })

  it('holds what the README leads to', () => {
    const readme = readFileSync(join(installed, 'README.md'), 'utf8')
    const links = [...readme.matchAll(/[^!]\[[^\]]+\]\(([^)#]+)/g)].map(([, link = '']) => link)
    expect(links.length).toBeGreaterThan(10)
    expect(links.filter(link => !paths.includes(link))).toEqual([])
  })

  it('depends on better-sqlite3 alone, and runs nothing when it is installed', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    expect(Object.keys(manifest.dependencies)).toEqual(['better-sqlite3'])
    expect(manifest).not.toHaveProperty('optionalDependencies')
    expect(manifest).not.toHaveProperty('peerDependencies')
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
      expect(manifest.scripts).not.toHaveProperty(script)
    const beside = readdirSync(join(home, 'node_modules'))
    const bundled = Object.keys(packageJson.devDependencies)
    expect(beside.filter(name => bundled.includes(name) || name === 'axios')).toEqual([])
  })

  it('ships localtunnel without its old HTTP client, and says what else is in it', () => {
    const old = readFileSync(join(checkout, 'node_modules/axios/dist/axios.js'), 'utf8')
    const files = paths
      .filter(path => path.startsWith('dist/'))
      .map(path => readFileSync(join(installed, path), 'utf8'))
    for (const mark of ['isAxiosError', 'XSRF-TOKEN', 'CancelToken']) {
      expect(old).toContain(mark)
      expect(files.filter(text => text.includes(mark))).toHaveLength(0)
    }
    const notices = readFileSync(join(installed, 'dist/notices-server.md'), 'utf8')
    const named = [...notices.matchAll(/^## (\S+) - /gm)].map(([, name]) => name)
    expect(named).toEqual(
      expect.arrayContaining(['localtunnel', 'hono', '@hono/node-server', 'ws', 'zod', 'commander']),
    )
    // What jiti has bundled itself.
    for (const inside of ['@babel/core', '@babel/traverse', '@jridgewell/trace-mapping', 'semver', 'mlly'])
      expect(named).toContain(inside)
    expect(notices).toContain('Copyright (c) 2014-present Sebastian McKenzie and other contributors')
    expect(notices.match(/holds no text of it/g)).toHaveLength(1)
    expect(named).not.toContain('axios')
    expect(named).not.toContain('follow-redirects')
    expect(readFileSync(join(installed, 'dist/ui/notices.md'), 'utf8')).toMatch(/^## preact - /m)
  })

  it('is well formed', async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, level: 'warning' })
    expect(messages).toEqual([])
  })

  describe('the check for test suites', () => {
    const script = (module: string) => `${module}
      const http = require('node:http')
      const server = http.createServer((incoming, answer) => {
        incoming.resume().on('end', () => answer.writeHead(incoming.method === 'POST' ? 200 : 405).end())
      })
      server.listen(0, '127.0.0.1', async () => {
        const url = 'http://127.0.0.1:' + server.address().port
        const report = await check({ url, signatureKey: 'a key', only: ['every-event', 'signature-missing'] })
        console.log(JSON.stringify({ ready: report.ready, found: report.findings.map(one => one.probe + ' ' + one.outcome) }))
        server.close()
        server.closeAllConnections()
      })`
    const expected = { ready: false, found: ['every-event pass', 'signature-missing fail'] }

    it.each([
      [
        'import',
        'use.mjs',
        "import { check } from 'hookscope/check'\nimport { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)",
      ],
      ['require', 'use.cjs', "const { check } = require('hookscope/check')"],
    ])('runs by %s', async (_, name, module) => {
      const file = join(home, name)
      writeFileSync(file, script(module))
      const { code, stdout, stderr } = await runCommand([], { command: file, cwd: home })
      expect([code, stderr]).toEqual([0, ''])
      expect(JSON.parse(stdout)).toEqual(expected)
    })
  })

  describe('the library for shops', () => {
    const body = eventBytes('transaction.sale.success', 4)
    const library = (name: string) => readFileSync(join(installed, 'dist', name), 'utf8')

    it('is one small file for any runtime: nothing of Node’s, nothing beside it', () => {
      expect(gzipSync(library('verify.mjs')).length).toBeLessThan(6 * 1024)
      for (const name of ['verify.mjs', 'verify.cjs']) {
        expect(library(name)).not.toMatch(/\brequire\(|\bfrom\s*["']|\bimport\(|\bBuffer\.|\bprocess\./)
      }
    })

    it('verifies as the guide shows it, in a module', async () => {
      const [, shop = ''] = /```js\n(import \{ createServer[^`]+)```/.exec(textOf('docs/guides/library.md')) ?? []
      const said = "server.on('listening', () => console.log('at port', server.address().port))"
      writeFileSync(join(home, 'shop.mjs'), `${shop}${said}`)
      const env = { SIGNATURE_KEY: key, PORT: '0' }
      const running = startCommand([], { command: join(home, 'shop.mjs'), cwd: home, env })
      const port = (await running.waitForText(/at port \d+/)).slice('at port '.length)
      const post = async (signature: string) => {
        const headers = { 'X-Signature': signature }
        return (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: Buffer.from(body) })).status
      }
      expect([await post(signatureOf(key, body)), await post(signatureOf('another', body))]).toEqual([200, 401])
      await running.stop()
    })
  })

  describe('the library for test suites', () => {
    const library = (name: string) => readFileSync(join(installed, 'dist', name), 'utf8')
    const run = async (name: string, text: string) => {
      writeFileSync(join(home, name), text)
      return runCommand([], { command: join(home, name), cwd: home })
    }
    const [relay, first] = [...textOf('docs/guides/testing.md').matchAll(/```js\n(import assert[^`]+)```/g)]
      .map(([, code = '']) => code)
      .toReversed()

    it('is one file, which loads Node’s server only for the receiver', () => {
      expect(gzipSync(library('testing.mjs')).length).toBeLessThan(29 * 1024)
      for (const name of ['testing.mjs', 'testing.cjs']) {
        expect(library(name)).not.toMatch(/\brequire\(|\bfrom\s*["'`]|\bprocess\./)
        expect(library(name).match(/\bimport\([^)]*\)/g)).toEqual([expect.stringMatching(/["'`]node:http["'`]/)])
      }
    })

    it('tests a shop as the guide shows it, by node:test', async () => {
      const shop = `import { createServer } from 'node:http'
        import { verifyNodeRequest } from 'hookscope/verify'
        export async function startShop(key) {
          const seen = new Set()
          const paid = new Map()
          const server = createServer(async (request, response) => {
            const result = await verifyNodeRequest(request, { keys: key })
            if (!result.ok) return response.writeHead(401).end()
            const { id, type, object } = result.event
            if (!seen.has(id)) {
              if (type === 'transaction.sale.success' && object.creditcard) paid.set(object.key, object.invoice)
              if (type === 'ach.settled') paid.set(object.key, object.orderid)
              if (type === 'ach.returned') paid.delete(object.key)
              seen.add(id)
            }
            response.writeHead(200).end()
          })
          await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
          const url = 'http://127.0.0.1:' + server.address().port
          return { url, paid: () => [...paid.values()], close: () => server.close() }
        }`
      writeFileSync(join(home, 'shop.mjs'), shop)
      const { code, stdout } = await run('shop.test.mjs', first ?? '')
      expect(stdout).toMatch(/^# pass 1$/m)
      expect(code).toBe(0)
      // It tells a shop that books twice.
      writeFileSync(
        join(home, 'shop.mjs'),
        shop
          .replace('paid.set(object.key, object.invoice)', 'paid.set(paid.size, object.invoice)')
          .replace('seen.add(id)', ''),
      )
      expect((await run('shop.test.mjs', first ?? '')).code).toBe(1)
    })

    it('receives and waits as the guide shows it, by node:test', async () => {
      const { code, stdout } = await run('relay.test.mjs', relay ?? '')
      expect(stdout).toMatch(/^# pass 1$/m)
      expect(code).toBe(0)
    })

    it.each(['node', 'deno', 'bun'] as const)('verifies, signs and receives in %s', async name => {
      const { program, args } = runtime(name)
      const script = `import { verifyWebhook } from 'hookscope/verify'
        import { signedEvent, startReceiver } from 'hookscope/testing'
        const runtime = 'Deno' in globalThis ? 'deno' : 'Bun' in globalThis ? 'bun' : 'node'
        const key = ${JSON.stringify(key)}
        const { body, headers } = await signedEvent('ach.settled', { key, seed: 1 })
        const right = await verifyWebhook({ body, headers, keys: key })
        const wrong = await verifyWebhook({ body, headers, keys: 'another' })
        const receiver = await startReceiver({ key })
        const post = async (headers) => (await fetch(receiver.hookUrl, { method: 'POST', body, headers })).status
        const statuses = [await post(headers), await post({ ...headers, 'X-Signature': 'ab'.repeat(32) })]
        const { event, verdict } = await receiver.waitFor('type:ach.settled', { timeoutMs: 10_000 })
        await receiver.close()
        console.log(JSON.stringify({ runtime, body, headers, verified: [right.event.type, wrong.reasons], statuses, received: [event.type, verdict] }))`
      writeFileSync(join(home, 'runtime.mjs'), script)
      const { stdout } = await promisify(execFile)(program, [...args, 'runtime.mjs'], {
        cwd: home,
        timeout: 30_000,
        env: { ...process.env, ...withoutNpm, ...runtimeSettings },
      })
      const { body, headers, ...said } = JSON.parse(stdout)
      expect(headers['X-Signature']).toBe(signatureOf(key, Buffer.from(body)))
      expect(said).toEqual({
        runtime: name,
        verified: ['ach.settled', ['signature-wrong']],
        statuses: [200, 401],
        received: ['ach.settled', 'verified'],
      })
    })

    it('signs events where there is nothing of Node’s, and by require', async () => {
      const use = `for (const name of ['Buffer', 'process']) delete globalThis[name]
        signedEvent('ach.settled', { key: ${JSON.stringify(key)}, seed: 1 }).then(made => console.log(JSON.stringify(made)))`
      const module = await run('sign.mjs', `import { signedEvent } from 'hookscope/testing'\n${use}`)
      const common = await run('sign.cjs', `const { signedEvent } = require('hookscope/testing')\n${use}`)
      for (const { stdout, stderr } of [module, common]) {
        expect(stderr).toBe('')
        const { body, headers } = JSON.parse(stdout)
        expect(headers['X-Signature']).toBe(signatureOf(key, Buffer.from(body)))
      }
    })
  })

  it('has types, in a module and in CommonJS', async () => {
    const check = `const report: CheckReport = await check({ url: 'http://127.0.0.1/', effect: () => 1 })
const first: string | undefined = report.findings[0]?.probe
// @ts-expect-error -- the URL is missing
check({ signatureKey: 'a key' })
export { first }`
    const verify = `async function use(request: Request) {
  const result = await verifyRequest(request, { keys: ['a'] })
  if (!result.ok) return result.reasons.includes('signature-wrong')
  if (result.event?.type === 'ach.settled') return result.event.changes?.new.settled satisfies string | null | undefined
  // @ts-expect-error -- no such event
  return result.event?.type === 'ach.lost'
}
export { use }`
    const testing = `async function use() {
  const { body, headers } = await signedEvent('ach.settled', { key: 'a', set: { orderid: '1' } })
  const { hookUrl, waitFor } = await startReceiver({ key: 'a' })
  await fetch(hookUrl, { method: 'POST', body, headers })
  const { event } = await waitFor('type:ach.*', { timeoutMs: 100 })
  // @ts-expect-error -- no such scenario
  await scenario('card-lost')
  if (event?.type === 'ach.settled') return event.changes?.new.settled satisfies string | null | undefined
  return null
}
export { use }`
    const files = {
      'check.mts': `import { check, type CheckReport } from 'hookscope/check'\n${check}`,
      'check.cts':
        "import hookscope = require('hookscope/check')\nexport const score = hookscope.check({ url: 'x' }).then(({ score }) => score.toFixed())",
      'verify.mts': `import { verifyRequest } from 'hookscope/verify'\n${verify}`,
      'testing.mts': `import { scenario, signedEvent, startReceiver } from 'hookscope/testing'\n${testing}`,
      'testing.cts': `import library = require('hookscope/testing')\nconst { scenario, signedEvent, startReceiver } = library\n${testing}`,
      'verify.cts': `import library = require('hookscope/verify')\nconst { verifyRequest } = library\n${verify}`,
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text)
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node']
    const { code, stdout } = await runCommand(
      [...options, '--typeRoots', join(checkout, 'node_modules/@types'), ...Object.keys(files)],
      { command: join(checkout, 'node_modules/typescript/bin/tsc'), cwd: home },
    )
    expect([stdout, code]).toEqual(['', 0])
  })

  describe('run by npx', () => {
    const db = join(home, 'kept', 'deliveries.db')
    const npx = { command: npmScript('npx-cli.js'), cwd: home }
    let command: RunningCommand

    beforeAll(() => {
      command = startCommand(
        [
          '--no-install',
          'hookscope',
          '--json',
          '--tunnel',
          'none',
          '--no-open',
          '--port',
          '0',
          '--inspector-port',
          '0',
          '--db',
          db,
        ],
        { ...npx, env: { ...withoutNpm, HOOKSCOPE_SIGNATURE_KEY: key, HOOKSCOPE_TOKEN: token } },
      )
    })

    // npx hands no signal on to what it started: that is ended by its own id, and npx ends with it.
    const end = (signal: NodeJS.Signals) => {
      const owner = readOwner(db)
      if (owner !== null) process.kill(owner.pid, signal)
    }

    afterAll(async () => {
      end('SIGKILL')
      await command.stop('SIGKILL')
    })

    it('says its version', async () => {
      const { code, stdout } = await runCommand(['--no-install', 'hookscope', '--version'], { ...npx, env: withoutNpm })
      expect(code).toBe(0)
      expect(stdout.trim()).toBe(packageJson.version)
    })

    it('accepts a signed delivery and lists it by its API', async () => {
      const { hooks, inspectorUrl, version } = await command.waitForLine('ready')
      expect(version).toBe(packageJson.version)
      const body = eventBytes('transaction.sale.success', 3)
      const gateway = openGateway({ url: hooks[0]?.localUrl ?? '', key })
      expect((await gateway.post(body)).status).toBe(200)
      gateway.close()
      const line = await command.waitForLine('delivery')
      expect(line).toMatchObject({ id: 1, verdict: 'verified', status: 200, bytes: body.length })

      const headers = { Authorization: `Bearer ${token}` }
      const list = await fetch(`${inspectorUrl}/api/deliveries`, { headers })
      expect(list.status).toBe(200)
      expect(await list.json()).toMatchObject({
        deliveries: [{ id: 1, verdict: 'verified', eventType: 'transaction.sale.success' }],
        next: null,
      })
      const kept = await fetch(`${inspectorUrl}/api/deliveries/1/body`, { headers })
      expect(Buffer.from(await kept.arrayBuffer())).toEqual(body)
    })

    it('serves the inspector’s page and what it needs', async () => {
      const { inspectorUrl, inspectorLink } = await command.waitForLine('ready')
      const signIn = await fetch(inspectorLink, { redirect: 'manual' })
      expect(signIn.status).toBe(303)
      const headers = { Cookie: signIn.headers.get('set-cookie')?.split(';')[0] ?? '' }
      const page = await fetch(inspectorUrl, { headers })
      expect(page.status).toBe(200)
      const html = await page.text()
      const sources = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path)
      expect(sources.filter(path => path.endsWith('.js')).length).toBeGreaterThan(0)
      for (const path of sources) expect((await fetch(inspectorUrl + path, { headers })).status, path).toBe(200)
    })

    it('ends with exit code 0 when it is told to', async () => {
      await command.waitForLine('ready')
      end('SIGTERM')
      expect((await command.exited).code).toBe(0)
    })
  })
})

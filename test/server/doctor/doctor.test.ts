/** `hookscope doctor`, beside a listener and without one; what was not tried is never called ok. */
import { writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { DoctorReport } from '../../../core/doctor/doctor.ts'
import { emptyFolder, runCommand, startListening } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'
import { portApart } from '../../helpers/ports.ts'
import { startProxy } from '../../helpers/proxy-server.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A PATH on which a program of that name is found, which nobody runs. */
function pathWith(name: string): string {
  const folder = emptyFolder()
  writeFileSync(join(folder, process.platform === 'win32' ? `${name}.exe` : name), '', { mode: 0o755 })
  return `${folder}${delimiter}${process.env['PATH'] ?? ''}`
}

async function diagnose(db: string, env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await runCommand(['doctor', '--json', '--db', db], { env })
  const report: DoctorReport = JSON.parse(stdout || `{"lines":[],"error":${JSON.stringify(stderr)}}`)
  const statusOf = (id: string) => report.lines.find(line => line.id === id)?.status
  return { code, report, statusOf }
}

it('beside a listener: what works is ok once it was tried, and what fails has its fix', async () => {
  const merchant = await startMerchant(manners.answers('200 OK', [], 'thanks'))
  closers.push(() => merchant.close())
  const port = await portApart()
  const proxy = await startProxy()
  closers.push(proxy.close)
  const db = join(emptyFolder(), 'a.db')
  const command = startListening(
    ['--port', String(port), '--public-url', `http://127.0.0.1:${port}`, '--forward', merchant.url],
    { db, env: { HOOKSCOPE_SIGNATURE_KEY: 'key', HTTPS_PROXY: proxy.url.replace('//', '//shop:secret@') } },
  )
  closers.push(() => command.stop())
  const { hooks } = await command.waitForLine('ready')
  const before = await diagnose(db)
  expect(before.statusOf('last-verified')).toBe('untried')
  expect(before.statusOf('clock')).toBe('untried')

  const gateway = openGateway({ url: hooks[0]?.hookUrl ?? '', key: 'key' })
  closers.push(() => gateway.close())
  expect((await gateway.post('transaction.sale.success')).status).toBe(200)
  await command.waitForLine('attempt')
  await expect.poll(async () => (await diagnose(db)).statusOf('public-url')).toBe('warn')
  const well = await diagnose(db)
  const found = (id: string) => well.report.lines.find(line => line.id === id)
  expect(found('public-url')?.text).toMatch(/led here .+, in \d+ ms\. It is not https\./)
  for (const id of ['node', 'database', 'clock', 'ports', 'proxy', 'keys', 'last-verified', 'target'])
    expect([id, found(id)?.status]).toEqual([id, 'ok'])
  expect(found('target')?.text).toContain('last answered 200')
  expect(found('proxy')?.text).toMatch(
    new RegExp(`^HTTPS_PROXY is set\\. .* go through ${proxy.name}, which accepts connections; hosts in NO_PROXY`),
  )
  expect(JSON.stringify(well.report)).not.toMatch(/secret/)
  expect(found('tunnel.srv.us')?.status).toBe('untried')
  expect([well.code, well.report.ok]).toEqual([0, true])

  await merchant.close()
  await command.waitForLine('target', ({ state }) => state === 'down')
  const ill = await diagnose(db)
  expect([ill.code, ill.report.ok, ill.statusOf('target')]).toEqual([1, false, 'fail'])
  for (const { status, fix } of ill.report.lines) if (status === 'fail' || status === 'warn') expect(fix).toMatch(/./)
  const printed = await runCommand(['doctor', '--db', db])
  expect(printed.code).toBe(1)
  expect(printed.stdout).toMatch(/^fail {2}Your app: /m)
  expect(printed.stdout).toMatch(/\d ok, .*1 failed, \d+ not tried\.\n$/)
})

it('a public URL that leads elsewhere fails; a hook without a key is warned of', async () => {
  const db = join(emptyFolder(), 'a.db')
  const command = startListening(['--public-url', 'http://127.0.0.1:9'], { db })
  closers.push(() => command.stop())
  await command.waitForLine('tunnel', ({ state }) => state === 'retrying')
  const { code, statusOf } = await diagnose(db)
  expect([code, statusOf('public-url'), statusOf('keys'), statusOf('target')]).toEqual([1, 'fail', 'warn', 'untried'])
  await command.stop()

  const alone = await diagnose(db)
  expect(alone.statusOf('public-url')).toBe('untried')
  const own = {
    HOOKSCOPE_TUNNEL: 'cloudflared',
    HOOKSCOPE_TUNNEL_NAME: 'shop',
    HOOKSCOPE_PUBLIC_URL: 'https://shop.example',
  }
  const noteOf = async (env: Record<string, string>) =>
    (await diagnose(db, { ...env, PATH: pathWith('cloudflared') })).report.lines.find(
      ({ id }) => id === 'tunnel.cloudflared',
    )?.text
  expect(await noteOf(own)).toBe('Set up: configured.')
  expect(await noteOf({})).toMatch(/^Not set up: needs --tunnel-name/)
  expect(alone.statusOf('database')).toBe('ok')
  expect(alone.code).toBe(0)
})

it('a listener without a tunnel is warned of, and nobody is told to start what runs', async () => {
  const db = join(emptyFolder(), 'a.db')
  const command = startListening([], { db })
  closers.push(() => command.stop())
  await command.waitForLine('ready')
  const { report } = await diagnose(db)
  const found = (id: string) => report.lines.find(line => line.id === id)
  expect(found('public-url')).toMatchObject({ status: 'warn', text: expect.stringContaining('without a tunnel') })
  expect(report.lines.map(({ fix }) => fix ?? '').join()).not.toContain('Start hookscope')
})

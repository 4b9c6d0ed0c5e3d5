/** The command behind a tunnel: the Hook URL that is told, the name that is kept, and the one that is lost. */
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { emptyFolder, expectExit, type RunningCommand, startCommand, startListening } from '../../helpers/command.ts'
import { eventBytes, openGateway } from '../../helpers/gateway.ts'
import { startTunnelServer } from '../../helpers/tunnel-server.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function tunnelServer() {
  const server = await startTunnelServer()
  closers.push(() => server.close())
  return server
}

function listening(args: readonly string[], options: Parameters<typeof startListening>[1] = {}): RunningCommand {
  const tunnel = args.includes('--tunnel') ? [] : ['--tunnel', 'localtunnel']
  const command = startListening([...tunnel, ...args], options)
  closers.push(() => command.stop('SIGKILL'))
  return command
}

describe('behind a tunnel', () => {
  it('tells the Hook URL, and takes deliveries through it', async () => {
    const server = await tunnelServer()
    const command = listening(['--tunnel-host', server.host], { env: { HOOKSCOPE_SIGNATURE_KEY: 'key' } })
    const ready = await command.waitForLine('ready')
    const up = await command.waitForLine('tunnel', ({ state }) => state === 'up')
    const path = new URL(ready.hooks[0]?.localUrl ?? '').pathname
    expect(up).toEqual({
      kind: 'tunnel',
      state: 'up',
      url: expect.any(String),
      reason: null,
      hooks: [{ id: 'main', hookUrl: `${up.url}${path}` }],
    })
    const gateway = openGateway({ url: up.hooks[0]?.hookUrl ?? '', key: 'key' })
    closers.push(() => gateway.close())
    const body = eventBytes('transaction.sale.success')
    expect((await gateway.post(body)).status).toBe(200)
    expect(await command.waitForLine('delivery')).toMatchObject({ verdict: 'verified', bytes: body.length })
    await expectExit(command.stop(), 0)
  })

  it('asks for the same name at the next start, and is loud when it gets another', async () => {
    const server = await tunnelServer()
    const db = join(emptyFolder(), 'a.db')
    const start = () => listening(['--tunnel-host', server.host], { db })
    const forgotten = () => expect.poll(() => server.tunnels()).toEqual([])
    const isUp = ({ state }: { state: string }) => state === 'up'

    const first = start()
    const { url } = await first.waitForLine('tunnel', isUp)
    await first.stop()
    await forgotten()
    const second = start()
    expect((await second.waitForLine('tunnel', isUp)).url).toBe(url)
    await second.stop()
    await forgotten()
    expect(server.asked.at(-1)).not.toBeNull()

    server.behave({ otherName: true })
    const third = start()
    expect((await third.waitForLine('tunnel', isUp)).url).not.toBe(url)
    const text = await third.waitForText(/The Hook URL has changed[\s\S]*Save Changes/)
    expect(text).toContain(`before  ${url}`)
  })

  it('is ready without it, says what is missing, and takes deliveries on this machine', async () => {
    const server = await tunnelServer()
    server.behave({ refuse: { status: 503 } })
    const command = listening(['--tunnel-host', server.host])
    const ready = await command.waitForLine('ready')
    const line = await command.waitForLine('tunnel')
    expect(line).toMatchObject({ state: 'retrying', url: null, reason: expect.stringMatching(/./) })
    const gateway = openGateway({ url: ready.hooks[0]?.localUrl ?? '' })
    closers.push(() => gateway.close())
    expect((await gateway.post('ach.settled')).status).toBe(200)
    server.behave({})
    await command.waitForLine('tunnel', ({ state }) => state === 'up')
  })

  it('shows a person the Hook URL in the block at the start', async () => {
    const server = await tunnelServer()
    const command = startCommand([
      ...['--port', '0', '--inspector-port', '0', '--db', join(emptyFolder(), 'a.db')],
      ...['--tunnel-host', server.host, '--subdomain', 'shop-hooks'],
    ])
    closers.push(() => command.stop('SIGKILL'))
    await command.waitForText(/Hook URL +http[\s\S]*Ctrl-C ends hookscope/)
    const [tunnel] = server.tunnels()
    expect(tunnel?.name).toBe('shop-hooks')
    expect(command.stdout()).toContain(`Hook URL    ${tunnel?.url}/`)
    expect(command.stdout()).toMatch(new RegExp(`Hook URL +${tunnel?.url}/[\\w-]{24}\n +Events`))
    await expectExit(command.stop(), 0)
  })

  it("uses the user's own public URL, and says when it does not lead here", async () => {
    const command = listening(['--tunnel', 'none', '--public-url', 'http://127.0.0.1:9'])
    const { hooks } = await command.waitForLine('ready')
    expect(hooks[0]?.hookUrl).toMatch(/^http:\/\/127\.0\.0\.1:9\/[\w-]{24}$/)
    expect(await command.waitForLine('tunnel', ({ state }) => state === 'retrying')).toMatchObject({
      url: 'http://127.0.0.1:9',
      reason: expect.stringMatching(/./),
    })
  })
})

/** `hookscope tunnels`: what is set up is found by looking, on a PATH and in a home of the test's own. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ways } from '../../../core/tunnels/ways.ts'
import { readinessOf } from '../../../server/tunnel/readiness.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { runHere } from '../../helpers/here.ts'

const program = (folder: string, name: string, says = '') => {
  writeFileSync(join(folder, name), `#!/bin/sh\necho '${says}'\n`)
  chmodSync(join(folder, name), 0o755)
}
const none = { tunnelHost: null, tunnelNamed: null, publicUrl: null }

describe.skipIf(process.platform === 'win32')('which ways are ready', () => {
  it('without any program: localtunnel alone; with programs, what has no account', async () => {
    const [folder, home] = [emptyFolder(), emptyFolder()]
    const input = { settings: none, environment: { PATH: folder }, home }
    const readyNow = async () =>
      (await readinessOf(input)).flatMap(({ way, ready }) => (ready ? [`${way.name}${way.account ? '+' : ''}`] : []))
    expect(await readyNow()).toEqual(['localtunnel'])
    for (const name of ['ssh', 'cloudflared', 'ngrok']) program(folder, name)
    program(folder, 'tailscale', '{"BackendState":"NeedsLogin"}')
    expect(await readyNow()).toEqual(['srv.us', 'localtunnel', 'cloudflared', 'localhost.run', 'pinggy'])
    mkdirSync(join(home, '.config', 'ngrok'), { recursive: true })
    writeFileSync(join(home, '.config', 'ngrok', 'ngrok.yml'), 'version: 3\nagent:\n  authtoken: abc\n')
    program(folder, 'tailscale', '{"BackendState":"Running","Self":{"CapMap":{"funnel":null}}}')
    expect((await readyNow()).slice(0, 2)).toEqual(['tailscale+', 'ngrok+'])
  })

  it('one’s own server is, once it is named', async () => {
    const folder = emptyFolder()
    program(folder, 'ssh')
    const settings = { ...none, tunnelHost: 'me@shop.example', publicUrl: 'https://hooks.shop.example' }
    const [first] = await readinessOf({ settings, environment: { PATH: folder }, home: folder })
    expect(first).toMatchObject({ way: { name: 'ssh' }, ready: true, note: 'to me@shop.example' })
  })
})

it('prints each way with whose server sees the deliveries, and the same as JSON', async () => {
  const { code, stdout } = await runHere(['tunnels'], { env: { PATH: emptyFolder() } })
  expect(code).toBe(0)
  for (const { command, seenBy } of ways) {
    expect(stdout).toContain(command)
    expect(stdout.replace(/\s+/g, ' ')).toContain(`Seen by ${seenBy}`)
  }
  expect(stdout).toMatch(/--tunnel srv\.us[\s\S]*?Here +not set up · ssh is not on the PATH/)
  const json = await runHere(['tunnels', '--json'], { env: { PATH: emptyFolder() } })
  const lines = json.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines.map(({ command }) => command)).toEqual(ways.map(({ command }) => command))
  expect(lines.find(({ name }) => name === 'localtunnel')).toMatchObject({
    kind: 'way',
    ready: true,
    stable: 'usually',
  })
})

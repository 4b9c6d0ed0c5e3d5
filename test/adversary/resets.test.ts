import { afterEach, expect, test } from 'vitest'
import { emptyFolder, type RunningCommand, startCommand } from '../helpers/command.ts'
import { openGateway } from '../helpers/gateway.ts'
import { fuzzResets } from './resets.ts'

const key = 'a-key-of-the-adversary'
const seed = 20_261_130
const requests = import.meta.env.MODE === 'soak' ? 50_000 : 1500
const rounds = 5

let command: RunningCommand
afterEach(() => command.stop('SIGKILL'))

test(`no connection ends the process: ${requests} requests, hung up on at every stage, at both doors`, {
  timeout: 600_000,
}, async () => {
  command = startCommand(['--tunnel', 'none', '--port', '0', '--inspector-port', '0', '--json'], {
    cwd: emptyFolder(),
    env: { HOOKSCOPE_DB: 'kept.db', HOOKSCOPE_SIGNATURE_KEY: key, HOOKSCOPE_TOKEN: 'token-of-the-adversary' },
  })
  const ready = await command.waitForLine('ready')
  const [hook] = ready.hooks
  if (hook === undefined) throw new Error('no hook')
  const local = new URL(hook.localUrl)
  const inspector = new URL(ready.inspectorUrl)
  const gateway = openGateway({ url: hook.localUrl, key })
  const doors = [
    { port: Number(local.port), paths: [local.pathname, '/'], credentials: [] },
    {
      port: Number(inspector.port),
      paths: ['/', '/api/status', '/api/deliveries', '/api/stream', '/api/replays'],
      credentials: ['Authorization: Bearer token-of-the-adversary'],
    },
  ] as const
  for (let round = 0; round < rounds; round += 1) {
    const fuzzed = await fuzzResets(doors, seed + round * requests, requests / rounds)
    expect(fuzzed).toEqual({ requests: requests / rounds, refused: 0, failures: [] })
    expect((await gateway.post('transaction.sale.success')).status).toBe(200)
  }
  gateway.close()
  expect(command.stderr()).not.toContain('met an error')
})

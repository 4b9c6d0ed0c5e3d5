import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { isLostConnection } from '../../../server/lib/lost-connections.ts'
import { emptyFolder, type RunningCommand, startCommand } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'

let command: RunningCommand
afterEach(() => command?.stop('SIGKILL'))

/** The listener, with a module loaded that throws an error into its event loop once told to by a signal. */
async function listenerThrowing(error: string): Promise<RunningCommand> {
  const folder = emptyFolder()
  const module = join(folder, 'throws.cjs')
  writeFileSync(module, `process.on('SIGUSR2', () => setImmediate(() => { throw Object.assign(${error}) }))`)
  command = startCommand(['--tunnel', 'none', '--port', '0', '--inspector-port', '0', '--json'], {
    cwd: folder,
    env: { HOOKSCOPE_DB: 'kept.db', NODE_OPTIONS: `--require=${JSON.stringify(module)}` },
  })
  return command
}

describe('an uncaught error', () => {
  test('of one connection is logged once, and the process keeps answering', async () => {
    const listener = await listenerThrowing("new Error('write ECONNRESET'), { code: 'ECONNRESET', syscall: 'write' }")
    const { hooks } = await listener.waitForLine('ready')
    for (let count = 0; count < 3; count += 1) {
      process.kill(listener.pid, 'SIGUSR2')
      await listener.waitForText(/write ECONNRESET/)
    }
    const gateway = openGateway({ url: hooks[0]?.localUrl ?? '' })
    expect((await gateway.post('transaction.sale.success')).status).toBe(200)
    gateway.close()
    expect(listener.stderr().match(/write ECONNRESET/g)).toHaveLength(1)
  })

  test('of anything else ends it with its stack', async () => {
    const listener = await listenerThrowing("new TypeError('a fault of ours'), {}")
    await listener.waitForLine('ready')
    process.kill(listener.pid, 'SIGUSR2')
    const { code, stderr } = await listener.exited
    expect(code).toBe(1)
    expect(stderr).toMatch(/TypeError: a fault of ours\n +at /)
  })
})

test.each([
  ['a reset', Object.assign(new Error(), { code: 'ECONNRESET', syscall: 'read' }), true],
  ['a broken pipe', Object.assign(new Error(), { code: 'EPIPE', syscall: 'write' }), true],
  ['a full disk', Object.assign(new Error(), { code: 'ENOSPC', syscall: 'write' }), false],
  ['a port in use', Object.assign(new Error(), { code: 'EADDRINUSE', syscall: 'listen' }), false],
  ['a fault of the code', new TypeError('undefined'), false],
  ['no error at all', 'ECONNRESET', false],
])('%s tells of one connection: %o → %s', (_name, error, expected) => {
  expect(isLostConnection(error)).toBe(expected)
})

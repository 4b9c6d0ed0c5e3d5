/** `--exec`: an app that hookscope starts and ends with, as real processes. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { emptyFolder, type RunningCommand, startListening } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'
import { portApart } from '../../helpers/ports.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Says who it is and what it was told; ends with 7 at an event of that kind, and takes half a second for any other. */
const appSource = `
import { createServer } from 'node:http'
const { HOOKSCOPE_HOOK_URL: hookUrl, HOOKSCOPE_TARGET: target, SHOP_PORT: port } = process.env
createServer((request, response) => {
  let body = ''
  request.on('data', chunk => (body += chunk)).on('end', () => {
    if (body.includes('ach.voided')) process.exit(7)
    console.log('got it')
    setTimeout(() => response.end(), 500)
  })
}).listen(port, '127.0.0.1', () => console.log('app ' + JSON.stringify({ pid: process.pid, hookUrl, target })))
`

interface Said {
  readonly pid: number
  readonly hookUrl: string
  readonly target: string
}

async function listening(args: readonly string[] = []) {
  const folder = emptyFolder()
  writeFileSync(join(folder, 'app.mjs'), appSource)
  const port = await portApart()
  const command: RunningCommand = startListening(
    ['--forward', `http://127.0.0.1:${port}/webhooks`, '--exec', `"${process.execPath}" app.mjs`, ...args],
    { cwd: folder, env: { SHOP_PORT: `${port}` } },
  )
  closers.push(() => command.stop('SIGKILL'))
  const { hooks } = await command.waitForLine('ready')
  const text = await command.waitForText(/app \{.*\}/)
  const said = JSON.parse(/app (\{.*\})/.exec(text)?.[1] ?? '') as Said
  closers.push(() => isThere(said.pid) && process.kill(said.pid, 'SIGKILL'))
  const gateway = openGateway({ url: hooks[0]?.localUrl ?? '' })
  closers.push(() => gateway.close())
  return { command, said, gateway, port, localUrl: hooks[0]?.localUrl }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** What is noted of the app for the next start; null where nothing is. */
function noteOf(path: string): unknown {
  const db = new Database(path, { readonly: true })
  const row = db.prepare<[], { value: string }>(`SELECT value FROM setting WHERE name = 'app'`).get()
  db.close()
  return row === undefined ? null : JSON.parse(row.value)
}

/** Who has been ended may be there for a moment, until somebody takes note of it. */
async function gone(pid: number): Promise<void> {
  for (const until = Date.now() + 5000; isThere(pid) && Date.now() < until; ) await sleep(20)
  expect(isThere(pid)).toBe(false)
}

it('starts the app with the Hook URL and the target, and what it prints keeps out of --json', async () => {
  const { said, port, localUrl, command } = await listening()
  expect(said).toMatchObject({ hookUrl: localUrl, target: `http://127.0.0.1:${port}/webhooks` })
  expect(command.stdout()).not.toContain('app {')
  expect(command.stderr()).not.toMatch(/has no effect|Nothing listens/)
})

it('ends the app when hookscope ends, after it has answered what was on its way to it', async () => {
  const { command, said, gateway } = await listening()
  await gateway.post('ach.settled')
  await command.waitForText(/got it/)
  const { code } = await command.stop('SIGTERM')
  expect(code).toBe(0)
  expect(await command.waitForLine('attempt')).toMatchObject({ status: 200 })
  await gone(said.pid)
})

it('ends when the app ends, with its exit code', async () => {
  const { command, gateway } = await listening()
  await gateway.post('ach.voided')
  const { code, stderr } = await command.exited
  expect(code).toBe(7)
  expect(stderr).toContain('Your app ended with exit code 7, and hookscope ends with it.')
})

it('ends when there is no such command, with the code of the shell', async () => {
  const command = startListening(['--exec', 'no-such-command-anywhere'])
  closers.push(() => command.stop('SIGKILL'))
  const { code, stderr } = await command.exited
  expect([code, stderr]).toEqual([
    process.platform === 'win32' ? 1 : 127,
    expect.stringContaining('ended with exit code'),
  ])
})

/** Says its number, holds on to what it has, and does not go when it is asked to. */
const stubborn = `
process.on('SIGTERM', () => {})
setInterval(() => {}, 1000)
console.log('stubborn ' + process.pid)
`

describe.skipIf(process.platform === 'win32')('an app that does not end when it is asked to', () => {
  async function startStubborn(command: string, options: Parameters<typeof startListening>[1] = {}) {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'stubborn.mjs'), stubborn)
    const listening = startListening(['--exec', command], { cwd: folder, ...options })
    closers.push(() => listening.stop('SIGKILL'))
    const pid = Number(/stubborn (\d+)/.exec(await listening.waitForText(/stubborn \d+/))?.[1])
    closers.push(() => isThere(pid) && process.kill(pid, 'SIGKILL'))
    return { listening, pid }
  }

  it.each([`"${process.execPath}" stubborn.mjs; true`, `"${process.execPath}" stubborn.mjs & sleep 0.5; true`])(
    'is gone when hookscope is, also where its shell went before: %s',
    async command => {
      const { listening, pid } = await startStubborn(command)
      await listening.stop('SIGTERM')
      await gone(pid)
    },
  )

  it('is gone whatever else ends hookscope', async () => {
    const folder = emptyFolder()
    const preload = join(folder, 'exits.cjs')
    writeFileSync(preload, "process.on('SIGUSR2', () => process.exit(7))")
    const { listening, pid } = await startStubborn(`"${process.execPath}" stubborn.mjs`, {
      env: { NODE_OPTIONS: `--require "${preload}"` },
    })
    process.kill(listening.pid, 'SIGUSR2')
    expect((await listening.exited).code).toBe(7)
    await gone(pid)
  })

  it('is ended by the next start where hookscope was killed, with what it started', async () => {
    const db = join(emptyFolder(), 'killed.db')
    const { listening, pid } = await startStubborn(`"${process.execPath}" stubborn.mjs; true`, { db })
    await expect.poll(() => noteOf(db)).toHaveLength(1)
    // The app still holds what it writes to, so that this is not at its end.
    process.kill(listening.pid, 'SIGKILL')
    await gone(listening.pid)
    expect(isThere(pid)).toBe(true)
    const next = startListening([], { db })
    closers.push(() => next.stop('SIGKILL'))
    await next.waitForText(/Your app of the run before was still running, and was ended/)
    await gone(pid)
    expect(noteOf(db)).toBeNull()
  })

  it('is ended at once at a second Ctrl-C', async () => {
    const { listening, pid } = await startStubborn(`"${process.execPath}" stubborn.mjs`)
    process.kill(listening.pid, 'SIGINT')
    await listening.waitForText(/Waiting for your app to end/)
    process.kill(listening.pid, 'SIGINT')
    expect((await listening.exited).code).toBe(1)
    await gone(pid)
  })
})

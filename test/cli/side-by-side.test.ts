/** Commands at the same time on one database, each a process of its own; and where there is no database, or nobody listens. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { lockDatabase } from '../../server/store/sqlite/file/owner.ts'
import { openSqlite } from '../../server/store/sqlite/sqlite.ts'
import { commandPath, emptyFolder, runCommand, startCommand, startListening } from '../helpers/command.ts'
import { arrival } from '../helpers/deliveries.ts'

const folder = emptyFolder()
const db = join(folder, 'shop.db')
const many = 400

beforeAll(async () => {
  const store = openSqlite({ path: db, log() {} })
  await Promise.all(Array.from({ length: many }, () => store.deliveries.append(arrival({ body: '{"a":1}' }))))
  await store.deliveries.settled()
  await store.close()
})

const words = (line: string) => [...line.split(' '), '--db', db]

describe('without a listener', () => {
  it('commands that begin at once all come to their end', async () => {
    const lines = ['list', 'list --json', 'show 1']
    const ended = await Promise.all(lines.map(line => runCommand(words(line))))
    expect(ended.map(({ code, stderr }, index) => [lines[index], code, stderr])).toEqual([
      ['list', 0, `20 of ${many}\n`],
      ['list --json', 0, ''],
      ['show 1', 0, ''],
    ])
  })

  it('one whose reader takes its time, as less does, keeps nobody away', async () => {
    const slow = spawn(process.execPath, [commandPath, ...words(`list --limit ${many} --json`)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(slow, 'close')
    try {
      // It has written what a pipe takes, and nobody reads on.
      await once(slow.stdout, 'readable')
      expect(await runCommand(words('show 1'))).toMatchObject({ code: 0, stderr: '' })
      expect(slow.exitCode).toBeNull()
      let text = ''
      for await (const chunk of slow.stdout) text += chunk
      expect(text.trimEnd().split('\n')).toHaveLength(many)
      expect((await ended)[0]).toBe(0)
    } finally {
      slow.kill('SIGKILL')
    }
  })

  it('waits for who has it for moments', async () => {
    const { release } = lockDatabase(db)
    const command = startCommand(words('list'))
    await sleep(2000)
    release()
    expect(await command.exited).toMatchObject({ code: 0, stderr: `20 of ${many}\n` })
  })

  it.skipIf(process.platform === 'win32')(
    'hookscope itself says for whom, and Ctrl-C ends the wait with words',
    async () => {
      const { release } = lockDatabase(db)
      try {
        const command = startCommand(['--db', db])
        const who = `another command (process ${process.pid})`
        await expect.poll(command.stderr, { timeout: 15_000 }).toBe(`Waiting for ${who} that has the database open …\n`)
        const { code, stderr } = await command.stop('SIGINT')
        expect([code, stderr.split('\n').slice(1)]).toEqual([
          1,
          [`hookscope: Stopped while ${who} had the database open.`, '  Start hookscope once that has ended.', ''],
        ])
      } finally {
        release()
      }
    },
  )

  it('does not wait where it needs no database', async () => {
    const { release } = lockDatabase(db)
    try {
      const began = performance.now()
      const dry = ['trigger', 'ach.settled', '--to', 'http://127.0.0.1:9/', '--dry-run']
      expect(await runCommand([...dry, '--db', db])).toMatchObject({ code: 0 })
      expect(performance.now() - began).toBeLessThan(15_000)
    } finally {
      release()
    }
  })

  it('says who has it where that takes long', async () => {
    const { release } = lockDatabase(db)
    try {
      const { code, stderr } = await runCommand(words('list'))
      expect([code, stderr]).toEqual([
        3,
        `hookscope: ${db} is already open in another hookscope in process ${process.pid}.\n  End that one first, or choose another file with --db.\n`,
      ])
    } finally {
      release()
    }
  })
})

it('a command and a listener that begin at once both get the database', async () => {
  const list = startCommand(words('list'))
  const listening = startListening([], { db })
  expect(await list.exited).toMatchObject({ code: 0, stderr: `20 of ${many}\n` })
  await listening.waitForLine('ready')
  expect(await listening.stop()).toMatchObject({ code: 0 })
})

it('a hookscope that shows another one says what of the environment that one does not use', async () => {
  const shop = join(emptyFolder(), 'a.db')
  const target = 'http://127.0.0.1:9/in'
  const listening = startListening(['--forward', target], { db: shop })
  await listening.waitForLine('ready')
  const shown = async (env: Record<string, string>) => {
    const view = startCommand(['--db', shop], { env })
    await expect.poll(view.stdout, { timeout: 15_000 }).toContain('Forwarded')
    return (await view.stop('SIGKILL')).stderr
  }
  try {
    const env = { HOOKSCOPE_FORWARD: 'http://127.0.0.1:10/', HOOKSCOPE_SIGNATURE_KEY: 'secret-key' }
    const told = await shown(env)
    expect(told).toContain(
      'Warning: HOOKSCOPE_FORWARD, HOOKSCOPE_SIGNATURE_KEY are not used: the hookscope that is listening keeps what it was started with.',
    )
    expect(told).not.toContain('secret-key')
    expect(await shown({ HOOKSCOPE_PORT: '8099' })).toContain('HOOKSCOPE_PORT is not used')
    expect(await shown({ HOOKSCOPE_FORWARD: target })).not.toContain('Warning')
    // A program reads the same of it as of the one that listens.
    const ready = await listening.waitForLine('ready')
    const view = startCommand(['--db', shop, '--json'])
    expect(await view.waitForLine('ready')).toEqual(ready)
    await fetch(ready.hooks[0]?.localUrl ?? '', { method: 'POST', body: '{}' })
    expect(await view.waitForLine('delivery')).toMatchObject({ id: 1, bytes: 2 })
    expect(await view.stop('SIGINT')).toMatchObject({ code: 0 })
  } finally {
    await listening.stop()
  }
})

describe('where a hookscope listens on another database', () => {
  it.each([
    ['list', 'There is no database at '],
    ['show 1', 'There is no database at '],
    ['pending', 'There is no database at '],
    ['tail', 'No hookscope is listening on '],
    ['wait 1', 'No hookscope is listening on '],
  ])('%s names it, and the --db that finds it', async (line, says) => {
    const here = emptyFolder()
    const other = join(here, 'my shop.db')
    const listening = startListening([], { db: other })
    await listening.waitForLine('ready')
    const env = { XDG_DATA_HOME: join(emptyFolder(), 'data') }
    const hint = `  A hookscope is listening on another database: add --db '${other}'\n`
    const inFolder = await runCommand(line.split(' '), { cwd: here, env })
    expect([inFolder.code, inFolder.stderr]).toEqual([3, expect.stringContaining(`hookscope: ${says}`)])
    expect(inFolder.stderr.endsWith(hint)).toBe(true)
    const beside = await runCommand([...line.split(' '), '--db', join(here, 'absent.db')], { env })
    expect([beside.code, beside.stderr.endsWith(hint)]).toEqual([3, true])
    expect(await listening.stop()).toMatchObject({ code: 0 })
    // It has ended: there is none to name.
    const after = await runCommand(line.split(' '), { cwd: here, env })
    expect([after.code, after.stderr.includes('my shop')]).toEqual([3, false])
  })

  it('also in the usual place', async () => {
    const data = join(emptyFolder(), 'data')
    mkdirSync(data)
    const env = { XDG_DATA_HOME: data }
    const usual = join(data, 'hookscope', 'deliveries.db')
    const listening = startCommand(
      ['--json', '--no-open', '--port', '0', '--inspector-port', '0', '--tunnel', 'none'],
      { env },
    )
    expect(await listening.waitForLine('ready')).toMatchObject({ db: usual })
    const { code, stderr } = await runCommand(['list', '--db', 'absent.db'], { env })
    expect([code, stderr.endsWith(`: add --db ${usual}\n`)]).toEqual([3, true])
    await listening.stop()
  })
})

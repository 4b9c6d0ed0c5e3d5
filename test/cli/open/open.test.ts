/** `hookscope open`: what the browser is started with, what is printed, and what it ends with. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyFolder, type RunningCommand, runCommand, startListening } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'

const db = join(emptyFolder(), 'shop.db')
let listening: RunningCommand
let inspector: string
let inspectorLink: string

beforeAll(async () => {
  listening = startListening([], { db })
  const ready = await listening.waitForLine('ready')
  inspector = ready.inspectorUrl
  inspectorLink = ready.inspectorLink
  const gateway = openGateway({ url: ready.hooks[0]?.localUrl ?? '' })
  await gateway.post('ach.settled')
  gateway.close()
  await listening.waitForLine('delivery')
})
afterAll(() => listening.stop('SIGKILL'))

const open = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCommand(['open', ...words, '--db', db], { env })

/** A folder with an xdg-open that notes what it is given, and ends so. */
function openerThat(exitCode: number) {
  const folder = emptyFolder()
  const opened = join(folder, 'opened')
  writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\nprintf '%s' "$1" > '${opened}'\nexit ${exitCode}\n`)
  chmodSync(join(folder, 'xdg-open'), 0o755)
  const env = { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` }
  return { env, given: () => (existsSync(opened) ? readFileSync(opened, 'utf8') : null) }
}

describe('--print', () => {
  it('prints the link that lets in, alone', async () => {
    expect(await open(['--print'])).toMatchObject({ code: 0, stdout: `${inspectorLink}\n`, stderr: '' })
  })

  it('prints the link of a delivery, which leads there', async () => {
    const { code, stdout } = await open(['#1', '--print'])
    const token = new URL(inspectorLink).searchParams.get('token')
    expect([code, stdout]).toEqual([0, `${inspector}/deliveries/1?token=${token}\n`])
    const { status, headers } = await fetch(stdout.trim(), { redirect: 'manual' })
    expect([status, headers.get('location')]).toEqual([303, expect.stringMatching(/^\/deliveries\/1#enter=/)])
  })
})

describe.skipIf(process.platform !== 'linux')('the browser', () => {
  it.each([
    [[], '/'],
    [['1'], '/deliveries/1'],
  ])(
    'is started with a link for one use, since its command line can be read by others: open %j',
    async (words, path) => {
      const { env, given } = openerThat(0)
      const { code, stdout, stderr } = await open(words, env)
      expect([code, stdout, stderr]).toEqual([0, '', `Opening ${inspector}${path}\n`])
      const link = given() ?? ''
      expect(link).toMatch(new RegExp(`^${inspector}${path}\\?ticket=[\\w-]{32}$`))
      const opened = () => fetch(link, { redirect: 'manual' })
      const first = await opened()
      expect([first.status, first.headers.get('location')]).toEqual([
        303,
        expect.stringMatching(new RegExp(`^${path}#enter=`)),
      ])
      expect((await opened()).status).toBe(401)
    },
  )

  it('that cannot be opened is made up for by the link', async () => {
    const { env, given } = openerThat(3)
    const { code, stdout, stderr } = await open([], env)
    expect(given()).toMatch(/ticket=/)
    expect([code, stdout]).toEqual([0, `${inspectorLink}\n`])
    expect(stderr).toBe(`Opening ${inspector}/\nNo browser could be opened here. Open it yourself:\n`)
  })
})

it.each([
  [['99'], 1, 'hookscope: There is no delivery #99.\n'],
  [['x'], 2, 'hookscope: “x” is not the id of a delivery.\n'],
  [['1', '2'], 2, 'hookscope: Unexpected argument “2”.\n'],
])('open %j ends with %i, and opens nothing', async (words, exitCode, says) => {
  const { env, given } = openerThat(0)
  const { code, stdout, stderr } = await open(words, env)
  expect([code, stdout, given()]).toEqual([exitCode, '', null])
  expect(stderr).toContain(says)
})

it('gives nobody a ticket who has no token', async () => {
  const ask = (headers: Readonly<Record<string, string>>) =>
    fetch(`${inspector}/api/links`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{}',
    })
  expect((await ask({})).status).toBe(401)
  expect((await ask({ Authorization: 'Bearer wrong' })).status).toBe(401)
})

it('without a hookscope that listens it says so, and ends with 3', async () => {
  await listening.stop()
  const { code, stdout, stderr } = await open(['--print'])
  expect([code, stdout]).toEqual([3, ''])
  expect(stderr).toContain(`hookscope: No hookscope is listening on ${db}, so there is no inspector to open.\n`)
})

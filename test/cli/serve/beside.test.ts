/** Commands on the machine of a `hookscope serve` whose log is a file, and a server that no proxy stands before. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { emptyFolder, runCommand } from '../../helpers/command.ts'
import { eventBytes } from '../../helpers/gateway.ts'
import { openTeam, type Team } from '../../helpers/team.ts'

const secret = '4f1d8a0b6c2e9735d1a8f04b7c63e925'
let team: Team
beforeAll(async () => {
  team = await openTeam(null)
  expect((await team.gateway.post(eventBytes('ach.settled', 1))).status).toBe(200)
}, 60_000)
afterAll(() => team?.close())

const beside = (words: readonly string[], db = team.db) =>
  runCommand([...words, '--db', db], { env: { HOOKSCOPE_SECRET: secret } })

it.each([
  'list',
  'status',
  'tail',
  'show 1',
  'replay 1 --to 127.0.0.1:9',
  'export',
  'hooks',
  'trigger ach.settled',
  'pending',
  'doctor',
  'open',
  'repair',
  'listen --tunnel none',
  'serve --public-url http://localhost:9',
])('%s says whose log it is, and does not advise to end that', async words => {
  const { code, stdout, stderr } = await beside(words.split(' '))
  expect(code).toBe(3)
  expect(`${stdout}${stderr}`).toContain(
    `${team.db} is the log of hookscope serve at ${team.url} (process ${team.process().pid}).`,
  )
  expect(stderr).toContain('hookscope backup FILE makes a copy of this one while it serves.')
  expect(stderr).not.toMatch(/End (?:that|it)/)
})

it('what is advised can be done', async () => {
  const copy = join(emptyFolder(), 'copy.db')
  expect((await beside(['backup', copy])).code).toBe(0)
  const { code, stdout } = await beside(['list', '--json'], copy)
  expect([code, stdout]).toEqual([0, expect.stringContaining('"eventType":"ach.settled"')])
})

it('says of a public URL without a proxy that it leads to the inspector', async () => {
  const words = `localhost:${team.inspectorPort} leads to the inspector of a hookscope serve: a proxy in between has to send hook paths`
  await team.process().waitForText(new RegExp(words))
})

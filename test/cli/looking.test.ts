/** The commands that look, beside a hookscope that listens and on its database alone. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleEvent } from '../../core/events/generator/samples.ts'
import {
  commandPath,
  emptyFolder,
  type RunningCommand,
  runCommand,
  startCommand,
  startListening,
} from '../helpers/command.ts'
import { eventBytes, type Gateway, openGateway } from '../helpers/gateway.ts'
import { runHere } from '../helpers/here.ts'
import { type Merchant, manners, startMerchant } from '../helpers/merchants.ts'

const key = 'a-key'
const db = `${emptyFolder()}/deliveries.db`
const sale = eventBytes('transaction.sale.success')
/** What would clear a screen, in bytes that are no UTF-8. */
const hostile = Buffer.from('\xff\x1b[2J', 'latin1')

const many = 300

let listening: RunningCommand
let gateway: Gateway
let app: Merchant

beforeAll(async () => {
  app = await startMerchant(manners.answers('500 Internal Server Error', [], 'no such order'))
  listening = startListening(['--forward', app.url], { db, env: { HOOKSCOPE_SIGNATURE_KEY: key } })
  const { hooks } = await listening.waitForLine('ready')
  gateway = openGateway({ url: hooks[0]?.localUrl ?? '', key })
  await gateway.post(sale)
  await listening.waitForLine('attempt')
  await gateway.post('ach.settled')
  const allHeaders = [
    ['Authorization', 'Basic c2hvcDpzZWNyZXQ='],
    ['X-Odd', '\xe9 \x9b2J'],
  ] as const
  await gateway.post(hostile, { allHeaders })
  await listening.waitForLine('delivery', ({ id }) => id === 3)
  await listening.waitForLine('attempt', ({ delivery }) => delivery === 2)
})
afterAll(async () => {
  gateway?.close()
  await listening?.stop()
  await app?.close()
})

const here = (words: string) => runHere([...words.split(' '), '--db', db])
const jsonOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

/** What is kept is shown the same either way. */
function keptAreShown() {
  it('list has each with why it failed, the newest first, and says how many there are', async () => {
    const { code, stdout, stderr } = await here('list id:1-3 --limit 2')
    expect([code, stderr]).toEqual([0, '2 of 3\n'])
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}#3 {2}no event type .*✗ rejected/),
      '          No X-Signature header.',
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}#2 {2}ach\.settled .*✓ verified {2}→ 500 in /),
      '          no such order',
    ])
  })

  it('list --json has the lines of listen, with how sending on went', async () => {
    const { stdout } = await here('list is:verified id:1-3 --json')
    expect(jsonOf(stdout)).toMatchObject([
      { kind: 'delivery', id: 2, eventType: 'ach.settled', verdict: 'verified', lastAttempt: { status: 500 } },
      { kind: 'delivery', id: 1, eventType: 'transaction.sale.success', lastAttempt: { delivery: 1, target: app.url } },
    ])
  })

  it('show has all of one delivery, credentials masked, and nothing in it steers a terminal', async () => {
    const { code, stdout } = await here('show 3')
    expect(code).toBe(0)
    expect(stdout).toMatch(/#3 {2}no event type .*✗ rejected[\s\S]*No X-Signature header[\s\S]*POST \/\S+ HTTP\/1\.1\n/)
    expect(stdout).toContain('Authorization: Basic ••••\n')
    for (const kept of ['c2hvcDpzZWNyZXQ', '\x1b', '\x9b']) expect(stdout).not.toContain(kept)
    const whole = await here('show 1')
    expect(whole.stdout).toContain(sale.toString())
    expect(whole.stdout).toMatch(/→ 500 in /)
    expect(whole.stdout).toMatch(/\nYour app answered 500, \d+ bytes?\n\S/)
  })

  it('show --body and --headers give the bytes that came, and --curl what sends them', async () => {
    const part = async (name: string) => (await here(`show 1 ${name}`)).stdout
    expect(await part('--body')).toBe(sale.toString())
    expect(await part('--headers')).toMatch(/^Host: .*\n(?:.*\n)*X-Signature: [0-9a-f]{64}\n/)
    expect(await part('--curl')).toContain(`--data-raw '${sale}'`)
    expect(jsonOf(await part('--json'))).toMatchObject([
      {
        kind: 'delivery',
        id: 1,
        body: { base64: sale.toString('base64') },
        attempts: [{ status: 500, answer: { status: 500, body: { text: expect.any(String) } } }],
      },
    ])
  })
}

describe('beside a hookscope that listens', () => {
  keptAreShown()

  it('replay names what it would send before it is asked for', async () => {
    const { code, stderr } = await here(`replay is:verified id:1-3 --to ${app.url}`)
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /#1 {2}transaction\.sale\.success .*\n.*#2 {2}ach\.settled .*\nhookscope: 2 deliveries would/,
    )
  })

  it.each(['list', 'wait', 'tail', 'export'])(
    'a query that cannot be read says where it is wrong: %s',
    async command => {
      const { code, stderr } = await here(`${command} -is:rejected type:ach.* is:lost`)
      expect([code, stderr]).toEqual([2, expect.stringMatching(/“lost” is not .*\n.*Where it is wrong: lost\n$/)])
    },
  )

  it('wait and tail tell of each that comes once, and nothing is missed between two calls', async () => {
    const tail = startCommand(['tail', '--since', '2', '--json', '--db', db])
    const head = startCommand(['tail', 'type:ach.*', '--since', 'start', '--json', '--db', db])
    await tail.waitForLine('delivery', ({ id }) => id === 3)
    const waiting = here('wait type:ach.settled --since 2 --count 2 --json')
    await gateway.post(eventBytes('ach.settled', 2))
    await gateway.post(sale)
    await gateway.post(eventBytes('ach.settled', 3))
    const { code, stdout } = await waiting
    expect([code, jsonOf(stdout).map(({ id }) => id)]).toEqual([0, [4, 6]])
    // What has come by then is there at once.
    const next = await here('wait is:verified --since 4')
    expect([next.code, next.stdout]).toEqual([0, expect.stringMatching(/^\S+ {2}#5 {2}transaction\.sale\.success/)])
    await tail.waitForLine('delivery', ({ id }) => id === 6)
    const told = tail.lines().flatMap(line => (line.kind === 'delivery' ? [line.id] : []))
    expect(told).toEqual([3, 4, 5, 6])
    const hasAnswer = () =>
      tail.lines().some(line => {
        if (line.kind === 'attempt') return line.delivery === 6
        return line.kind === 'delivery' && line.id === 6 && line.lastAttempt?.status === 500
      })
    await expect.poll(hasAnswer).toBe(true)
    // A reader that goes has seen enough: the next line finds nobody.
    await head.waitForLine('delivery', ({ id }) => id === 6)
    head.closeStdout()
    await gateway.post(eventBytes('ach.settled', 4))
    expect(await head.exited).toMatchObject({ code: 0, stderr: '' })
    expect(await tail.stop('SIGINT')).toMatchObject({ code: 0, stderr: '' })
  })

  it('list, tail, a capture and a page say why a signature is wrong, as the inspector’s list does', async () => {
    const [signature] = gateway.headersFor(sale).filter(([name]) => name === 'X-Signature')
    const upper = [
      ['Content-Type', 'application/json'],
      ['X-Signature', `${signature?.[1].toUpperCase()}`],
    ] as const
    await gateway.post(sale, { allHeaders: upper })
    const { id } = await listening.waitForLine('delivery', ({ reasons }) => reasons.includes('signature-malformed'))
    const said = /^ +X-Signature is not one lower-case hex SHA-256: Digest in upper case\.$/m
    expect((await here(`list ${id}`)).stdout).toMatch(said)
    expect((await here(`wait id:${id} --since ${id - 1}`)).stdout).toMatch(said)
    const diagnosis = { causes: ['digest-upper-case'], sentence: expect.stringMatching(/upper case.*: .+\.$/) }
    expect(jsonOf((await here(`list ${id} --json`)).stdout)).toMatchObject([{ id, diagnosis }])
    const [, delivery] = jsonOf((await here(`export ${id} --format hookscope`)).stdout)
    expect(delivery).toMatchObject({ id, diagnosis })
    expect(jsonOf((await here(`export ${id} --format hookscope --anonymize`)).stdout)[1].diagnosis).toBeNull()
    expect((await here(`export ${id} --format html`)).stdout).toMatch(/<dt>Why<\/dt><dd>[^<]*upper case/)
  })

  it('a tail whose reader stalls holds up nobody, and has all of it once it is read on', async () => {
    const [newest] = jsonOf((await here('list --limit 1 --json')).stdout)
    const words = ['tail', 'type:ach.*', '--since', `${newest.id}`, '--json', '--db', db]
    const slow = spawn(process.execPath, [commandPath, ...words], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await gateway.post(eventBytes('ach.settled', 5))
      await once(slow.stdout, 'readable')
      // More than the pipe takes, with nobody who reads.
      const event = sampleEvent('ach.settled', 6)
      const posts = Array.from({ length: many }, (_, index) => gateway.post({ ...event, event_id: `${index}` }))
      expect(new Set((await Promise.all(posts)).map(({ status }) => status))).toEqual(new Set([200]))
      expect((await here('list --limit 1')).code).toBe(0)
      let text = ''
      const told = () =>
        text.match(/^\{"kind":"delivery","id":\d+/gm)?.map(line => Number(line.split(':').at(-1))) ?? []
      for await (const chunk of slow.stdout.setEncoding('utf8')) {
        text += chunk
        if (told().length > many) break
      }
      expect(told()).toEqual(Array.from({ length: many + 1 }, (_, index) => newest.id + 1 + index))
    } finally {
      slow.kill('SIGKILL')
    }
  })
})

it('tail ends also where the hookscope that listens was killed', async () => {
  const own = `${emptyFolder()}/killed.db`
  const killed = startListening([], { db: own })
  const { hooks } = await killed.waitForLine('ready')
  const tail = startCommand(['tail', '--since', 'start', '--json', '--db', own])
  const sender = openGateway({ url: hooks[0]?.localUrl ?? '' })
  await sender.post(sale)
  sender.close()
  await tail.waitForLine('delivery')
  await killed.stop('SIGKILL')
  expect(await tail.exited).toMatchObject({ code: 3, stderr: expect.stringContaining('has ended.') })
})

describe('on the database alone', () => {
  it('tail ends with the hookscope that listens, and says so', async () => {
    const tail = startCommand(['tail', '--since', 'start', '--db', db])
    await tail.waitForText(/#7 /)
    await listening.stop()
    expect(await tail.exited).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('hookscope: The hookscope that was listening has ended.'),
    })
  })

  keptAreShown()

  it('the bytes of a body go through a pipe as they are', async () => {
    expect(await runCommand(['show', '1', '--body', '--db', db])).toMatchObject({ code: 0, stdout: sale.toString() })
  })
})

describe('after a replay elsewhere', () => {
  it('show says of an answer to a replay elsewhere whose it is, and not that it is the app’s', async () => {
    const elsewhere = await startMerchant(manners.answers('403 Forbidden', [], 'go away'))
    await here(`replay 2 3 --to ${elsewhere.url} --yes`)
    expect((await here('show 2')).stdout).toMatch(/\nYour app answered 500, 13 bytes\nno such order\n$/)
    expect((await here('show 3')).stdout).toContain(`\n${elsewhere.url} answered 403, 7 bytes\ngo away\n`)
    await elsewhere.close()
  })
})

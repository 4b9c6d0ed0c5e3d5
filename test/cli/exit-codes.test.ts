/**
 * What commands end with, and the first words of what they say, whichever way they reach the program: through the hookscope
 * that is listening, or on the database itself. 0 done · 1 it did not go as wanted · 2 the command line is wrong · 3 cannot
 * run here.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockDatabase, publishOwner } from '../../server/store/sqlite/file/owner.ts'
import { emptyFolder, type RunningCommand, runCommand, startListening } from '../helpers/command.ts'
import { openGateway } from '../helpers/gateway.ts'
import { runHere } from '../helpers/here.ts'
import { type Merchant, manners, startMerchant } from '../helpers/merchants.ts'

const folder = emptyFolder()
const db = join(folder, 'both.db')
const keyFile = join(folder, 'key')

let good: Merchant
let bad: Merchant
let listener: RunningCommand

beforeAll(async () => {
  writeFileSync(keyFile, 'another-key', { mode: 0o600 })
  good = await startMerchant()
  bad = await startMerchant(manners.answers('500 Internal Server Error'))
  await runHere([...addHook('Shop', 'ach.*'), '--signature', 'none', '--db', db])
  await runHere([...addHook('Elsewhere', 'transaction.*'), '--signature', 'none', '--url', good.url, '--db', db])
  listener = startListening([], { db, env: { HOOKSCOPE_BASIC_AUTH: 'shop:password' } })
  const { hooks } = await listener.waitForLine('ready')
  const gateway = openGateway({ url: hooks[0]?.localUrl ?? '' })
  await gateway.post('ach.settled')
  await gateway.post(Buffer.from('no JSON'))
  gateway.close()
  await listener.waitForLine('delivery', ({ id }) => id === 2)
})
afterAll(async () => {
  await listener.stop('SIGKILL')
  await good.close()
  await bad.close()
})

const addHook = (label: string, events: string) => [
  ...['hooks', 'add', '--label', label, '--events', events, '--authentication', 'none'],
]

/** `GOOD` and `BAD` stand for apps that answer 200 and 500, `KEYS` for a file that holds a key. */
const filledIn = (words: string) =>
  words
    .split(' ')
    .map(word => (word === 'GOOD' ? good.url : word === 'BAD' ? bad.url : word === 'KEYS' ? keyFile : word))
    .map(word => word.replaceAll('_', ' '))

/** The same both ways, or first through the listener, then on the database. */
type Ways<Value> = Value | readonly [listening: Value, database: Value]
/** One after the other, on what the ones before have left. `_` stands for a blank within a word. */
type Row = readonly [words: string, code: Ways<number>, says: Ways<RegExp | string>]

const newHook = '--events ach.settled --authentication none --signature none'
const ownPath = 'hookscope: No hookscope is listening, so nobody answers at the Hook URL of “Shop”.'

const notHere = 'hookscope: No hookscope is listening on '

const rows: readonly Row[] = [
  ['replay 1 --to GOOD', 0, / → 200 /],
  ['replay 1 2 --to GOOD --yes', 0, /#1 .* → 200 .*#2 .* → 200 /s],
  ['replay type:ach.* --to GOOD --yes --json', 0, / → 200 /],
  ['replay 1 --to BAD', 1, / → 500 /],
  ['replay 1 2 --to BAD --yes', 1, /#1 .* → 500 .*#2 .* → 500 /s],
  ['replay 1 --to http://127.0.0.1:9/', 1, / → no connection /],
  ['replay 999 --to GOOD', 1, 'hookscope: There is no delivery #999.'],
  ['replay 1 999 --to GOOD --yes', 1, 'hookscope: There is no delivery #999.'],
  ['replay type:product.* --to GOOD', 1, 'hookscope: No kept delivery matches.'],
  ['replay is:wrong --to GOOD', 2, 'hookscope: “wrong” is not a value of this field.'],
  ['replay foo:bar --to GOOD', 2, 'hookscope: There is no field “foo”.'],
  ['replay 1', 2, 'hookscope: There is no target to send to.'],
  ['replay 1 --to nonsense', 2, 'hookscope: The target “nonsense” is not a URL.'],
  ['replay 1 --to ftp://a.example/', 2, 'hookscope: The target “ftp://a.example/” is neither http nor https.'],
  ['replay 1 2 --to GOOD', 2, 'hookscope: 2 deliveries would be sent to '],
  ['replay 1 2 --to GOOD --edit', 2, 'hookscope: --edit changes one delivery, and 2 match.'],
  ['replay 1 --to GOOD --rate 0', 2, 'hookscope: --rate should be deliveries per second'],
  ['replay 1 --to GOOD --resign', 3, 'hookscope: There is no key to sign delivery 1 with.'],
  ['replay 1 --to GOOD --resign --edit', 3, 'hookscope: There is no key to sign delivery 1 with.'],
  [
    'replay 1 --to GOOD --resign --signature-key-file KEYS',
    [3, 0],
    ['hookscope: --signature-key-file has no effect: ', / → 200 /],
  ],

  ['list id:1-2', 0, '2 of 2'],
  ['list 1 2 --limit 1', 0, '1 of 2'],
  ['list -type:ach.* id:1-2', 0, '1 of 1'],
  ['list 1 2 --json', 0, ''],
  ['list type:product.*', 0, 'Nothing that was kept matches.'],
  ['list on yesterday', 0, 'Nothing that was kept matches. Did you mean on:yesterday?'],
  ['list -is:rejected foo:bar', 2, 'hookscope: There is no field “foo”.'],
  ['list -is:rejected id:x', 2, 'hookscope: “x” is not a delivery’s number.'],
  ['list --limit 0', 2, 'hookscope: --limit should be a whole number from 1 to 100000'],
  ['show 1', 0, ''],
  ['show 2 --body', 0, ''],
  ['show #2 --headers', 0, ''],
  ['show 1 --curl', 0, ''],
  ['show 1 --json', 0, ''],
  ['show 999', 1, 'hookscope: There is no delivery #999.'],
  ['show x', 2, 'hookscope: “x” is not the id of a delivery.'],
  ['show 1 --body --json', 2, 'hookscope: --body and --json exclude each other.'],

  ['wait is:rejected --since start', [0, 3], ['', notHere]],
  ['wait 2 --since 1 --json', [0, 3], ['', notHere]],
  ['wait type:ach.* --since 00:00 --count 1', [0, 3], ['', notHere]],
  ['wait type:product.* --timeout 1s', [1, 3], ['None came within 1 s.', notHere]],
  ['wait foo:bar', 2, 'hookscope: There is no field “foo”.'],
  ['wait 1 --timeout soon', 2, 'hookscope: --timeout should be a time up to a day, such as 30s'],
  ['wait 1 --count 0', 2, 'hookscope: --count should be a whole number from 1 to 100000'],
  ['wait 1 --since then', 2, 'hookscope: --since should be the id of a delivery, start, or a time'],
  ['status', [0, 3], ['', notHere]],
  ['status --json', [0, 3], ['', notHere]],
  ['status x', 2, 'hookscope: Unexpected argument “x”.'],
  ['open --print', [0, 3], ['', notHere]],
  ['open 1 --print', [0, 3], ['', notHere]],
  ['open 999 --print', [1, 3], ['hookscope: There is no delivery #999.', notHere]],
  ['open x', 2, 'hookscope: “x” is not the id of a delivery.'],
  ['tail is:wrong', 2, 'hookscope: “wrong” is not a value of this field.'],

  ['trigger ach.settled --to GOOD', 0, / → 200 /],
  ['trigger ach.settled --to GOOD --count 2 --json', 0, / → 200 /],
  ['trigger ach.settled --to GOOD --dry-run', 0, 'Nothing was sent.'],
  ['trigger transaction.sale.success', 0, /to Elsewhere.* → 200 /],
  ['trigger transaction.sale.success --hook elsewhere', 0, / → 200 /],
  ['trigger --list', 0, ''],
  ['trigger ach.settled --hook Shop', [0, 3], [/ 200$/m, ownPath]],
  ['trigger ach.settled --hook Shop --dry-run', [0, 3], ['Nothing was sent.', ownPath]],
  ['trigger ach.settled --to BAD', 1, / → 500 /],
  ['trigger ach.settled transaction.sale.success --to BAD', 1, '0 of 2 events '],
  ['trigger cau.created', 2, 'hookscope: No hook is subscribed to cau.created.'],
  ['trigger', 2, 'hookscope: Nothing to send was given.'],
  ['trigger nothing.like.it --to GOOD', 2, 'hookscope: There is no event type or sample “nothing.like.it”.'],
  ['trigger --journey nothing --to GOOD', 2, 'hookscope: There is no scenario “nothing”.'],
  ['trigger ach.settled --hook Nobody', 2, 'hookscope: There is no hook “Nobody”.'],
  ['trigger ach.settled --hook Shop --to GOOD', 2, 'hookscope: --to and --hook cannot be used together.'],
  ['trigger ach.settled --to nonsense', 2, 'hookscope: The target “nonsense” is not a URL.'],
  ['trigger ach.settled --to GOOD --count 0', 2, 'hookscope: --count should be a whole number from 1 to 100000'],
  ['trigger ach.settled ach.failed --to GOOD --count 100000', 2, 'hookscope: '],
  ['trigger ach.settled --to GOOD --rate 0', 2, 'hookscope: --rate should be events per second'],
  ['trigger ach.settled --to GOOD --seed x', 2, 'hookscope: --seed should be a whole number'],
  ['trigger ach.settled --to GOOD --clock x', 2, 'hookscope: --clock should be how many times'],
  ['trigger ach.settled --to GOOD --weather x', 2, 'hookscope: --fault: '],
  [
    'trigger ach.settled --to GOOD --weather wrong-credentials',
    2,
    'hookscope: The fault wrong-credentials has no effect',
  ],
  ['trigger ach.settled --to GOOD --set nothing=1', 2, 'hookscope: There is no “nothing” in ach.settled.'],
  ['trigger --body absent.json --to GOOD', 2, 'hookscope: The file of --body, absent.json, does not exist.'],
  [
    'trigger transaction.sale.success --signature-key-file KEYS',
    [2, 0],
    ['hookscope: --signature-key-file has no effect: ', / → 200 /],
  ],

  ['pending', 0, 'Nothing is queued.'],
  ['pending list --json', 0, ''],
  ['pending hurry all', 0, '0 events are '],
  ['pending cancel all', 0, '0 events'],
  ['pending hurry 999', 1, '1 of the ids '],
  ['pending cancel 998 999', 1, '2 of the ids '],
  ['pending hurry x', 2, 'hookscope: “x” is not the id of a queued event.'],
  ['pending cancel 1 all', 2, 'hookscope: “all” cannot be combined with ids.'],

  ['samples', 0, 'There are no samples yet.'],
  ['samples show ach.settled --fields --json', 0, ''],
  ['samples save 1 large-sale', 0, 'Saved.'],
  ['samples list --json', 0, ''],
  ['samples show large-sale', 0, ''],
  ['trigger large-sale --to GOOD', 0, / → 200 /],
  ['samples save 1 large-sale', 2, 'hookscope: The sample “large-sale” already exists.'],
  ['samples save 1 Large', 2, 'hookscope: “Large” cannot be the name of a sample.'],
  ['samples save 1 ach.settled', 2, 'hookscope: “ach.settled” is an event type of the gateway.'],
  ['samples save 2 odd', 2, 'hookscope: Delivery 2 has no JSON body, so it cannot be a sample.'],
  ['samples save x odd', 2, 'hookscope: “x” is not the id of a delivery.'],
  ['samples save 999 odd', 1, 'hookscope: There is no delivery #999.'],
  ['samples show nothing', 2, 'hookscope: There is no event type or sample “nothing”.'],
  ['samples show ach.settled --seed x', 2, 'hookscope: --seed should be a whole number'],
  ['samples remove large-sale', 0, ''],
  ['samples remove large-sale', 1, 'There is no sample “large-sale”.'],

  ['hooks', 0, ''],
  ['hooks list --json', 0, ''],
  [`hooks add --label Third ${newHook}`, 0, ''],
  ['hooks edit third --label Fourth', 0, ''],
  ['hooks edit Fourth --source-key-file KEYS', 0, 'The stored deliveries of this hook keep their verdicts'],
  ['hooks edit Fourth --signature none --verify-again', 0, 'Checked 0 stored deliveries again'],
  ['hooks rehearse Fourth', 0, 'Deliveries are answered as usual.'],
  ['hooks rehearse Fourth --fail-next 2', 0, '200 · the next 2 fail, with 500.'],
  ['hooks rehearse Fourth --off', 0, 'Deliveries are answered as usual.'],
  ['hooks remove Fourth --yes', 0, 'Deleted “Fourth”.'],
  ['hooks edit Nobody --label x', 1, 'hookscope: There is no hook “Nobody”.'],
  ['hooks rehearse Nobody --off', 1, 'hookscope: There is no hook “Nobody”.'],
  ['hooks remove Nobody --yes', 1, 'hookscope: There is no hook “Nobody”.'],
  ['hooks restore nobody', 1, 'hookscope: There is no such hook.'],
  ['hooks restore main', 1, 'hookscope: This hook was not deleted.'],
  ['hooks add --label Third', 2, 'hookscope: Every field is required: '],
  [`hooks add --label _ ${newHook}`, 2, 'hookscope: Webhook Label is empty.'],
  ['hooks edit Shop', 2, 'hookscope: There is nothing to change.'],
  ['hooks edit', 2, 'hookscope: Which hook?'],
  ['hooks edit Shop --url ftp://a.example/', 2, 'hookscope: Hook URL begins with ftp://'],
  ['hooks edit Shop --url http://a.example/', 2, 'hookscope: Hook URL “http://a.example/” is not https.'],
  ['hooks edit Shop --events nothing.like.it', 2, 'hookscope: Events: the catalogue has no “nothing.like.it”.'],
  [`hooks edit Shop --label ${'x'.repeat(256)}`, 2, 'hookscope: Webhook Label is longer than 255 characters.'],
  ['hooks edit Shop --signature source-key', 2, 'hookscope: The Source Key is missing.'],
  [
    'hooks edit Shop --signature-key-file absent',
    2,
    'hookscope: The file of --signature-key-file, absent, does not exist.',
  ],
  [
    'hooks edit Shop --authentication none',
    [2, 0],
    ['hookscope: The credentials given when hookscope was started ', ''],
  ],
  ['hooks remove Shop', 2, 'hookscope: Delete “Shop”? Its deliveries stay.'],
  ['hooks remove --yes', 2, 'hookscope: Which hook?'],
  ['hooks rehearse Shop --status 99', 2, 'hookscope: --status should be a status from 200 to 599'],
  ['hooks rehearse Shop --off --status 200', 2, 'hookscope: --off cannot be combined with other options.'],
  ['hooks rehearse Shop --header Content-Length:_3', 2, 'hookscope: Content-Length cannot be '],
]

/** Expects the exit code, and that what is said holds the words; a mistake is said as one, and nothing else is. */
async function expectEnd(
  run: typeof runHere,
  words: string,
  code: number,
  says: RegExp | string,
  path: string,
): Promise<void> {
  const ended = await run([...filledIn(words), '--db', path])
  if (typeof says === 'string') expect(ended.stderr).toContain(says)
  else expect(ended.stderr).toMatch(says)
  expect([ended.code, /^hookscope: /m.test(ended.stderr)], ended.stderr).toEqual([
    code,
    typeof says === 'string' && says.startsWith('hookscope: '),
  ])
}

const isPair = <Value>(ways: Ways<Value>): ways is readonly [Value, Value] => Array.isArray(ways)
const of = <Value>(ways: Ways<Value>, way: 0 | 1): Value => (isPair(ways) ? ways[way] : ways)

/** The same is expected of both ways, but for the rows that say otherwise. */
function contract(way: 0 | 1) {
  it.each(rows)('%s', (words, code, says) => expectEnd(runHere, words, of(code, way), of(says, way), db))

  it('ends the process with it', async () => {
    for (const one of ['pending', 'replay 999 --to GOOD', 'replay is:wrong --to GOOD', 'replay 1 --to GOOD --resign']) {
      const [, code = 0, says = ''] = rows.find(([words]) => words === one) ?? []
      await expectEnd(runCommand, one, of(code, way), of(says, way), db)
    }
  })
}

describe('through the hookscope that is listening', () => contract(0))
describe('on the database', () => {
  beforeAll(() => listener.stop())
  contract(1)
})

describe('without a database', () => {
  const none: readonly (readonly [words: string, code: number, says: RegExp | string])[] = [
    ['replay 1 --to GOOD', 3, 'hookscope: There is no database at '],
    ['list', 3, 'hookscope: There is no database at '],
    ['show 1', 3, 'hookscope: There is no database at '],
    ['wait 1', 3, notHere],
    ['status', 3, notHere],
    ['open', 3, notHere],
    ['tail', 3, notHere],
    ['trigger ach.settled --to GOOD', 0, / → 200 /],
    ['trigger ach.settled', 3, 'hookscope: There is no database at '],
    ['trigger ach.settled --hook Shop', 3, 'hookscope: There is no database at '],
    ['trigger large-sale --to GOOD', 2, 'hookscope: There is no event type or sample “large-sale”.'],
    ['trigger --list', 0, ''],
    ['pending', 3, 'hookscope: There is no database at '],
    ['pending cancel all', 3, 'hookscope: There is no database at '],
    ['samples', 0, 'There are no samples yet.'],
    ['samples show large-sale', 2, 'hookscope: There is no event type or sample “large-sale”.'],
    ['samples save 1 large-sale', 3, 'hookscope: There is no database at '],
    ['samples remove large-sale', 3, 'hookscope: There is no database at '],
    ['hooks', 3, 'hookscope: There is no database at '],
    ['hooks edit Shop --label Other', 3, 'hookscope: There is no database at '],
    ['hooks remove Shop --yes', 3, 'hookscope: There is no database at '],
    ['hooks restore main', 3, 'hookscope: There is no database at '],
    ['hooks rehearse Shop --off', 3, 'hookscope: There is no database at '],
    [`hooks add --label Shop ${newHook}`, 0, ''],
  ]
  it.each(none)('%s', (words, code, says) => expectEnd(runHere, words, code, says, join(folder, 'none.db')))
})

/** One of each command's kinds, none of which needs more than the database for its answer. */
const ofEach = [
  ...[
    'list',
    'show 1',
    'replay 1 --to GOOD',
    'replay type:ach.* --to GOOD',
    'trigger ach.settled',
    'pending',
    'pending hurry all',
  ],
  ...['samples list', 'samples save 1 large-sale', 'samples remove large-sale', 'hooks', 'hooks restore main'],
  ...[`hooks add --label Shop ${newHook}`, 'hooks edit Shop --label Other', 'hooks rehearse Shop --off'],
]

it.each(ofEach)('on a file that is no database: %s', async words => {
  const path = join(folder, 'text.db')
  writeFileSync(path, 'This is a text of more than one line,\nand no database.\n'.repeat(20))
  await expectEnd(runHere, words, 3, 'hookscope: ', path)
})

describe('by a listener', () => {
  const path = join(folder, 'another.db')
  /** Answers every request so; null does not answer. */
  let answer: { readonly status: number; readonly body: string } | null = null
  const server = http.createServer((request, response) => {
    request.resume()
    if (answer === null) request.socket.destroy()
    else response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(answer.body)
  })
  let release: () => void
  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    writeFileSync(path, '')
    ;({ release } = lockDatabase(path))
    const { port } = server.address() as AddressInfo
    publishOwner(path, { pid: process.pid, inspectorUrl: `http://127.0.0.1:${port}`, token: 'token' })
  })
  afterAll(() => {
    release()
    server.close()
  })

  const error = JSON.stringify({ error: { code: 'why', message: 'That is how it is.', hint: 'Do something.' } })
  const it3 = (what: string, given: typeof answer, says: string) =>
    it.each(ofEach)(`that ${what}: %s`, async words => {
      answer = given
      await expectEnd(runHere, words, 3, `hookscope: ${says}`, path)
    })
  it3('does not answer', null, `The hookscope that has the database open (process ${process.pid}) does not answer.`)
  it3(
    'answers as no hookscope does',
    { status: 500, body: 'Oh.' },
    `The hookscope that has the database open (process ${process.pid}) answered 500.`,
  )
  it3('is another program, which answers all with a page', { status: 200, body: '<p>Welcome.</p>' }, '127.0.0.1:')
  it('that has ended', async () => {
    const { pid } = spawnSync(process.execPath, ['--eval', ''])
    const { port } = server.address() as AddressInfo
    publishOwner(path, { pid, inspectorUrl: `http://127.0.0.1:${port}`, token: 'token' })
    answer = null
    await expectEnd(runHere, 'list', 3, `hookscope: The hookscope that was listening (process ${pid}) has ended.`, path)
    publishOwner(path, { pid: process.pid, inspectorUrl: `http://127.0.0.1:${port}`, token: 'token' })
  })
  it3('refuses the token', { status: 401, body: error }, 'That is how it is.')
  it3('has trouble with its database', { status: 503, body: error }, 'That is how it is.')
})

it.each([
  ['', 'hookscope: The endpoint is missing.'],
  [' nonsense', 'hookscope: The target “nonsense” is not a URL.'],
  [' ftp://a.example/', 'hookscope: The target “ftp://a.example/” is neither http nor https.'],
  [' https://a.example/', 'hookscope: a.example is not on this machine'],
  [' http://127.0.0.1:9/ --only nothing', 'hookscope: '],
  [' http://127.0.0.1:9/ --html absent/report.html', 'hookscope: absent/report.html cannot be written.'],
])(
  'check, for which 1 means that the endpoint is not ready, ends with 2 when it cannot run: check%s',
  async (words, says) => {
    const { code, stderr } = await runHere(`check${words}`.split(' '))
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)])
  },
)

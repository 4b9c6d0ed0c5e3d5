/** `hookscope tail` and `list` while more come than are listed. */
import { PassThrough, Readable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readCommandLine } from '../../cli/command-line.ts'
import type { Io } from '../../cli/shared/io.ts'
import { publishOwner } from '../../server/store/sqlite/file/owner.ts'
import { arrival, saleEvent } from '../helpers/deliveries.ts'
import { runHere } from '../helpers/here.ts'
import { keepLate } from '../helpers/late.ts'
import { openDoor, type TestDoor, token } from '../server/api/door.ts'

let door: TestDoor

beforeAll(async () => {
  door = await openDoor({ ui: false })
  publishOwner(door.store.path, { pid: process.pid, inspectorUrl: door.inspector.url, token })
})
afterAll(() => door.close())

const sale = (name: string) => arrival({ body: saleEvent({ id: name.repeat(64), invoice: `order-${name}` }) })

/** Runs until the listener ends. */
function startTail(...words: string[]) {
  const [out, problems] = [new PassThrough(), new PassThrough()]
  let text = ''
  for (const stream of [out, problems]) stream.on('data', chunk => (text += String(chunk)))
  const io: Io = {
    stdin: Readable.from([]) as unknown as NodeJS.ReadStream,
    ...{ stdout: out, stderr: problems, environment: {}, folder: door.store.path },
    outputGone: new AbortController().signal,
  }
  const ended = readCommandLine(['tail', ...words, '--db', door.store.path], io)?.run(io) ?? Promise.resolve()
  return { ended: ended.catch(() => {}), text: () => text }
}

it('the newest that match are shown as being prepared, and each once more as it is listed', async () => {
  const held = await keepLate(door.store, ['a', 'b', 'c', 'd'].map(sale))
  const tail = startTail()
  const sales = startTail('order-c', '--json')
  await expect.poll(tail.text, { timeout: 10_000 }).toContain('being prepared')
  await expect.poll(sales.text, { timeout: 10_000 }).toContain('"kind":"preparing"')
  expect(tail.text()).toMatch(/#4 +transaction\.sale\.success .* · unchecked {2}→ one of 4 being prepared\n/)
  const [line] = sales.text().split('\n')
  expect(JSON.parse(line ?? '')).toMatchObject({ count: 4, looked: 4, newest: [{ id: 3, isDescribed: true }] })
  const { stdout, stderr } = await runHere(['list', '--db', door.store.path])
  expect(stdout.match(/#\d+/g)).toEqual(['#4', '#3', '#2', '#1'])
  expect(stderr).toContain('4 deliveries are being prepared: kept and answered')
  held.release()
  await door.store.deliveries.settled()
  await expect.poll(tail.text, { timeout: 10_000 }).toContain('All deliveries are listed now.')
  expect(
    tail
      .text()
      .match(/^\S+ +#\d+/gm)
      ?.map(text => text.split('#')[1]),
  ).toEqual(['4', '1', '2', '3', '4'])
  await expect.poll(sales.text, { timeout: 10_000 }).toContain('"kind":"preparing","count":0')
  await door.inspector.close()
  await Promise.all([tail.ended, sales.ended])
})

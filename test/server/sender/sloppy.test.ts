/** Answers that are not as HTTP wants them: what curl, PHP and browsers read is read, and what is wrong with it is told. */
import { afterEach, describe, expect, it } from 'vitest'
import { send } from '../../../server/sender/send.ts'
import { faultsOf } from '../../../server/sender/sloppiness.ts'
import { type Manner, type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { requestTo } from './request.ts'

const open: Merchant[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(merchant => merchant.close()))
})

async function answerOf(manner: Manner, method = 'POST') {
  const merchant = await startMerchant(manner)
  open.push(merchant)
  const sending = () => send(requestTo(merchant.url, { method, body: new Uint8Array() }))
  return { merchant, first: await sending(), again: sending }
}

const ok = 'HTTP/1.1 200 OK\r\n'
const chunked = `${ok}Transfer-Encoding: chunked\r\n`

/** Raw answer, status, body, and what is said of it. */
const readable: readonly [name: string, raw: string, status: number, body: string, sloppy: RegExp | null][] = [
  ['nothing wrong', `${ok}Content-Length: 2\r\n\r\nOK`, 200, 'OK', null],
  ['no reason phrase', 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nOK', 200, 'OK', null],
  ['HTTP/1.0 without a length', 'HTTP/1.0 200 OK\r\n\r\nOK', 200, 'OK', null],
  ['an empty line after the answer', `${ok}Content-Length: 2\r\n\r\nOK\r\n`, 200, 'OK', null],
  ['early hints', `HTTP/1.1 103 Early Hints\r\n\r\n${ok}Content-Length: 2\r\n\r\nOK`, 200, 'OK', null],
  ['chunks', `${chunked}\r\n2;a=b\r\nOK\r\n0\r\nX-End: 1\r\n\r\n`, 200, 'OK', null],
  ['a length of 0 at 204', 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', 204, '', null],
  ['the length at 304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n', 304, '', null],
  ['a body at 204', 'HTTP/1.1 204 No Content\r\n\r\nOK', 204, '', /body after 204/],
  ['a body at 204, then the end', 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\nOK', 204, '', /body after 204/],
  ['a length at 204', 'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nOK', 204, '', /body after 204/],
  [
    'chunks at 204',
    'HTTP/1.1 204 \r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n',
    204,
    '',
    /body after 204/,
  ],
  ['a body at 304', 'HTTP/1.1 304 Not Modified\r\n\r\nOK', 304, '', /body after 304/],
  ['bytes after the answer', `${ok}Content-Length: 2\r\n\r\nOKjunk`, 200, 'OK', /more bytes/],
  ['bytes after the last answer', `${ok}Connection: close\r\nContent-Length: 2\r\n\r\nOKjunk`, 200, 'OK', /more bytes/],
  ['a second answer', `${ok}Content-Length: 2\r\n\r\nOK${ok}Content-Length: 0\r\n\r\n`, 200, 'OK', /more bytes/],
  ['bytes after the chunks', `${chunked}\r\n2\r\nOK\r\n0\r\n\r\njunk`, 200, 'OK', /more bytes/],
  ['an empty line first', `\r\n${ok}Content-Length: 2\r\n\r\nOK`, 200, 'OK', /begins with an empty line/],
  ['LF only', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nOK', 200, 'OK', /LF alone/],
  ['one LF', `${ok}X-A: b\nContent-Length: 2\r\n\r\nOK`, 200, 'OK', /LF alone/],
  [
    'a space before the colon',
    `${ok}Content-Length : 2\r\n\r\nOK`,
    200,
    'OK',
    /space before the colon of Content-Length/,
  ],
  ['a folded header', `${ok}X-A: a\r\n b\r\nContent-Length: 2\r\n\r\nOK`, 200, 'OK', /second line/],
  ['a control character', `${ok}X-A: a\u0001b\r\nContent-Length: 2\r\n\r\nOK`, 200, 'OK', /X-A .* control character/],
  [
    'a length and chunks',
    `${chunked}Content-Length: 2\r\n\r\n2\r\nOK\r\n0\r\n\r\n`,
    200,
    'OK',
    /both Content-Length and/,
  ],
  [
    'chunks and a length',
    `${ok}Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n`,
    200,
    'OK',
    /both/,
  ],
  ['spaces after a chunk size', `${chunked}\r\n2  \r\nOK\r\n0\r\n\r\n`, 200, 'OK', /sizes of the response’s chunks/],
]

/** Raw answer, and why nothing is taken from it. */
const unreadable: readonly [name: string, raw: string, message: RegExp][] = [
  ['no HTTP', 'OK\r\n', /not HTTP/],
  ['a page without a header', '<html>OK</html>', /not HTTP/],
  ['a warning first', `Warning: x in y.php\r\n${ok}Content-Length: 0\r\n\r\n`, /not HTTP/],
  ['a bad status', 'HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nOK', /not HTTP/],
  ['a version that is none', 'HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nOK', /HTTP\/1\.2, which does not exist/],
  ['no chunks', `${chunked}\r\nOK`, /chunks of the answer’s body are not HTTP/],
  ['chunks in one another', `${chunked}\r\n2\r\nOK0\r\n\r\n`, /chunks of the answer’s body are not HTTP/],
  ['two lengths', `${ok}Content-Length: 2\r\nContent-Length: 3\r\n\r\nOK`, /more than one Content-Length/],
  ['a length that is none', `${ok}Content-Length: 2 bytes\r\n\r\nOK`, /Content-Length of the answer is not a number/],
  ['a NUL', `${ok}X-A: a\0b\r\nContent-Length: 2\r\n\r\nOK`, /X-A of the answer has a NUL/],
  ['a header without a colon', `${ok}junk line\r\nContent-Length: 2\r\n\r\nOK`, /does not allow: “junk line”/],
]

describe('an answer with', () => {
  it.each(readable)('%s is read', async (_, raw, status, body, sloppy) => {
    const { first } = await answerOf(manners.says(raw))
    expect(first).toMatchObject({ outcome: 'answered', error: null, answer: { status, bodyBytes: body.length } })
    expect(new TextDecoder().decode(first.answer?.body)).toBe(body)
    expect(first.sloppy).toEqual(sloppy === null ? undefined : [expect.stringMatching(sloppy)])
  })

  it.each(unreadable)('%s is not', async (_, raw, message) => {
    const { first } = await answerOf(manners.says(raw))
    expect(first).toMatchObject({ outcome: 'invalid-answer', answer: null })
    expect(first.error?.message).toMatch(message)
    expect(first.error?.hint).not.toBe('')
  })

  it('a body to HEAD is read, and its body is not', async () => {
    const { first } = await answerOf(manners.answers(), 'HEAD')
    expect(first).toMatchObject({ outcome: 'answered', answer: { status: 200, bodyBytes: 0 } })
    expect(first.sloppy).toEqual([expect.stringMatching(/body after an answer to HEAD/)])
  })

  it('bytes far behind what is looked at is told of all the same', async () => {
    const long = 'y'.repeat(200_000)
    const { first } = await answerOf(manners.says(`${ok}Content-Length: ${long.length}\r\n\r\n${long}junk`))
    expect(first).toMatchObject({ outcome: 'answered', answer: { bodyBytes: long.length } })
    expect(first.sloppy).toEqual([expect.stringMatching(/more bytes/)])
  })
})

it.each([
  ['sloppy', ['Transfer-Encoding: chunked', 'Content-Length: 7'], '2\r\nOK\r\n0\r\n\r\n', 2],
  ['well-formed', [], 'OK', 1],
])('after a %s answer the connection serves accordingly', async (_, lines, body, connections) => {
  const { merchant, again } = await answerOf(manners.answers('200 OK', lines, body))
  expect((await again()).outcome).toBe('answered')
  expect(merchant.connections).toBe(connections)
})

it('of an answer that has only begun, what is there is judged', () => {
  const faults = (text: string) => faultsOf(Buffer.from(text, 'latin1'), 'POST')
  expect(faults('HTTP/1.1 200 OK\nContent-Le')).toMatchObject({ sloppy: [expect.stringMatching(/LF alone/)] })
  expect(faults(`${chunked}\r\n5\r\nhel`)).toEqual({ sloppy: [], broken: [] })
  expect(faults('HTT')).toEqual({ sloppy: [], broken: [] })
})

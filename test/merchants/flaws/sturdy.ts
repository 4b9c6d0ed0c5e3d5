/** Endpoints that break. */
import { type Came, Crash, type Said, type Shop } from '../shop.ts'
import { breakingOn, type Flaw, refusing, said, signedOr } from './flaw.ts'

/** Breaks before it looks at anything else. */
const breakingWhen = (breaks: (came: Came) => boolean) => (right: Shop) => ({
  allowed(came: Came) {
    if (breaks(came)) throw new Error('undefined has no bytes')
    return right.allowed(came)
  },
})

export const sturdyFlaws: readonly Flaw[] = [
  {
    name: 'crashes on bad JSON',
    plant: right => ({
      parse(body) {
        if (body.toString().startsWith('not json')) throw new Crash()
        return right.parse(body)
      },
    }),
    red: ['broken-json'],
  },
  { name: '500 on bad JSON', plant: breakingOn(text => text.startsWith('not json')), red: ['broken-json'] },
  { name: 'crashes on null', plant: breakingOn(text => text === 'null'), red: ['broken-json'] },
  { name: '500 on an empty body', plant: breakingOn(text => text === ''), red: ['empty-body'] },
  {
    name: 'parses by Content-Type',
    plant: refusing(500, (_, { headers }) => !/^application\/json$|^undefined$/.test(String(headers['content-type']))),
    red: ['content-type'],
  },
  {
    name: 'verifies what is called JSON',
    plant: signedOr(({ headers }) => headers['content-type'] === 'text/plain'),
    red: ['content-type'],
  },
  { name: 'a parser that runs out of stack', plant: breakingOn(text => text.startsWith('[[')), red: ['deep-nesting'] },
  { name: 'serves every method', plant: () => ({ serves: () => true }), red: ['other-methods'] },
  {
    name: 'a worker waits for ever for the other half of a body',
    plant: right => {
      let stuck = false
      return {
        halfBody() {
          stuck = true
        },
        act: (event, came) => (stuck ? new Promise<Said>(() => {}) : right.act(event, came)),
      }
    },
    limits: { readMs: 10_000, returnMs: 100 },
    red: ['body-cut', 'stays-up'],
    together: 'it never answers again',
    unknown: ['retry-after-error', 'no-body', 'no-content-type', 'chunked-body', 'false-success'],
  },
  {
    name: 'hashes a body that is not there',
    plant: breakingWhen(({ headers, body }) => headers['content-type'] === undefined && body.length === 0),
    red: ['no-body'],
  },
  {
    name: 'parses nothing that has no type',
    plant: breakingWhen(({ headers, body }) => headers['content-type'] === undefined && body.length > 0),
    red: ['no-content-type'],
  },
  {
    name: 'sees no body without Content-Length',
    plant: right => ({
      signed: came =>
        right.signed(came.headers['content-length'] === undefined ? { ...came, body: Buffer.alloc(0) } : came),
    }),
    red: ['chunked-body'],
  },
  {
    name: 'answers 200 to what it cannot read',
    plant: () => ({ say: given => (given.status === 400 ? said(200) : given) }),
    red: ['false-success'],
  },
  {
    name: 'ends for good at a body in chunks',
    plant: right => {
      let ended = false
      return {
        allowed(came) {
          ended ||= came.headers['transfer-encoding'] === 'chunked'
          if (ended) throw new Crash()
          return right.allowed(came)
        },
      }
    },
    limits: { returnMs: 400 },
    red: ['chunked-body', 'stays-up'],
    together: 'what ends it is answered by nobody',
    unknown: ['retry-after-error', 'false-success'],
  },
]

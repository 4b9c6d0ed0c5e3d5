/** Endpoints that break. */

import { Crash, type Said } from '../shop.ts'
import { breakingOn, type Flaw, refusing, signedOr } from './flaw.ts'

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
    plant: refusing(500, (_, { headers }) => headers['content-type'] !== 'application/json'),
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
    limits: { readMs: 10_000 },
    red: ['body-cut'],
  },
]

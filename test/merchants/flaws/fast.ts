/** Endpoints that are slow, or cannot take many events. */
import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Said } from '../shop.ts'
import { type Flaw, remembering } from './flaw.ts'

const slowMs = 60

/** Until a lock is looked for again, for each that waits already; long beside what an answer takes on a busy machine. */
const lookAgainMs = 200

export const fastFlaws: readonly Flaw[] = [
  {
    name: 'answers after the work, in 50 s',
    plant: remembering(async () => new Promise<Said>(() => {})),
    limits: { readMs: 300 },
    red: ['answer-alone'],
    unknown: 'rest',
  },
  {
    name: 'answers slower than is recommended',
    plant: remembering(async (event, came, right) => {
      await wait(slowMs)
      return right.act(event, came)
    }),
    limits: { recommendedMs: slowMs / 2, promptMs: slowMs / 2 },
    red: ['answer-alone', 'answer-at-twenty', 'work-before-answer'],
    together: 'who is slow alone is slow among twenty, because of the work before the answer',
  },
  {
    name: 'works before it answers',
    plant: remembering(async (event, came, right) => {
      await wait(slowMs)
      return right.act(event, came)
    }),
    limits: { promptMs: slowMs / 2 },
    red: ['work-before-answer'],
  },
  {
    name: 'one lock for all, asked for again and again',
    plant: (right, asked) => {
      let waiting = 0
      return remembering(async (event, came) => {
        waiting += 1
        if (asked() === 'answer-at-twenty') await wait((waiting - 1) * lookAgainMs)
        const done = await right.act(event, came)
        waiting -= 1
        return done
      })(right)
    },
    limits: { recommendedMs: 12 * lookAgainMs },
    red: ['answer-at-twenty'],
  },
  {
    // Each window ends with the first request that is too many: no clock decides how many that are.
    name: 'a rate limiter, which a sender who waits gets past',
    plant: right => {
      let count = 0
      return {
        act: right.act,
        say: given => (++count % 100 === 0 ? { status: 429, headers: { 'Retry-After': '0' } } : given),
      }
    },
    limits: { burst: 10 },
    red: ['rate-limit'],
  },
  {
    name: 'workers that are all busy in a burst',
    plant: (right, asked) => {
      let count = 0
      return {
        act: right.act,
        say(given) {
          if (asked() === 'burst') count += 1
          return count > 10 && count <= 15 ? { status: 503 } : given
        },
      }
    },
    red: ['burst'],
  },
  {
    name: 'a rate limiter in the middle of a burst',
    plant: (right, asked) => {
      let count = 0
      return {
        act: right.act,
        say(given) {
          if (asked() === 'burst') count += 1
          return count === 20 ? { status: 429, headers: { 'Retry-After': '0' } } : given
        },
      }
    },
    red: ['rate-limit'],
    unknown: ['burst'],
  },
  {
    name: 'Connection: close',
    plant: () => ({ say: given => ({ ...given, headers: { ...given.headers, Connection: 'close' } }) }),
    red: ['keep-alive'],
  },
  {
    // As uWSGI does behind --http: the next request on it is never read.
    name: 'closes a connection after an answer without saying so',
    plant: right => {
      const used = new WeakSet<object>()
      return {
        allowed(came) {
          if (used.has(came.connection)) {
            ;(came.connection as Socket).destroy()
            return false
          }
          used.add(came.connection)
          return right.allowed(came)
        },
      }
    },
    red: ['keep-alive'],
  },
]

/** What is known of targets: nothing listens, something does again, and what was missed meanwhile. */
import http from 'node:http'
import { afterEach, expect, it } from 'vitest'
import type { AttemptSummary } from '../../../core/attempt.ts'
import { openTargetWatch, type TargetNews, type TargetWatch } from '../../../server/sender/target-watch.ts'
import { listenApart, portApart } from '../../helpers/ports.ts'
import { attemptSummary } from '../../helpers/summaries.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A watch that looks again every few milliseconds, what it tells, and attempts to tell it of. */
function opened() {
  const news: TargetNews[] = []
  const waiting = new Set<() => void>()
  let attempted: (attempt: AttemptSummary) => void = () => {}
  const watch: TargetWatch = openTargetWatch({
    store: {
      onAttempt(listener) {
        attempted = listener
        return () => {}
      },
    },
    changed: () => {
      for (const check of waiting) check()
    },
    firstMs: 20,
  })
  closers.push(() => watch.close())
  watch.onNews(one => news.push(one))
  const becomes = (target: string, state: string) =>
    new Promise<void>(resolve => {
      const check = () => {
        if (watch.of(target).state !== state) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
  return { watch, news, becomes, attempted: (attempt: Partial<AttemptSummary>) => attempted(attemptSummary(attempt)) }
}

const refused = { code: 'ECONNREFUSED', message: 'Nothing listens.', hint: 'Start it.' }
const failure = { outcome: 'refused', status: null, error: refused } as const

async function listenAt(port: number): Promise<void> {
  const server = http.createServer((_, response) => response.end())
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  closers.push(() => new Promise(resolve => server.close(resolve)))
}

it('says that nothing listens, and once something does, exactly which deliveries were missed', async () => {
  const { watch, news, becomes, attempted } = opened()
  const port = await portApart()
  const target = `http://127.0.0.1:${port}/in`
  watch.watch([new URL(target)])
  await becomes(target, 'down')
  expect(news).toMatchObject([{ state: 'down', target, seenBy: 'probe', error: { code: 'ECONNREFUSED' } }])
  for (const [delivery, more] of [
    [9, {}],
    [4, { target: `${target}?a=1` }],
    [5, { source: 'replay' }],
    [6, { target: 'http://127.0.0.1:1/' }],
  ] as const)
    attempted({ target, delivery, ...failure, ...more })
  expect(watch.of(target)).toMatchObject({ state: 'down', missed: 2 })
  const late: TargetNews[] = []
  watch.onNews(one => late.push(one))
  expect(late).toHaveLength(1)
  await listenAt(port)
  await becomes(target, 'up')
  expect(news.slice(1)).toEqual([{ state: 'up', target, missed: [4, 9] }])
  expect(watch.of(target)).toEqual({ state: 'up', error: null, missed: 0 })
})

it('learns from attempts, and takes no answer or certificate for a target that is gone', async () => {
  const { watch, news, becomes, attempted } = opened()
  const server = http.createServer()
  const port = await listenApart(server)
  closers.push(() => server.close())
  const target = `http://127.0.0.1:${port}/`
  watch.watch([new URL(target)])
  await becomes(target, 'up')
  attempted({ target, status: 500 })
  attempted({ target, ...failure, error: { ...refused, code: 'CERT_HAS_EXPIRED' } })
  attempted({ target, outcome: 'timed-out', status: null, error: { ...refused, code: 'READ_TIMEOUT' } })
  expect(news).toEqual([])
  attempted({ target, delivery: 7, ...failure })
  expect(watch.of(target).state).toBe('down')
  attempted({ target, delivery: 8 })
  expect(news).toMatchObject([
    { state: 'down', seenBy: 'attempt' },
    { state: 'up', missed: [7] },
  ])
})

it('forgets a target that is no more', async () => {
  const { watch, news, becomes } = opened()
  const target = `http://127.0.0.1:${await portApart()}/`
  watch.watch([new URL(target)])
  await becomes(target, 'down')
  watch.watch([])
  expect(watch.of(target)).toEqual({ state: 'unknown', error: null, missed: 0 })
  expect(news).toHaveLength(1)
})

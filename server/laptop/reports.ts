/** What the apps of this machine answered, told to the server: each attempt at a delivery of its, once it has ended. */
import type { Attempt } from '../../core/deliveries/attempt.ts'
import type { Delivery } from '../../core/deliveries/delivery.ts'
import { isCredentialHeader, maskHeaders, maskHeaderText } from '../../core/http/credential-headers.ts'
import type { HeaderList } from '../../core/http/headers.ts'
import type { AttemptReport } from '../../core/laptops/frames.ts'
import type { Store } from '../store/store.ts'

export interface Reports {
  /** Connected: what is not told yet is told. */
  begin(): void
  /** Not connected. */
  pause(): void
  /** The server has it. */
  reported(id: number): void
  /** Resolves when all is told, or after so long, milliseconds. */
  close(ms: number): Promise<void>
}

export interface ReportsOptions {
  readonly store: Pick<Store, 'attempts' | 'deliveries' | 'settings' | 'unfinished'>
  readonly server: URL
  /** @returns whether it left */
  send(report: AttemptReport): boolean
  failed(error: unknown): void
}

/** So many are on their way at a time. */
const mostOpen = 16
/** What ended late, or a crash cut short, has a smaller id than what was told already, by as many as are sent at a time. */
const mostLate = 200

export async function openReports({ store, server, send, failed }: ReportsOptions): Promise<Reports> {
  const { attempts, deliveries, settings } = store
  const name = `reported to ${server.origin}`
  const queue = new Set<number>()
  const open = new Set<number>()
  let isConnected = false
  let turn = Promise.resolve()
  let done = () => {}
  const newest = await store.unfinished.newestAttempt()
  const kept = await settings.get(name)
  if (kept === null) await settings.set(name, String(newest))
  const told = Number(kept ?? newest)
  let mark = told

  for (let id = Math.max(1, told - mostLate); id <= newest; id += 1) {
    const attempt = await attempts.get(id)
    // The server keeps each once, however often it is told.
    if (attempt !== undefined) queue.add(id)
  }
  const stopEnded = attempts.onEnded(({ id, source }) => {
    if (source !== 'forward' && source !== 'replay') return
    queue.add(id)
    pump()
  })

  async function report(id: number): Promise<void> {
    const attempt = await attempts.get(id)
    const delivery = attempt && (await deliveries.get(attempt.delivery))
    const isTheirs = delivery?.origin?.server === server.origin
    const body = attempt && delivery && isTheirs && attempt.outcome !== 'pending' ? reportOf(attempt, delivery) : null
    if (body === null) return over(id)
    // It stays in the queue, for the next connection.
    if (isConnected && send(body)) return
    open.delete(id)
  }

  function over(id: number): void {
    open.delete(id)
    queue.delete(id)
    mark = Math.max(mark, id)
    if (queue.size === 0) {
      settings.set(name, String(mark)).catch(failed)
      done()
    }
    pump()
  }

  function pump(): void {
    if (!isConnected) return
    for (const id of queue) {
      if (open.size >= mostOpen) return
      if (open.has(id)) continue
      open.add(id)
      turn = turn.then(() => report(id)).catch(failed)
    }
  }

  return {
    begin() {
      isConnected = true
      open.clear()
      pump()
    },
    pause() {
      isConnected = false
      open.clear()
    },
    reported: over,
    async close(ms) {
      stopEnded()
      if (isConnected && queue.size > 0 && ms > 0) {
        let timer: NodeJS.Timeout | undefined
        const late = new Promise<void>(resolve => {
          timer = setTimeout(resolve, ms)
        })
        await Promise.race([late, new Promise<void>(resolve => (done = resolve))])
        clearTimeout(timer)
      }
      isConnected = false
      await turn
    },
  }
}

/** What this machine adds of its own is nobody else's: its values are hidden. */
function shownHeaders(sent: HeaderList, came: HeaderList): HeaderList {
  const known = new Set(came.map(line => JSON.stringify(line)))
  const hidden = (name: string) => (isCredentialHeader(name) ? [name.toLowerCase()] : [])
  return sent.flatMap(line => (known.has(JSON.stringify(line)) ? [line] : maskHeaders([line], hidden(line[0]))))
}

function reportOf(attempt: Attempt, delivery: Delivery): AttemptReport | null {
  const { id, source, startedAt, changes, request, outcome, answer, timing, error, sloppy, proxy } = attempt
  if ((source !== 'forward' && source !== 'replay') || outcome === 'pending' || delivery.origin === undefined)
    return null
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  return {
    ...{ kind: 'attempt', id, delivery: delivery.origin.id, source, target: maskHeaderText(attempt.target), changes },
    startedAt: Date.parse(startedAt),
    request: {
      ...{ method: request.method, url: maskHeaderText(request.url) },
      headers: shownHeaders(request.headers, delivery.headers),
      body: changes.includes('body') ? base64(request.body) : null,
    },
    result: {
      outcome,
      answer: answer && { ...answer, body: base64(answer.body) },
      timing: timing ?? { connectMs: null, firstByteMs: null, totalMs: 0 },
      error,
      ...(sloppy.length > 0 && { sloppy }),
      ...(proxy !== undefined && { proxy }),
    },
  }
}

/** What is sent to paths that no hook has: a few are kept, so that a Hook URL with a slip can be seen. */
import type { IncomingMessage } from 'node:http'
import { unroutedHook } from '../../core/hooks/hook.ts'
import { pairHeaders } from '../../core/http/headers.ts'
import { parseQuery } from '../../core/search/search.ts'
import { errorLine } from '../lib/errors.ts'
import type { Limiter } from '../lib/limiter.ts'
import { StoreUnavailable } from '../store/problem.ts'
import type { Store } from '../store/store.ts'

export interface UnroutedOptions {
  readonly store: Pick<Store, 'deliveries' | 'edits'>
  /** How many are kept; the oldest go, those that are pinned excepted. */
  readonly most: number
  /** How often one may be kept: strangers choose how often they send. */
  readonly limiter: Limiter
  /** The address that a request came from. */
  clientOf(incoming: IncomingMessage): string
  /** One line about what went wrong here. */
  report(line: string): void
}

/** When it came, and its body. */
export interface UnroutedRequest {
  readonly receivedAt: number
  readonly readMs: number
  readonly body: Uint8Array
}

export interface Unrouted {
  /**
   * Keeps one that is answered 404.
   * @returns whether it is kept
   */
  keep(incoming: IncomingMessage, came: UnroutedRequest): Promise<boolean>
}

/** The largest body at a wrong path that is kept, bytes. */
export const unroutedBytes = 64 * 1024

/** Browsers and scanners look around with GET; what a gateway does, or a person trying it out, sends something. */
const kept: ReadonlySet<string | undefined> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
export const isKept = ({ method }: IncomingMessage): boolean => kept.has(method)

export function openUnrouted({ store, most, limiter, clientOf, report }: UnroutedOptions): Unrouted {
  /** Ids of those that are kept, oldest first; read once, when the first one comes. */
  let ids: Promise<number[]> | null = null
  /** The newest of those that were read: what came while they were read is among them. */
  let readUpTo = 0

  async function known(): Promise<number[]> {
    const parsed = parseQuery(`hook:${unroutedHook}`)
    const found: number[] = []
    if (!parsed.ok) return found
    let before: number | null = null
    do {
      const page = await store.deliveries.list({ query: parsed.query, before, limit: 500, grouped: false, whole: true })
      found.push(...page.deliveries.map(({ id }) => id))
      before = page.next
    } while (before !== null)
    readUpTo = found[0] ?? 0
    return found.reverse()
  }

  /** Takes the oldest away that are one too many; a pinned one is kept and no longer counted. */
  async function trim(id: number): Promise<void> {
    ids ??= known().catch((error: unknown) => {
      // Read again when the next one comes.
      ids = null
      throw error
    })
    const all = await ids
    if (id > readUpTo) all.push(id)
    const excess = all.splice(0, Math.max(0, all.length - most))
    if (excess.length === 0) return
    const pinned = new Set((await store.deliveries.summaries(excess)).filter(one => one.pinned).map(one => one.id))
    await store.edits.remove(excess.filter(one => !pinned.has(one)))
  }

  /** Nothing is owed to a wrong path: a store that takes nothing now is told of where deliveries are taken. */
  function passOver(error: unknown): void {
    if (!(error instanceof StoreUnavailable))
      report(`A delivery at a path without a hook could not be kept: ${errorLine(error)}`)
  }

  return {
    async keep(incoming, { receivedAt, readMs, body }) {
      if (!limiter()) return false
      try {
        const id = await store.deliveries.append({
          hook: unroutedHook,
          receivedAt,
          readMs,
          method: incoming.method ?? '',
          path: incoming.url ?? '',
          httpVersion: incoming.httpVersion,
          headers: pairHeaders(incoming.rawHeaders),
          body,
          bytes: body.byteLength,
          remoteAddress: clientOf(incoming),
          verdict: { kind: 'unchecked' },
          status: 404,
        })
        void trim(id).catch(passOver)
        return true
      } catch (error) {
        passOver(error)
        return false
      }
    },
  }
}

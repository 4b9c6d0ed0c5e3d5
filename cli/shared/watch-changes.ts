/** What changes, as it happens: on the stream of the hookscope that is listening, or from the store of this process. */
import { on, once } from 'node:events'
import type { Change, StreamFrame } from '../../core/api/messages.ts'
import type { Preparing } from '../../core/deliveries/preparing.ts'
import type { Owner } from '../../server/store/sqlite/file/owner.ts'
import type { Workspace } from '../../server/workspace.ts'

export type OnChanges = (changes: readonly Change[]) => void

export interface Watching {
  close(): void
}

function read(text: string, onChanges: OnChanges): void {
  const frame: StreamFrame = JSON.parse(text)
  if (frame.kind === 'batch') onChanges(frame.changes)
}

/** Resolves once the stream stands. Where it cannot be had, nothing comes. @param signal ends the wait for it */
export async function watchListener(
  { inspectorUrl, token }: Owner,
  signal: AbortSignal,
  onChanges: OnChanges,
): Promise<Watching> {
  // Most commands watch nothing.
  const { WebSocket } = await import('ws')
  const socket = new WebSocket(`${inspectorUrl.replace(/^http/, 'ws')}/api/stream`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  socket.on('error', () => {})
  socket.on('message', (bytes: Buffer) => read(bytes.toString(), onChanges))
  try {
    await Promise.race([once(socket, 'message', { signal }), once(socket, 'close', { signal })])
  } catch {
    signal.throwIfAborted()
  }
  return { close: () => socket.terminate() }
}

export async function watchWorkspace(
  { store, status }: Pick<Workspace, 'store' | 'status'>,
  onChanges: OnChanges,
): Promise<Watching> {
  const { openViewers } = await import('../../server/api/viewers.ts')
  const viewers = openViewers({ store, status, log() {} })
  viewers.join({ send: frame => read(frame, onChanges), buffered: () => 0, drop() {} }, null)
  return { close: () => viewers.close() }
}

/** What of the stream is read ahead before the connection is held up, in frames. */
const readAhead = { highWaterMark: 16, lowWaterMark: 4 }
/** The listener ends. */
const endedCode = 1001

/** `anew`: the stream stands, or changes may have been passed over. `preparing`: only for who wants it; null: all are listed. */
export type ListenerNews =
  | { readonly kind: 'changes'; readonly changes: readonly Change[] }
  | { readonly kind: 'anew' }
  | { readonly kind: 'preparing'; readonly preparing: Preparing | null }

/**
 * Every change from now on, at the reader's own pace: one that is slow is cut off by the listener, and goes on from where it
 * stood. Ends when the listener does.
 * @param signal throws its reason when it is aborted
 * @param wantsPreparing deliveries that are kept and not listed yet are told of as well
 */
export async function* newsOfListener(
  { inspectorUrl, token }: Owner,
  signal: AbortSignal,
  wantsPreparing: boolean,
): AsyncGenerator<ListenerNews, void> {
  const { WebSocket } = await import('ws')
  let cursor: number | null = null
  for (let hasEnded = false; !hasEnded; ) {
    /** Until the first frame, it is not known that anybody is there. */
    let stood = false
    const after: string = cursor === null ? '' : `&after=${cursor}`
    const asked = `preparing=${wantsPreparing ? 1 : 0}${after}`
    const socket = new WebSocket(`${inspectorUrl.replace(/^http/, 'ws')}/api/stream?${asked}`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    socket.once('close', code => {
      hasEnded = !stood || code === endedCode
    })
    try {
      for await (const [bytes] of on(socket, 'message', { signal, close: ['close'], ...readAhead })) {
        stood = true
        const frame: StreamFrame = JSON.parse(String(bytes))
        if (frame.kind === 'beat' || frame.kind === 'status') continue
        if (frame.kind === 'preparing') {
          yield { kind: 'preparing', preparing: frame.preparing }
          continue
        }
        if (frame.kind === 'batch') yield { kind: 'changes', changes: frame.changes }
        else if (frame.kind === 'reset' || cursor === null) yield { kind: 'anew' }
        cursor = frame.cursor
      }
    } catch {
      // Whoever was there is not any more: the next try finds out.
      signal.throwIfAborted()
    } finally {
      socket.on('error', () => {})
      socket.terminate()
    }
  }
}

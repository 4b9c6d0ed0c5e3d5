/** The inspector's WebSocket: resumes from its cursor, notices a dead connection, comes back by itself. Nobody else opens one. */
import type { Change, Status, StreamFrame } from '../../core/api/messages.ts'
import type { Preparing } from '../../core/deliveries/preparing.ts'

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' }
  /** Gone; the next try is at `retryAt` (milliseconds since 1970). */
  | { readonly state: 'lost'; readonly retryAt: number }
  /** hookscope does not know this page: it was started anew, with another token, or the browser has lost the page's key. */
  | { readonly state: 'refused' }

export interface StreamHandlers {
  onConnection(connection: Connection): void
  onStatus(status: Status): void
  /** Durable changes, in order. The same change can come twice; applying it again does no harm. */
  onChanges(changes: readonly Change[]): void
  /** What is shown may have missed something (the first connection, or a cursor that is not known any more): load anew. */
  onReload(): void
  /** What is kept and not listed yet, while that is late; null: all are listed. Only where the URL asks for it. */
  onPreparing?(preparing: Preparing | null): void
}

export interface StreamOptions extends StreamHandlers {
  /** `ws:` URL of the stream, with a query that the cursor is added to. */
  readonly url: string
  /** Whether hookscope still lets us in; asked when a connection could not be made. */
  readonly allowed: () => Promise<boolean>
  /** Waits between attempts, milliseconds; the last one repeats. */
  readonly backoffMs?: readonly number[]
  /** Silence after which the connection counts as dead. The server's beat comes every 15 s. */
  readonly silenceMs?: number
  /** What a connection offers, as it is when it is made. */
  readonly protocols?: () => string[]
  /** For tests: opens the socket. */
  readonly connect?: (url: string) => WebSocket
}

export interface FollowedStream {
  /** Tries at once instead of waiting. */
  retryNow(): void
  close(): void
}

const usualBackoff = [250, 500, 1_000, 2_000, 5_000]

/** Connects, and stays connected until closed. */
export function followStream(options: StreamOptions): FollowedStream {
  const { url, protocols = () => [], backoffMs = usualBackoff, silenceMs = 40_000 } = options
  const { connect = target => new WebSocket(target, protocols()) } = options
  let cursor: number | null = null
  let failures = 0
  let closed = false
  let socket: WebSocket | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const watch = (live: WebSocket) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      drop(live)
      later()
    }, silenceMs)
  }

  const drop = (old: WebSocket) => {
    old.onopen = old.onmessage = old.onclose = null
    old.close()
    if (socket === old) socket = null
  }

  const later = () => {
    if (closed) return
    const wait = backoffMs[Math.min(failures, backoffMs.length - 1)] ?? 0
    failures += 1
    options.onConnection({ state: 'lost', retryAt: Date.now() + wait })
    clearTimeout(timer)
    timer = setTimeout(start, wait)
  }

  const receive = (frame: StreamFrame) => {
    switch (frame.kind) {
      case 'hello': {
        const first = cursor === null
        cursor = frame.cursor
        failures = 0
        options.onStatus(frame.status)
        options.onConnection({ state: 'connected' })
        if (first) options.onReload()
        break
      }
      case 'reset':
        cursor = frame.cursor
        failures = 0
        options.onStatus(frame.status)
        options.onConnection({ state: 'connected' })
        options.onReload()
        break
      case 'batch':
        options.onChanges(frame.changes)
        cursor = frame.cursor
        break
      case 'status':
        options.onStatus(frame.status)
        break
      case 'preparing':
        options.onPreparing?.(frame.preparing)
        break
      case 'beat':
        break
    }
  }

  const start = () => {
    const live = connect(cursor === null ? url : `${url}&after=${cursor}`)
    socket = live
    let opened = false
    watch(live)
    live.onopen = () => {
      opened = true
    }
    live.onmessage = event => {
      watch(live)
      if (typeof event.data === 'string') receive(JSON.parse(event.data) as StreamFrame)
    }
    live.onclose = async () => {
      drop(live)
      clearTimeout(timer)
      if (!opened && !(await options.allowed())) {
        if (!closed) options.onConnection({ state: 'refused' })
        return
      }
      if (socket === null) later()
    }
  }

  options.onConnection({ state: 'connecting' })
  start()
  return {
    retryNow() {
      if (closed || socket !== null) return
      clearTimeout(timer)
      start()
    },
    close() {
      closed = true
      clearTimeout(timer)
      if (socket) drop(socket)
    },
  }
}

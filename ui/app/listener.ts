/** The running hookscope as this page sees it: its status, the connection to it, and what changes. */
import { batch, computed, signal } from '@preact/signals'
import type { Change, Status } from '../../core/api/messages.ts'
import type { Preparing } from '../../core/deliveries/preparing.ts'
import type { HookView } from '../../core/hooks/hook.ts'
import { ApiFailure, api, call } from '../client/api.ts'
import { keyProtocols, onKey } from '../client/page-key.ts'
import { type Connection, type FollowedStream, followStream } from '../client/stream.ts'

/** null until the first word from hookscope. */
export const status = signal<Status | null>(null)
/** What is kept and not listed yet, while that is late; null: all are listed. */
export const preparing = signal<Preparing | null>(null)
export const connection = signal<Connection>({ state: 'connecting' })

/** The page has lost hookscope: what `status` says was so, and nothing is known to be so now. */
export const isGone = computed(() => connection.value.state === 'lost' || connection.value.state === 'refused')

/** The tunnel as it is; null where that is not known now. */
export const tunnelNow = computed(() => (isGone.value ? null : (status.value?.tunnel ?? null)))

/** The hook that was chosen to be shown in the frame, by its id; null: the oldest. */
export const shownHook = signal<string | null>(null)

/** The hook whose URL the frame shows. */
export const mainHook = computed<HookView | null>(() => {
  const hooks = status.value?.hooks ?? []
  return hooks.find(({ id }) => id === shownHook.value) ?? hooks[0] ?? null
})

/** hookscope has answered, or cannot: time to load what is shown. Loading no earlier leaves no gap before the stream. */
export const started = signal(false)

type ChangesListener = (changes: readonly Change[]) => void
const changesListeners = new Set<ChangesListener>()
const reloadListeners = new Set<() => void>()

/** Calls for every batch of durable changes. @returns a function that stops the calls */
export function onChanges(listener: ChangesListener): () => void {
  changesListeners.add(listener)
  return () => changesListeners.delete(listener)
}

/** Calls when everything that is shown should be loaded anew, the first load after `started` aside. @returns a function that stops the calls */
export function onReload(listener: () => void): () => void {
  reloadListeners.add(listener)
  return () => reloadListeners.delete(listener)
}

function reload(): void {
  for (const listener of reloadListeners) listener()
}

let stream: FollowedStream | null = null

/** Starts listening to hookscope. @returns a function that stops it */
export function followListener(): () => void {
  stream = followStream({
    url: `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/api/stream?preparing=1`,
    protocols: keyProtocols,
    allowed: async () => {
      try {
        await call(api.status.$get())
        return true
      } catch (error) {
        return !(error instanceof ApiFailure && (error.status === 401 || error.status === 403))
      }
    },
    onConnection: next => {
      connection.value = next
      if (next.state === 'lost' || next.state === 'refused') started.value = true
    },
    onStatus: next => {
      const wasRebuilding = status.peek()?.trouble?.rebuilding != null
      status.value = next
      // What was loaded meanwhile was a part.
      if (wasRebuilding && next.trouble?.rebuilding == null) reload()
    },
    onChanges: changes =>
      batch(() => {
        for (const listener of changesListeners) listener(changes)
      }),
    onPreparing: next => {
      preparing.value = next
    },
    onReload: () => {
      if (!started.peek()) {
        started.value = true
        return
      }
      reload()
    },
  })
  const wake = () => {
    if (document.visibilityState === 'visible') stream?.retryNow()
  }
  // Another page of this browser was opened with a fresh link: this one is let in by the same key.
  const stopKey = onKey(() => stream?.retryNow())
  window.addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  return () => {
    stopKey()
    window.removeEventListener('online', wake)
    document.removeEventListener('visibilitychange', wake)
    stream?.close()
    stream = null
  }
}

/** Tries to reconnect at once. */
export function reconnectNow(): void {
  stream?.retryNow()
}

/** The open delivery: loaded whole, kept up to date by the stream, its body parsed once. */
import { batch, computed, effect, signal } from '@preact/signals'
import type { BodyView } from '../../../core/api/views.ts'
import type { AttemptSummary } from '../../../core/deliveries/attempt.ts'
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import { type CardData, findCardData, maskCardData } from '../../../core/events/card.ts'
import { type JsonTree, parseJson } from '../../../core/text/json-tree.ts'
import type { DeliveryDetail } from '../../../server/api/types.ts'
import { onChanges, onReload, status } from '../../app/listener.ts'
import { ApiFailure, api, call } from '../../client/api.ts'
import { fromBase64 } from '../../kit/hex-dump.ts'
import { sharing } from '../../kit/screen-sharing.ts'
import { stopAll } from '../../kit/stop-all.ts'

/** A body made ready to be shown. */
export interface ShownBody {
  /** What came, byte for byte. */
  readonly bytes: Uint8Array
  /** As text, decompressed if it came compressed, without a byte order mark; null when it is not UTF-8. */
  readonly text: string | null
  /** The same with card data masked, of the same length. */
  readonly masked: string | null
  readonly cards: readonly CardData[]
  /** null when there is no text to parse. */
  readonly tree: JsonTree | null
  /** The text is decompressed. */
  readonly decoded: boolean
}

export interface ShownDelivery {
  readonly view: DeliveryDetail
  readonly body: ShownBody
}

/** What was revealed of the open delivery; all hidden again when another is opened. */
export interface Revealed {
  readonly credentials: boolean
  readonly cards: boolean
}
const nothingRevealed: Revealed = { credentials: false, cards: false }

/** The delivery that is shown; the one before stays until the next has come, so that nothing flickers. */
export const shown = signal<ShownDelivery | null>(null)
/** Why the delivery that is asked for cannot be shown; null when it can, or is on its way. */
export const loadProblem = signal<unknown>(null)
export const revealed = signal<Revealed>(nothingRevealed)
/** Counts changes to deliveries that may belong to those related to the open one. */
export const relatedChanges = signal(0)

/** Reads a body of the API. @param decoded the decompressed body, when there is one */
export function shownBodyOf(body: BodyView, decoded: BodyView | null): ShownBody {
  const bytes = fromBase64(body.base64)
  const text = (decoded ?? body).text?.replace(/^\ufeff/, '') ?? null
  const cards = text === null ? [] : findCardData(text)
  return {
    bytes,
    text,
    masked: text !== null && cards.length > 0 ? maskCardData(text) : text,
    cards,
    tree: text === null || text === '' ? null : parseJson(text),
    decoded: decoded !== null,
  }
}

/** The bytes with card data masked; those of a compressed body hide it anyway. */
export function maskedBytes({ bytes, cards, decoded, masked }: ShownBody): Uint8Array {
  if (cards.length === 0 || decoded || masked === null) return bytes
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  return new TextEncoder().encode(marked ? `\ufeff${masked}` : masked)
}

const param = (id: number) => ({ id: String(id) })

/** All of a delivery but the bytes of its attempts, each of which is fetched when it is looked at. */
const fetchDetail = (id: number, credentials: boolean): Promise<DeliveryDetail> =>
  call(
    api.deliveries[':id'].$get({
      param: param(id),
      query: { reveal: credentials ? '1' : '0', attempts: 'summary' },
    }),
  )

/** The keys and credentials of all hooks, as far as they are told; null while nothing is known. */
const secrets = computed(() => {
  const hooks = status.value?.hooks
  return hooks ? JSON.stringify(hooks.map(({ id, authentication, signing }) => [id, authentication, signing])) : null
})

/**
 * Loads a delivery and follows it: its attempts, its retries, its pin.
 * @returns a function that stops following
 */
export function followDelivery(id: number): () => void {
  let gone = false
  let loading = false
  let again = false

  const load = async (): Promise<void> => {
    again = loading
    if (loading) return
    loading = true
    try {
      const view = await fetchDetail(id, revealed.peek().credentials)
      if (gone) return
      const before = shown.peek()
      const body = before?.view.id === id ? before.body : shownBodyOf(view.body, view.decoded)
      batch(() => {
        shown.value = { view, body }
        loadProblem.value = null
      })
    } catch (error) {
      if (gone) return
      batch(() => {
        if (error instanceof ApiFailure && error.status === 404) shown.value = null
        loadProblem.value = error
      })
    } finally {
      loading = false
      if (again && !gone) void load()
    }
  }

  const patch = (delivery: DeliverySummary) => {
    const before = shown.peek()
    if (before?.view.id === delivery.id) shown.value = { ...before, view: { ...before.view, ...delivery } }
  }

  const isJudgedAnew = ({ verdict, reasons }: DeliverySummary): boolean => {
    const view = shown.peek()?.view
    return view?.id === id && (view.verdict !== verdict || view.reasons.join() !== reasons.join())
  }

  /** @returns whether the delivery is as it would be loaded now */
  const takeIn = (attempt: AttemptSummary): boolean => {
    const before = shown.peek()
    // An answer that is under way may be older than this attempt, and a forward ends a wait.
    if (before?.view.id !== id || loading || before.view.waitsFor.length > 0) return false
    const others = before.view.attempts.filter(other => other.id !== attempt.id)
    const attempts = [...others, attempt].toSorted((one, other) => one.id - other.id)
    const notForwarded = attempt.changes.length > 0 ? before.view.notForwarded : null
    shown.value = { ...before, view: { ...before.view, attempts, notForwarded } }
    return true
  }

  batch(() => {
    revealed.value = nothingRevealed
    loadProblem.value = null
  })
  void load()
  let credentialsShown = false
  let secretsBefore: string | null = null
  return stopAll([
    () => {
      gone = true
    },

    effect(() => {
      if (sharing.value) revealed.value = nothingRevealed
    }),
    onReload(() => void load()),
    effect(() => {
      // What fits depends on what its hook has now.
      const now = secrets.value
      if (now !== secretsBefore && secretsBefore !== null) void load()
      secretsBefore = now
    }),
    effect(() => {
      const { credentials } = revealed.value
      if (credentials !== credentialsShown) {
        credentialsShown = credentials
        void load()
      }
    }),
    onChanges(changes => {
      let stale = false
      for (const change of changes) {
        if (change.kind === 'attempt') stale = (change.attempt.delivery === id && !takeIn(change.attempt)) || stale
        else if (change.kind === 'delivery-removed') stale ||= change.id === id
        else if (change.kind === 'delivery') {
          if (change.delivery.id === id) {
            // With another verdict, all that was said of the checks is another.
            stale ||= isJudgedAnew(change.delivery)
            patch(change.delivery)
          }
          relatedChanges.value += 1
        }
      }
      if (stale) void load()
    }),
  ])
}

/** Shows something that is hidden, or hides it again. */
export function toggleRevealed(what: keyof Revealed): void {
  revealed.value = { ...revealed.peek(), [what]: !revealed.peek()[what] }
}

/** All deliveries of the same event, oldest first. */
export async function loadRetries(id: number): Promise<readonly DeliverySummary[]> {
  const answer = await call(api.deliveries[':id'].tries.$get({ param: param(id) }))
  return answer.deliveries
}

/** Every delivery about the same object, or joined to it, in triggered order. */
export interface RelatedEvents {
  readonly deliveries: readonly DeliverySummary[]
  /** Deliveries with smaller ids are still being linked; null when all are. */
  readonly renewingBelow: number | null
}

export async function loadRelatedEvents(id: number): Promise<RelatedEvents> {
  return call(api.deliveries[':id'].journey.$get({ param: param(id) }))
}

/** Another delivery, to compare with. */
export async function loadOther(id: number): Promise<ShownDelivery> {
  const view = await fetchDetail(id, false)
  return { view, body: shownBodyOf(view.body, view.decoded) }
}

/** The open delivery: loaded whole, kept up to date by the stream, its body parsed once. */
import { batch, effect, signal } from '@preact/signals'
import { type CardData, findCardData, maskCardData } from '../../core/card.ts'
import type { DeliverySummary } from '../../core/delivery.ts'
import type { BodyView } from '../../core/views.ts'
import type { DeliveryView } from '../../server/inspector/types.ts'
import { ApiFailure, api, call } from '../api.ts'
import { fromBase64 } from './hex-dump.ts'
import { type JsonTree, parseJson } from './json-tree.ts'
import { onChanges, onReload } from './session.ts'

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
  readonly view: DeliveryView
  readonly body: ShownBody
}

/** What was revealed of the open delivery; all hidden again when another is opened. */
export interface Revealed {
  readonly credentials: boolean
  readonly signature: boolean
  readonly cards: boolean
}
const nothingRevealed: Revealed = { credentials: false, signature: false, cards: false }

/** The delivery that is shown; the one before stays until the next has come, so that nothing flickers. */
export const shown = signal<ShownDelivery | null>(null)
/** Why the delivery that is asked for cannot be shown; null when it can, or is on its way. */
export const loadProblem = signal<unknown>(null)
export const revealed = signal<Revealed>(nothingRevealed)
/** Counts changes to deliveries that may belong to the journey of the open one. */
export const journeyChanges = signal(0)

/** Reads a body of the API. @param decoded the decompressed body, when there is one */
export function readBody(body: BodyView, decoded: BodyView | null): ShownBody {
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
      const reveal = revealed.peek().credentials ? '1' : '0'
      const view: DeliveryView = await call(api.deliveries[':id'].$get({ param: param(id), query: { reveal } }))
      if (gone) return
      const before = shown.peek()
      const body = before?.view.id === id ? before.body : readBody(view.body, view.decoded)
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

  batch(() => {
    revealed.value = nothingRevealed
    loadProblem.value = null
  })
  void load()
  let credentialsShown = false
  const stops = [
    onReload(() => void load()),
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
        if (change.kind === 'attempt') stale ||= change.attempt.delivery === id
        else if (change.kind === 'delivery-removed') stale ||= change.id === id
        else if (change.kind === 'delivery') {
          if (change.delivery.id === id) patch(change.delivery)
          journeyChanges.value += 1
        }
      }
      if (stale) void load()
    }),
  ]
  return () => {
    gone = true
    for (const stop of stops) stop()
  }
}

/** Shows something that is hidden, or hides it again. */
export function toggleRevealed(what: keyof Revealed): void {
  revealed.value = { ...revealed.peek(), [what]: !revealed.peek()[what] }
}

/** All deliveries of the same event, oldest first. */
export async function loadTries(id: number): Promise<readonly DeliverySummary[]> {
  const answer = await call(api.deliveries[':id'].tries.$get({ param: param(id) }))
  return answer.deliveries
}

/** Every delivery about the same object, or joined to it, in triggered order. */
export interface RelatedEvents {
  readonly deliveries: readonly DeliverySummary[]
  /** Deliveries with smaller ids are still being linked; null when all are. */
  readonly renewingBelow: number | null
}

export async function loadJourney(id: number): Promise<RelatedEvents> {
  return call(api.deliveries[':id'].journey.$get({ param: param(id) }))
}

/** Another delivery, to compare with. */
export async function loadOther(id: number): Promise<ShownDelivery> {
  const view: DeliveryView = await call(api.deliveries[':id'].$get({ param: param(id), query: { reveal: '0' } }))
  return { view, body: readBody(view.body, view.decoded) }
}

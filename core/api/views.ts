/** Requests and answers as JSON carries them. */
import type { HeaderList } from '../http/headers.ts'

/** Bytes in JSON: always base64, and as text when they are UTF-8. */
export interface BodyView {
  readonly base64: string
  readonly text: string | null
  /** Kept bytes. */
  readonly bytes: number
}

export interface RequestView {
  readonly method: string
  readonly url: string
  readonly headers: HeaderList
  readonly body: BodyView
}

export interface AnswerView {
  readonly status: number
  readonly headers: HeaderList
  readonly body: BodyView
  /** All bytes that came; more than `body.bytes` when the answer was longer than what is kept. */
  readonly bodyBytes: number
}

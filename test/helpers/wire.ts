/** In a page's test, the other end of its stream: put in the place of WebSocket. */
import type { StreamFrame } from '../../core/api/messages.ts'

export class Wire {
  static last: Wire
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: (() => void) | null = null
  constructor() {
    Wire.last = this
  }
  close() {}
  say(frame: StreamFrame) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

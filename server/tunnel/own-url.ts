/** The user's own public URL: there is nothing to open, but what it leads to is probed all the same. */
import type { Provider } from './provider.ts'

/** @param publicUrl as the user gave it: http or https, with or without a path and a trailing slash */
export function ownUrl(publicUrl: string): Provider {
  return {
    trusted: true,
    settleMs: 0,
    patience: Number.POSITIVE_INFINITY,
    async open() {
      const url = URL.canParse(publicUrl) ? new URL(publicUrl) : null
      if (
        url === null ||
        !/^https?:$/.test(url.protocol) ||
        url.username !== '' ||
        url.search !== '' ||
        url.hash !== ''
      ) {
        const hint = 'Give --public-url as https://HOST, or https://HOST/PATH when a path leads to the receiver.'
        return { kind: 'hopeless', reason: 'Deliveries cannot be sent to this public URL.', hint }
      }
      const line = { url: url.href.replace(/\/+$/, ''), insteadOf: null, busy: () => false, close: async () => {} }
      return { kind: 'open', line }
    },
  }
}

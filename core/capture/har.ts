/** Deliveries as entries of HAR 1.2, the format in which browsers and proxies hand requests on. */
import { type HeaderList, headerValue, shownValue } from '../http/headers.ts'
import type { ImportedDelivery } from './capture.ts'

/** What a HAR has no field for. A reader that does not know it passes over it, as the format asks for. */
export interface HarOwn extends Pick<ImportedDelivery, 'bytes' | 'readMs' | 'remoteAddress' | 'verdict' | 'mocked'> {
  readonly version: 1
  /** base64 of the body, byte for byte but for what is masked. */
  readonly body: string
  /** Card data in the body is masked, or it stands unpacked here. */
  readonly bodyMasked: boolean
  readonly hook: string
  /** How many lines of credentials and signatures were left out of the headers. */
  readonly headersLeftOut: number
  /** The headers a character a byte; absent where they are ASCII, and `request.headers` has them as they are. */
  readonly headers?: HeaderList
}

/** The name of the field that holds it, in an entry. */
export const harOwnField = '_hookscope'

/** What an entry is made of, masked. */
export interface HarSource
  extends Pick<ImportedDelivery, 'receivedAt' | 'method' | 'target' | 'httpVersion' | 'headers' | 'status'> {
  /** The body as text where it is UTF-8; else null. */
  readonly text: string | null
  readonly own: HarOwn
}

/** Where the URL leads whose host nothing tells. */
const noHost = 'hookscope.invalid'

/** The absolute URL that HAR asks for: the scheme and host by what a tunnel or the sender said. */
function urlOf({ headers, target }: HarSource): string {
  const said = headerValue(headers, 'x-forwarded-host') ?? headerValue(headers, 'host') ?? ''
  const host = /^[A-Za-z0-9.-]+(?::\d{1,5})?$/.test(said) ? said : noHost
  const isPlain = headerValue(headers, 'x-forwarded-proto') === 'http' || /^(?:localhost|127\.|\[)/.test(host)
  const path = target.startsWith('/') ? target : `/${target}`
  return `${isPlain ? 'http' : 'https'}://${host}${path}`
}

const pairsOf = (headers: HeaderList) => headers.map(([name, value]) => ({ name, value: shownValue(value) }))

function queryOf(target: string) {
  const from = target.indexOf('?')
  if (from < 0) return []
  return target
    .slice(from + 1)
    .split('&')
    .filter(part => part !== '')
    .map(part => {
      const equals = part.indexOf('=')
      return equals < 0 ? { name: part, value: '' } : { name: part.slice(0, equals), value: part.slice(equals + 1) }
    })
}

/** An entry, as the schema of HAR 1.2 has it. What hookscope does not know is -1 or empty there. */
export function harEntry(source: HarSource) {
  const { receivedAt, method, headers, target, text, status, own } = source
  const httpVersion = `HTTP/${source.httpVersion}`
  return {
    startedDateTime: receivedAt,
    time: own.readMs,
    request: {
      method,
      url: urlOf(source),
      httpVersion,
      cookies: [],
      headers: pairsOf(headers),
      queryString: queryOf(target),
      // Readers know no encoding in postData: what is no text is in the own field alone.
      postData: { mimeType: headerValue(headers, 'content-type') ?? '', text: text ?? '' },
      headersSize: -1,
      bodySize: own.bytes,
    },
    response: {
      status: status ?? 0,
      statusText: '',
      httpVersion,
      cookies: [],
      headers: [],
      content: { size: 0, mimeType: 'x-unknown' },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: own.readMs, receive: 0 },
    [harOwnField]: own,
  }
}

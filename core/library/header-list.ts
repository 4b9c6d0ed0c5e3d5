/** Headers in every form that runtimes and frameworks have them. */
import { type HeaderList, pairHeaders } from '../http/headers.ts'

/** A `Headers` object, pairs, Node's flat `rawHeaders`, or a plain object with names in any case. */
export type HeadersLike =
  | Iterable<readonly [string, string]>
  | readonly string[]
  | { readonly [name: string]: string | readonly string[] | undefined }

/** All of them as one list; a doubled header stays two. */
export function headerListOf(headers: HeadersLike): HeaderList {
  if (Symbol.iterator in headers) {
    const lines: readonly (string | readonly [string, string])[] = [...headers]
    const flat = lines.filter(line => typeof line === 'string')
    return flat.length > 0 ? pairHeaders(flat) : lines.filter(line => typeof line !== 'string')
  }
  return Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : (value ?? [])).map(one => [name, one] as const),
  )
}

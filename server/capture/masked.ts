/** A delivery as it may leave the machine: credentials, signatures and card data are not in it. */
import type { Delivery } from '../../core/deliveries/delivery.ts'
import { maskCardData } from '../../core/events/card.ts'
import { signatureHeader } from '../../core/hooks/origin.ts'
import { isCredentialHeader, maskHeaderText, maskQuery } from '../../core/http/credential-headers.ts'
import type { HeaderList } from '../../core/http/headers.ts'
import { encodingsOf } from '../bodies/decode.ts'
import { type BodyReader, runBodyJob } from '../bodies/reader.ts'

export interface Masked {
  /** Without lines of credentials and signatures. */
  readonly headers: HeaderList
  /** How many those were. */
  readonly headersLeftOut: number
  /** As it came where there is no card data in it; else masked, and unpacked where it was packed. */
  readonly body: Uint8Array
  readonly bodyMasked: boolean
  readonly target: string
}

const isLeftOut = (name: string) => isCredentialHeader(name) || name.toLowerCase() === signatureHeader.toLowerCase()

/** Dots are no characters of a URL, nor of a header. */
const asAscii = (masked: string) => masked.replaceAll('••••', 'masked')

const hasCardData = ({ notes }: Delivery) => notes.includes('card-number') || notes.includes('card-secret')
/** It was not looked into, so that what is in it is not known. */
const isUnknown = ({ notes }: Delivery) =>
  (['body-not-read', 'body-unpacks-too-large', 'body-encoding-unreadable', 'not-described'] as const).some(note =>
    notes.includes(note),
  )

async function maskedBody(
  delivery: Delivery,
  bodies: BodyReader,
): Promise<{ body: Uint8Array; isUnpacked: boolean; bodyMasked: boolean }> {
  const { body, headers } = delivery
  const isPacked = encodingsOf(headers).length > 0
  if (isPacked && !hasCardData(delivery) && !isUnknown(delivery)) return { body, isUnpacked: false, bodyMasked: false }
  const found = await runBodyJob(bodies, 'mask', delivery)
  if (found === null) return { body: new Uint8Array(), isUnpacked: false, bodyMasked: true }
  const bytes = 'text' in found ? Buffer.from(found.text) : Buffer.from(found.base64, 'base64')
  if (!isPacked && bytes.equals(body)) return { body, isUnpacked: false, bodyMasked: false }
  return { body: bytes, isUnpacked: isPacked, bodyMasked: true }
}

/** @param bodies looks into it */
export async function maskedDelivery(delivery: Delivery, bodies: BodyReader): Promise<Masked> {
  const { body, isUnpacked, bodyMasked } = await maskedBody(delivery, bodies)
  const shown = delivery.headers.filter(([name]) => !isLeftOut(name))
  const headers = shown
    .filter(([name]) => !isUnpacked || name.toLowerCase() !== 'content-encoding')
    .map(([name, value]) => [name, maskCardData(asAscii(maskHeaderText(value)))] as const)
  return {
    headers,
    headersLeftOut: delivery.headers.length - shown.length,
    body,
    bodyMasked,
    target: maskCardData(asAscii(maskQuery(delivery.path))),
  }
}

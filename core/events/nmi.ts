/** A neighbour that is easily confused with the gateway: NMI's, which owns USAePay and uses some of the same event names. */
import { signatureHeader } from '../hooks/origin.ts'
import { type HeaderList, headerValue } from '../http/headers.ts'

/** Whether a delivery is signed as NMI's gateway signs: `Webhook-Signature: t=<nonce>,s=<hex>`, and no X-Signature. */
export function isSignedByNmi(headers: HeaderList): boolean {
  const signature = headerValue(headers, 'Webhook-Signature')
  if (signature === undefined || headerValue(headers, signatureHeader) !== undefined) return false
  return /^\s*t=[^,]{1,200},\s*s=[\da-f]{64}\s*$/i.test(signature)
}

export const nmiSentence =
  'It was sent by NMI’s gateway, not by USAePay: its Webhook-Signature (t=…,s=…) is an HMAC over the nonce, a period and the body. Verify it as NMI documents, at a separate URL.'

/** Where the body that came and the body that was signed part. */
import type { Parting, PartingText } from '../../core/deliveries/diagnosis.ts'
import { maskCardData } from '../../core/events/card.ts'

/** Bytes shown before and after the first difference. */
const [before, after] = [24, 32]

/** What is not printable, as the escape a programmer knows; bytes that are no UTF-8 as \x... */
function visible(bytes: Uint8Array): string {
  let text = ''
  const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  for (const character of decoded) {
    if (character === '\n') text += '\\n'
    else if (character === '\r') text += '\\r'
    else if (character === '\t') text += '\\t'
    else if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(character))
      text += `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
    else text += character
  }
  return text
}

/** Card data goes, and every byte stays in its place. Bodies that are no text hide it anyway. */
function masked(body: Uint8Array): Uint8Array {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    const hidden = maskCardData(text)
    return hidden === text ? body : new TextEncoder().encode(hidden)
  } catch {
    return body
  }
}

const isInside = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80

/** Begins and ends between characters. */
function excerpt(body: Uint8Array, offset: number): PartingText {
  let [from, middle, to] = [Math.max(0, offset - before), offset, Math.min(body.length, offset + after)]
  while (from > 0 && isInside(body[from])) from -= 1
  while (middle > from && isInside(body[middle])) middle -= 1
  while (to < body.length && isInside(body[to])) to += 1
  const lead = from > 0 ? '…' : ''
  const rest = to < body.length ? '…' : ''
  return {
    before: lead + visible(body.subarray(from, middle)),
    after: visible(body.subarray(middle, to)) + rest,
  }
}

/** @returns null when they are the same */
export function partingOf(received: Uint8Array, signed: Uint8Array): Parting | null {
  const length = Math.max(received.length, signed.length)
  let offset = 0
  while (offset < length && received[offset] === signed[offset]) offset += 1
  if (offset === length) return null
  return { offset, received: excerpt(masked(received), offset), signed: excerpt(masked(signed), offset) }
}

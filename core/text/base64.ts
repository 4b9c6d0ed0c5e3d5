/** base64 as files and code hold it, in any runtime. */

/** Standard base64 with padding, on one line. */
export function toBase64(bytes: Uint8Array): string {
  const step = 0x8000
  let binary = ''
  for (let at = 0; at < bytes.length; at += step) binary += String.fromCharCode(...bytes.subarray(at, at + step))
  return btoa(binary)
}

/** Whether a text is base64 (RFC 4648, padded). */
export const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)

/** How many bytes base64 stands for. */
export const bytesOfBase64 = (text: string): number =>
  (text.length / 4) * 3 - (/=*$/.exec(text.slice(-2))?.[0].length ?? 0)

/** Bytes as rows of sixteen, as hex and as text. */

export const bytesInRow = 16

export interface HexRow {
  /** Of the first byte in the row, as eight hex digits. */
  readonly offset: string
  /** Two digits a byte, a wider gap after the eighth; padded to full width. */
  readonly hex: string
  /** One character a byte: printable ASCII as it is, everything else a middle dot. */
  readonly text: string
}

export const hexRowCount = (bytes: Uint8Array) => Math.ceil(bytes.length / bytesInRow)

/** Rows from `first` up to but without `first + count`; fewer at the end. */
export function hexRows(bytes: Uint8Array, first: number, count: number): HexRow[] {
  const rows: HexRow[] = []
  const last = Math.min(first + count, hexRowCount(bytes))
  for (let row = first; row < last; row++) {
    const start = row * bytesInRow
    const slice = [...bytes.subarray(start, start + bytesInRow)]
    const pairs = slice.map(byte => byte.toString(16).padStart(2, '0'))
    const hex = `${pairs.slice(0, 8).join(' ')}  ${pairs.slice(8).join(' ')}`
    rows.push({
      offset: start.toString(16).padStart(8, '0'),
      hex: hex.padEnd(bytesInRow * 3),
      text: slice.map(byte => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join(''),
    })
  }
  return rows
}

/** Standard base64 back to bytes. */
export const fromBase64 = (text: string) => Uint8Array.from(atob(text), character => character.charCodeAt(0))

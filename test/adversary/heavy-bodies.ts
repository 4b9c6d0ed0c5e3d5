/** Bodies that are small to send and much to look into: of one piece over and over, plain or packed. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { HeaderList } from '../../core/http/headers.ts'

export interface HeavyBody {
  readonly name: string
  readonly headers: HeaderList
  readonly body: Buffer
}

/** What each reader of a body finds hard: nesting, digits, card numbers, codes, tracks, escapes, letters beyond ASCII, lines. */
const pieces = {
  brackets: '[',
  'nested objects': '{"a":',
  zeros: '0',
  'card numbers': '4111111111111111 ',
  'grouped card numbers': '4111 1111 1111 1111 ',
  'security codes': '"cvv":"123",',
  tracks: ';4111111111111111=3012',
  'half tracks': '%B4111111111111111^AB^',
  escapes: '\\u0065\\u0301',
  accents: 'e\u0301\u0323',
  'line feeds': '\n',
  'high letters': '\u00e9',
  strings: '"J D",',
} as const
export type Piece = keyof typeof pieces
export const everyPiece = Object.keys(pieces).filter((name): name is Piece => name in pieces)

const filled = (piece: string, bytes: number) => {
  const one = Buffer.from(piece)
  return Buffer.alloc(bytes - (bytes % one.length), one)
}

const packers = {
  gzip: (body: Buffer) => gzipSync(body),
  deflate: (body: Buffer) => deflateSync(body),
  br: (body: Buffer) => brotliCompressSync(body),
  'gzip, gzip, br': (body: Buffer) => brotliCompressSync(gzipSync(gzipSync(body))),
} as const
export type Packing = keyof typeof packers
export const everyPacking = Object.keys(packers).filter((name): name is Packing => name in packers)

const json: HeaderList = [['Content-Type', 'application/json']]

/** So many bytes of a piece. */
export const plainBody = (piece: Piece, bytes: number): HeavyBody => ({
  name: `${bytes} bytes of ${piece}`,
  headers: json,
  body: filled(pieces[piece], bytes),
})

/** The same, packed. */
export const packedBody = (piece: Piece, bytes: number, packing: Packing): HeavyBody => ({
  name: `${bytes} bytes of ${piece} in ${packing}`,
  headers: [...json, ['Content-Encoding', packing]],
  body: packers[packing](filled(pieces[piece], bytes)),
})

/** A passkey as a browser would keep it: a key on P-256, and what it says when it is made and used (WebAuthn, attestation none). */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest()
const base64url = (bytes: Buffer) => bytes.toString('base64url')

const length = (major: number, count: number) =>
  count < 24
    ? Buffer.from([(major << 5) | count])
    : count < 256
      ? Buffer.from([(major << 5) | 24, count])
      : Buffer.from([(major << 5) | 25, count >> 8, count & 255])
/** CBOR, as far as a credential needs it. */
function cbor(value: string | number | Buffer | ReadonlyMap<string | number, unknown>): Buffer {
  if (typeof value === 'number') return value < 0 ? length(1, -1 - value) : length(0, value)
  if (typeof value === 'string') return Buffer.concat([length(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([length(2, value.length), value])
  const pairs = [...value].flatMap(([key, inner]) => [cbor(key), cbor(inner as string)])
  return Buffer.concat([length(5, value.size), ...pairs])
}

export interface TestPasskey {
  create(options: { readonly challenge: string }): Record<string, unknown>
  get(options: { readonly challenge: string }): Record<string, unknown>
}

/** @param isVerified whether it asks for a finger or a PIN */
export function makePasskey(origin: string, { isVerified = true } = {}): TestPasskey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(16)
  const rp = sha256(new URL(origin).hostname)
  let counter = 0
  const authenticatorData = (withKey: Buffer | null) => {
    counter += 1
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    const flags = 0x01 | (isVerified ? 0x04 : 0) | (withKey === null ? 0 : 0x40)
    return Buffer.concat([rp, Buffer.from([flags]), count, ...(withKey === null ? [] : [withKey])])
  }
  const clientData = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const credential = { id: base64url(id), rawId: base64url(id), type: 'public-key', clientExtensionResults: {} }
  return {
    create({ challenge }) {
      const key = cbor(
        new Map<number, unknown>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, Buffer.from(x, 'base64url')],
          [-3, Buffer.from(y, 'base64url')],
        ]),
      )
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key])
      const attestationObject = cbor(
        new Map<string, unknown>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', authenticatorData(attested)],
        ]),
      )
      return {
        ...credential,
        response: {
          clientDataJSON: base64url(clientData('webauthn.create', challenge)),
          attestationObject: base64url(attestationObject),
          transports: ['internal'],
        },
      }
    },
    get({ challenge }) {
      const [data, client] = [authenticatorData(null), clientData('webauthn.get', challenge)]
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)
      return {
        ...credential,
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(signature),
        },
      }
    },
  }
}

/** With which keys something may have been signed: those that are known, and what a signer may have made of them. */
import type { SignatureCause } from '../../core/deliveries/diagnosis.ts'
import type { Hook, SigningKey } from '../../core/hooks/hook.ts'

export interface KeyForm {
  readonly causes: readonly SignatureCause[]
  readonly bytes: Buffer
  /** Whose key, as it is known here. */
  readonly of: { readonly key: SigningKey; readonly hook: Pick<Hook, 'id' | 'label'> } | null
}

/** What a signer may have made of a key, or what is wrong with how it stands here. */
function* readings(key: string): Generator<{ cause: SignatureCause; bytes: Buffer }> {
  const bare = key.trim()
  if (bare !== key) yield { cause: 'key-untrimmed', bytes: Buffer.from(bare) }
  const quoted = /^(["'`])(.*)\1$/s.exec(bare)?.[2]
  if (quoted !== undefined) yield { cause: 'key-quoted', bytes: Buffer.from(quoted) }
  for (const end of ['\n', '\r\n']) yield { cause: 'key-with-newline', bytes: Buffer.from(key + end) }
  if (/^(?:[\da-f]{2})+$/i.test(key)) yield { cause: 'key-hex-decoded', bytes: Buffer.from(key, 'hex') }
  if (/^[\w+/-]{4,}={0,2}$/.test(key) && key.replace(/=+$/, '').length % 4 !== 1)
    yield { cause: 'key-base64-decoded', bytes: Buffer.from(key, 'base64') }
}

export interface Keyring {
  readonly hook: Hook
  readonly others: readonly Hook[]
  /** Keys known for the hook that are not in force, such as one that was saved before another was given at the start. */
  readonly spare: readonly SigningKey[]
}

const keysOf = ({ signing }: Hook) => (signing.kind === 'hmac' ? signing.keys : [])

/** The keys as they stand, the hook's own first; then what can be made of each. None comes twice. */
export function keyForms({ hook, others, spare }: Keyring): KeyForm[] {
  const known: KeyForm[] = [
    ...keysOf(hook).map(key => ({ causes: [], bytes: Buffer.from(key.key), of: { key, hook } })),
    ...spare.map(key => ({ causes: ['key-other-kind' as const], bytes: Buffer.from(key.key), of: { key, hook } })),
    ...others.flatMap(other =>
      keysOf(other).map(key => ({
        causes: ['key-other-hook' as const],
        bytes: Buffer.from(key.key),
        of: { key, hook: other },
      })),
    ),
  ]
  const read = known.flatMap(({ causes, of }) =>
    of === null ? [] : [...readings(of.key.key)].map(({ cause, bytes }) => ({ causes: [...causes, cause], bytes, of })),
  )
  const empty: KeyForm = { causes: ['key-empty'], bytes: Buffer.alloc(0), of: null }
  const seen = new Set<string>()
  return [...known, empty, ...read].filter(({ bytes }) => {
    const text = bytes.toString('hex')
    if (seen.has(text)) return false
    seen.add(text)
    return true
  })
}

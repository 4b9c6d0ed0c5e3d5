/** Finds out why a signature is wrong: tries every key, digest and body that is known to happen, and names what fits. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { SignatureCause, SignatureDiagnosis } from '../../core/deliveries/diagnosis.ts'
import { type Hook, maskKey, type SigningKey } from '../../core/hooks/hook.ts'
import type { HeaderList } from '../../core/http/headers.ts'
import { looksPacked, unpackBody } from '../bodies/decode.ts'
import { sign } from '../verify/signature.ts'
import type { BodyForm } from './body-form.ts'
import { bodyForms, rewritesOf } from './body-forms.ts'
import { type DigestForm, digestForms } from './digest-forms.ts'
import { type KeyForm, keyForms } from './key-forms.ts'
import { partingOf } from './parting.ts'
import { foundSentence, unknownSentence } from './sentence.ts'
import { openTurns } from './turns.ts'

export interface DiagnosisInput {
  readonly hook: Hook
  /** The other hooks, whose keys may have been used by mistake. */
  readonly others: readonly Hook[]
  /** Keys known for the hook that are not in force. */
  readonly spare?: readonly SigningKey[]
  /** X-Signature values as they came. */
  readonly received: readonly string[]
  /** The raw body as it came. */
  readonly body: Uint8Array
  readonly headers: HeaderList
  /** Takes the body's compression away; default: here, as whoever asks for one waits for nothing else. */
  readonly unpack?: Unpack
}

/** @returns the body without its compression; null when it has none */
export type Unpack = (headers: HeaderList, body: Uint8Array) => Promise<Uint8Array | null> | Uint8Array | null

/** Work, in bytes hashed; each hash counts for some more. What fits in here is tried in full for the gateway's events. */
const budget = 96 * 1024 * 1024
const perHash = 2048
/** The body as it came is tried with all that is known; but a stranger can send many signatures with a large one. */
const budgetAsItCame = 4 * budget

interface Fit {
  readonly causes: readonly SignatureCause[]
  readonly key: KeyForm | null
  readonly body: Uint8Array
}

/** As many keys are tried with a body that was changed in several ways. */
const mostPlain = 8

/** Another key, or one that was entered here with something around it. */
const plainCauses: ReadonlySet<SignatureCause> = new Set([
  'key-other-kind',
  'key-other-hook',
  'key-untrimmed',
  'key-quoted',
])
const isPlain = (cause: SignatureCause) => plainCauses.has(cause)

const isSame = (left: Uint8Array, right: Uint8Array) => left.length === right.length && timingSafeEqual(left, right)

/** HMACs of one body with every key, the hash without a key, and what beginners make of both. */
function* tries(form: DigestForm, keys: readonly KeyForm[], { causes, bytes }: BodyForm): Generator<Fit | null> {
  const { hash, digest } = form
  const check = (made: Buffer, key: KeyForm | null, digestCauses: readonly SignatureCause[]): Fit | null =>
    isSame(made, digest)
      ? { causes: [...(key?.causes ?? []), ...form.notation, ...digestCauses, ...causes], key, body: bytes }
      : null
  for (const key of keys) yield check(createHmac(hash, key.bytes).update(bytes).digest(), key, form.causes)
  yield check(createHash(hash).update(bytes).digest(), null, ['digest-unkeyed'])
  if (causes.length > 0) return
  for (const key of keys) {
    if (key.bytes.length === 0) continue
    yield check(createHash(hash).update(key.bytes).update(bytes).digest(), key, ['digest-concatenated'])
    yield check(createHash(hash).update(bytes).update(key.bytes).digest(), key, ['digest-concatenated'])
    yield check(createHmac(hash, bytes).update(key.bytes).digest(), key, ['digest-swapped', ...form.causes])
  }
}

/**
 * Why a signature does not fit. Only what the HMAC (or hash) confirms is named; of several explanations of the same
 * bytes the one with the fewest causes.
 * @returns null when nothing is wrong: one signature came and fits by the gateway's rule, or none came
 */
export async function diagnose(input: DiagnosisInput): Promise<SignatureDiagnosis | null> {
  const { received, body } = input
  if (received.length === 0) return null
  const digests = digestForms(received)
  const keys = keyForms({ hook: input.hook, others: input.others, spare: input.spare ?? [] })
  // With a body that was changed in several ways only keys as the console shows them: three mistakes at once are nobody's.
  const plain = keys.filter(({ causes, of }) => of !== null && causes.every(isPlain)).slice(0, mostPlain)
  const seen = new Map<number, Set<string>>()
  const turns = openTurns()
  let work = 0
  let isWhole = rewritesOf(body) > 1
  const unpacked = looksPacked(input.headers, body) ? await (input.unpack ?? unpackBody)(input.headers, body) : null
  for (const form of bodyForms(body, unpacked)) {
    if (turns.isOver()) await turns.next()
    if (form === null) {
      work += body.length
      continue
    }
    const isAsItCame = form.causes.length === 0
    if (!isAsItCame && work > budget) {
      isWhole = false
      break
    }
    if (isRepeated(seen, form.bytes)) continue
    // Making the form is work, too.
    work += form.bytes.length
    for (const digest of digests) {
      for (const fit of tries(digest, form.causes.length > 1 ? plain : keys, form)) {
        if (fit !== null) return told(input, fit)
        work += form.bytes.length + perHash
        if (work > budgetAsItCame) break
        if (turns.isOver()) await turns.next()
      }
    }
  }
  return {
    kind: 'unknown',
    sentence: unknownSentence({
      unreadable: digests.length > 0 ? null : received,
      hasKeys: keys.some(({ of }) => of !== null),
      isWhole,
    }),
  }
}

/** Small bodies come in the same bytes from several sides; large ones are few. */
function isRepeated(seen: Map<number, Set<string>>, bytes: Uint8Array): boolean {
  if (bytes.length > 64 * 1024) return false
  const digest = createHash('sha1').update(bytes).digest('base64')
  const known = seen.get(bytes.length) ?? new Set()
  seen.set(bytes.length, known)
  if (known.has(digest)) return true
  known.add(digest)
  return false
}

function told({ hook, body }: DiagnosisInput, { causes, key, body: signed }: Fit): SignatureDiagnosis | null {
  const [first, ...others] = causes
  if (first === undefined) return null
  const own = hook.signing.kind === 'hmac' ? hook.signing.keys : []
  const expectedWith = own.find(one => one === key?.of?.key) ?? own[0]
  const whose = key?.of ?? null
  return {
    kind: 'found',
    causes: [first, ...others],
    sentence: foundSentence([first, ...others], whose),
    key: whose && {
      kind: whose.key.kind,
      masked: maskKey(whose.key.key),
      hook: whose.hook.id,
      label: whose.hook.label,
    },
    expected: expectedWith === undefined ? null : sign(expectedWith.key, body),
    signedBytes: signed.length,
    parting: partingOf(body, signed),
  }
}

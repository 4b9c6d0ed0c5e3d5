/** Keys and passwords of a hook as both engines keep them: in clear on a laptop, sealed where a secret is given. */
import { UserError } from '../lib/errors.ts'
import type { StoredHook } from './hooks.ts'

/** A text that only its secret opens. */
export interface SealedText {
  /** Which key sealed it. */
  readonly key: string
  /** Nonce, text and tag, as base64. */
  readonly sealed: string
}

/** Seals and opens what a hook and a field of it keep secret. */
export interface Sealer {
  seal(text: string, hook: string, field: string): SealedText
  /** @throws UserError when none of the secrets opens it */
  open(text: SealedText, hook: string, field: string): string
  /** Whether it is sealed with the secret that seals now. */
  isCurrent(text: SealedText): boolean
}

type Secrets = StoredHook['savedSecrets']
type KeptSecret<Plain> = Plain | SealedText | null

/** The JSON that is kept. */
interface KeptSecrets {
  readonly basicAuth: KeptSecret<NonNullable<Secrets['basicAuth']>>
  readonly signatureKey: KeptSecret<string>
  readonly sourceKey: KeptSecret<string>
}

const isSealed = (kept: KeptSecret<unknown>): kept is SealedText =>
  kept instanceof Object && 'sealed' in kept && typeof kept.sealed === 'string'

/** @returns the JSON to keep. @param sealer null: in clear */
export function keptSecrets(secrets: Secrets, hook: string, sealer: Sealer | null): string {
  if (sealer === null) return JSON.stringify(secrets)
  const { basicAuth, signatureKey, sourceKey } = secrets
  const seal = (text: string | null, field: keyof Secrets) => (text === null ? null : sealer.seal(text, hook, field))
  const kept: KeptSecrets = {
    basicAuth: seal(basicAuth === null ? null : JSON.stringify(basicAuth), 'basicAuth'),
    signatureKey: seal(signatureKey, 'signatureKey'),
    sourceKey: seal(sourceKey, 'sourceKey'),
  }
  return JSON.stringify(kept)
}

/**
 * @param json as `keptSecrets` made it
 * @throws UserError when it is sealed, and no secret opens it
 */
export function secretsOf(json: string, hook: string, sealer: Sealer | null): Secrets {
  const { basicAuth, signatureKey, sourceKey }: KeptSecrets = JSON.parse(json)
  const open = (text: SealedText, field: keyof Secrets) => {
    if (sealer === null) throw noSecret()
    return sealer.open(text, hook, field)
  }
  return {
    basicAuth: isSealed(basicAuth) ? JSON.parse(open(basicAuth, 'basicAuth')) : basicAuth,
    signatureKey: isSealed(signatureKey) ? open(signatureKey, 'signatureKey') : signatureKey,
    sourceKey: isSealed(sourceKey) ? open(sourceKey, 'sourceKey') : sourceKey,
  }
}

/**
 * What is kept in clear, or sealed with a secret that is on its way out, sealed with the one of now.
 * @returns null when it is as it should be
 * @throws UserError as `secretsOf` does
 */
export function sealedAnew(json: string, hook: string, sealer: Sealer): string | null {
  const kept: KeptSecrets = JSON.parse(json)
  const all: readonly KeptSecret<unknown>[] = [kept.basicAuth, kept.signatureKey, kept.sourceKey]
  if (all.every(one => one === null || (isSealed(one) && sealer.isCurrent(one)))) return null
  return keptSecrets(secretsOf(json, hook, sealer), hook, sealer)
}

const noSecret = () =>
  new UserError(
    'The keys of the hooks in this database are sealed.',
    'Give the secret that hookscope serve has: HOOKSCOPE_SECRET, or HOOKSCOPE_SECRET_FILE with the path of its file.',
    { code: 'secret-missing' },
  )

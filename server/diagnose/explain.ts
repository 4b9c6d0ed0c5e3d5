/** Why the signature of a delivery is wrong, with every key that hookscope knows. */
import type { Delivery } from '../../core/deliveries/delivery.ts'
import type { SignatureDiagnosis } from '../../core/deliveries/diagnosis.ts'
import { isExplainable } from '../../core/deliveries/explainable.ts'
import { nmiSentence } from '../../core/events/nmi.ts'
import type { Hook, SigningKey } from '../../core/hooks/hook.ts'
import { signatureHeader } from '../../core/hooks/origin.ts'
import { headerValues } from '../../core/http/headers.ts'
import type { StoredHook } from '../store/hooks.ts'
import { diagnose, type Unpack } from './diagnose.ts'

/** Hooks as they are in force, as they are kept, and those that were removed. */
export interface KnownHooks {
  readonly hooks: readonly Hook[]
  readonly stored: readonly StoredHook[]
  readonly removed: readonly StoredHook[]
}

function savedKeys({ savedSecrets: { signatureKey, sourceKey } }: StoredHook): SigningKey[] {
  return [
    ...(signatureKey === null ? [] : [{ kind: 'signature-key', key: signatureKey } as const]),
    ...(sourceKey === null ? [] : [{ kind: 'source-key', key: sourceKey } as const]),
  ]
}

/** A removed hook, with the keys that were saved for it. */
function asHook(stored: StoredHook): Hook {
  const [first, ...rest] = savedKeys(stored)
  return {
    id: stored.id,
    label: stored.label,
    path: stored.path,
    authentication: { kind: 'none' },
    signing: first === undefined ? { kind: 'none' } : { kind: 'hmac', keys: [first, ...rest] },
  }
}

/** What of a delivery is needed to explain its signature. */
export type Explainable = Pick<Delivery, 'id' | 'hook' | 'reasons' | 'notes' | 'headers' | 'body'>

/** @returns null when there is nothing to find out, or when it fits with the keys of now */
export async function explain(
  delivery: Explainable,
  { hooks, stored, removed }: KnownHooks,
  unpack: Unpack,
): Promise<SignatureDiagnosis | null> {
  if (!isExplainable(delivery)) return null
  if (delivery.notes.includes('sent-by-nmi')) return { kind: 'other-gateway', gateway: 'NMI', sentence: nmiSentence }
  const all = [...hooks, ...removed.map(asHook)]
  const hook = all.find(({ id }) => id === delivery.hook)
  if (hook === undefined) return null
  const inForce = new Set(hook.signing.kind === 'hmac' ? hook.signing.keys.map(({ key }) => key) : [])
  return diagnose({
    hook,
    others: all.filter(other => other !== hook),
    spare: stored
      .filter(({ id }) => id === hook.id)
      .flatMap(savedKeys)
      .filter(({ key }) => !inForce.has(key)),
    received: headerValues(delivery.headers, signatureHeader),
    body: delivery.body,
    headers: delivery.headers,
    unpack,
  })
}

/** A hook as it is kept, made a hook as it works: with the secrets that are in force. */
import { randomBytes } from 'node:crypto'
import { catalogue } from '../../core/events/catalogue.ts'
import { type ConfiguredHook, type HookView, maskKey, type SigningKey } from '../../core/hooks/hook.ts'
import type { StartedSecrets } from '../config/secrets.ts'
import type { StoredHook } from '../store/hooks.ts'

/** Where hooks can be reached right now, each without a trailing slash. */
export interface Addresses {
  readonly publicUrl: string | null
  readonly localUrl: string
}

export const noSecrets: StartedSecrets = { signatureKey: null, sourceKey: null, basicAuth: null }

const allEvents = catalogue.map(({ type }) => type)

/** A new hook, subscribed to everything. Its path is 144 random bits: who does not know it cannot post. */
export function newHook(id: string, label: string, createdAt: number): StoredHook {
  return {
    id,
    label,
    path: `/${randomBytes(18).toString('base64url')}`,
    savedSecrets: { basicAuth: null, signatureKey: null, sourceKey: null },
    customUrl: null,
    events: null,
    rehearsal: null,
    forward: [],
    createdAt,
  }
}

export function signingKeys({
  signatureKey,
  sourceKey,
}: Pick<StartedSecrets, 'signatureKey' | 'sourceKey'>): SigningKey[] {
  return [
    ...(signatureKey === null ? [] : [{ kind: 'signature-key', key: signatureKey } as const]),
    ...(sourceKey === null ? [] : [{ kind: 'source-key', key: sourceKey } as const]),
  ]
}

/** Keys and credentials are chosen apart: those of the start, else those that were saved. */
export function activate(stored: StoredHook, started: StartedSecrets): ConfiguredHook {
  const { id, label, path, savedSecrets, customUrl, events, rehearsal, forward, createdAt } = stored
  const fromStart = signingKeys(started)
  const [first, ...rest] = fromStart.length > 0 ? fromStart : signingKeys(savedSecrets)
  const basicAuth = started.basicAuth ?? savedSecrets.basicAuth
  return {
    id,
    label,
    path,
    authentication: basicAuth === null ? { kind: 'none' } : { kind: 'basic', ...basicAuth },
    signing: first === undefined ? { kind: 'none' } : { kind: 'hmac', keys: [first, ...rest] },
    customUrl,
    events: events ?? allEvents,
    rehearsal,
    forward,
    createdAt,
  }
}

/** The hook as it is shown, its secrets masked. @param started those that are given to this very hook */
export function viewOf(stored: StoredHook, started: StartedSecrets, addresses: Addresses): HookView {
  const { id, label, path, authentication, signing, ...rest } = activate(stored, started)
  const { publicUrl, localUrl } = addresses
  const isStarted = signingKeys(started).length > 0 || started.basicAuth !== null
  return {
    id,
    label,
    hookUrl: rest.customUrl ?? (publicUrl === null ? null : `${publicUrl}${path}`),
    localUrl: `${localUrl}${path}`,
    authentication:
      authentication.kind === 'none' ? { kind: 'none' } : { kind: 'basic', username: authentication.username },
    signing:
      signing.kind === 'none'
        ? { kind: 'none' }
        : { kind: 'hmac', keys: signing.keys.map(({ kind, key }) => ({ kind, masked: maskKey(key) })) },
    secretsFrom: isStarted ? 'started' : authentication.kind === 'none' && signing.kind === 'none' ? 'none' : 'saved',
    customUrl: rest.customUrl,
    events: rest.events,
    rehearsal: rest.rehearsal,
    forward: rest.forward,
    createdAt: new Date(rest.createdAt).toISOString(),
  }
}

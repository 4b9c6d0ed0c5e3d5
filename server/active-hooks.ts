/** The hooks of a session: what is kept of them, and which secrets are in force. */
import { randomBytes } from 'node:crypto'
import { type Hook, type HookView, maskKey, type SigningKey } from '../core/hook.ts'
import { UserError } from './errors.ts'
import type { SecretsChange } from './inspector/types.ts'
import type { StartedSecrets } from './secrets.ts'
import type { Store, StoredHook } from './store/store.ts'

/** Where a hook can be reached right now, each without a trailing slash. */
interface Addresses {
  readonly publicUrl: string | null
  readonly localUrl: string
}

export interface ActiveHooks {
  hooks(): readonly Hook[]
  views(addresses: Addresses): HookView[]
  /** @throws UserError for a hook that is not there, or when what was given at the start is in force */
  saveSecrets(id: string, change: SecretsChange): void
}

/** A new hook. Its path is 144 random bits: who does not know it cannot post. */
function newHook(label: string): StoredHook {
  return {
    id: 'main',
    label,
    path: `/${randomBytes(18).toString('base64url')}`,
    savedSecrets: { basicAuth: null, signatureKey: null, sourceKey: null },
  }
}

function signingKeys({ signatureKey, sourceKey }: Pick<StartedSecrets, 'signatureKey' | 'sourceKey'>): SigningKey[] {
  return [
    ...(signatureKey === null ? [] : [{ kind: 'signature-key', key: signatureKey } as const]),
    ...(sourceKey === null ? [] : [{ kind: 'source-key', key: sourceKey } as const]),
  ]
}

/** Keys and credentials are chosen apart: those of the start, else those that were saved. */
function activate(stored: StoredHook, started: StartedSecrets): Hook {
  const fromStart = signingKeys(started)
  const [first, ...rest] = fromStart.length > 0 ? fromStart : signingKeys(stored.savedSecrets)
  const basicAuth = started.basicAuth ?? stored.savedSecrets.basicAuth
  return {
    id: stored.id,
    label: stored.label,
    path: stored.path,
    authentication: basicAuth === null ? { kind: 'none' } : { kind: 'basic', ...basicAuth },
    signing: first === undefined ? { kind: 'none' } : { kind: 'hmac', keys: [first, ...rest] },
  }
}

function view(hook: Hook, from: HookView['secretsFrom'], { publicUrl, localUrl }: Addresses): HookView {
  const { authentication, signing } = hook
  return {
    id: hook.id,
    label: hook.label,
    hookUrl: publicUrl === null ? null : `${publicUrl}${hook.path}`,
    localUrl: `${localUrl}${hook.path}`,
    authentication:
      authentication.kind === 'none' ? { kind: 'none' } : { kind: 'basic', username: authentication.username },
    signing:
      signing.kind === 'none'
        ? { kind: 'none' }
        : { kind: 'hmac', keys: signing.keys.map(({ kind, key }) => ({ kind, masked: maskKey(key) })) },
    secretsFrom: from,
  }
}

const overridden = (what: string) =>
  new UserError(
    `The ${what} given when hookscope was started ${what.endsWith('s') ? 'are' : 'is'} in force.`,
    `Start hookscope without ${what.endsWith('s') ? 'them' : 'it'} to use what is saved here.`,
  )

/**
 * The hooks of the database; a new database gets its first.
 * @param label the Webhook Label to give it; null keeps what it has
 */
export function openActiveHooks(store: Store, started: StartedSecrets, label: string | null): ActiveHooks {
  if (store.hooks().length === 0) store.saveHook(newHook(label ?? 'hookscope'))
  let stored = store.hooks()
  const [only] = stored
  if (label !== null && only !== undefined && only.label !== label) {
    store.saveHook({ ...only, label })
    stored = store.hooks()
  }
  let active = stored.map(hook => activate(hook, started))
  const startedSigning = signingKeys(started).length > 0

  function secretsFrom({ savedSecrets }: StoredHook): HookView['secretsFrom'] {
    if (startedSigning || started.basicAuth !== null) return 'started'
    const saved = savedSecrets.basicAuth ?? savedSecrets.signatureKey ?? savedSecrets.sourceKey
    return saved === null ? 'none' : 'saved'
  }

  return {
    hooks: () => active,
    views: addresses =>
      active.flatMap((hook, index) => {
        const kept = stored[index]
        return kept === undefined ? [] : [view(hook, secretsFrom(kept), addresses)]
      }),
    saveSecrets(id, { authentication, signing }) {
      const hook = stored.find(known => known.id === id)
      if (hook === undefined) throw new UserError('There is no such hook.', 'Reload the inspector.')
      if (signing.kind !== 'keep' && startedSigning) throw overridden('key')
      if (authentication.kind !== 'keep' && started.basicAuth !== null) throw overridden('credentials')
      const { savedSecrets } = hook
      store.saveHook({
        ...hook,
        savedSecrets: {
          basicAuth:
            authentication.kind === 'basic'
              ? { username: authentication.username, password: authentication.password }
              : authentication.kind === 'none'
                ? null
                : savedSecrets.basicAuth,
          ...(signing.kind === 'keep'
            ? { signatureKey: savedSecrets.signatureKey, sourceKey: savedSecrets.sourceKey }
            : {
                signatureKey: signing.kind === 'signature-key' ? signing.key : null,
                sourceKey: signing.kind === 'source-key' ? signing.key : null,
              }),
        },
      })
      stored = store.hooks()
      active = stored.map(known => activate(known, started))
    },
  }
}

/** What a change makes of a hook, and which of its fields are others then. */
import type { HookChange, HookDraft, HookHistoryEntry } from '../../core/hooks/hook.ts'
import { subscription } from '../../core/hooks/hook-rules.ts'
import { keptRoutes } from '../../core/routes/route-text.ts'
import type { StoredHook } from '../store/hooks.ts'
import { activate, noSecrets } from './active.ts'

type ChangedField = Extract<HookHistoryEntry['entry'], { kind: 'changed' }>['fields'][number]

/** The hook after a change; what the change leaves out stays. */
export function withChange(hook: StoredHook, change: HookChange, customUrl: string | null): StoredHook {
  const { label, events, authentication, signature, forward } = change
  const { savedSecrets } = hook
  return {
    ...hook,
    label: label === undefined ? hook.label : label.trim(),
    customUrl,
    events: events === undefined ? hook.events : subscription(events),
    forward: forward === undefined ? hook.forward : keptRoutes(forward),
    savedSecrets: {
      basicAuth: authentication === undefined ? savedSecrets.basicAuth : basicAuthOf(authentication),
      ...(signature === undefined
        ? { signatureKey: savedSecrets.signatureKey, sourceKey: savedSecrets.sourceKey }
        : keysOf(signature)),
    },
  }
}

function basicAuthOf(authentication: HookDraft['authentication']): StoredHook['savedSecrets']['basicAuth'] {
  return authentication.kind === 'none'
    ? null
    : { username: authentication.username, password: authentication.password }
}

function keysOf(signature: HookDraft['signature']) {
  return {
    signatureKey: signature.kind === 'signature-key' ? signature.key : null,
    sourceKey: signature.kind === 'source-key' ? signature.key : null,
  }
}

export function changedFields(before: StoredHook, after: StoredHook): ChangedField[] {
  const parts = (hook: StoredHook): Record<ChangedField, unknown> => ({
    label: hook.label,
    hookUrl: hook.customUrl,
    events: activate(hook, noSecrets).events,
    authentication: hook.savedSecrets.basicAuth,
    signature: [hook.savedSecrets.signatureKey, hook.savedSecrets.sourceKey],
    forward: hook.forward,
  })
  const [old, now] = [parts(before), parts(after)]
  const fields: readonly ChangedField[] = ['label', 'hookUrl', 'events', 'authentication', 'signature', 'forward']
  return fields.filter(field => JSON.stringify(old[field]) !== JSON.stringify(now[field]))
}

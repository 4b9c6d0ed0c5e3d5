/** The hooks of a session: what is kept of them, which secrets are in force, and every change the console's window makes. */
import { randomBytes } from 'node:crypto'
import type { HookChange, HookDraft, HookHistoryEntry, HookView, SavedHook, VerificationJob } from '../../core/hook.ts'
import { hookRemarks, subscription } from '../../core/hook-rules.ts'
import { nextRehearsed, type RehearsedAnswer } from '../../core/rehearsal.ts'
import { exitCodes, UserError } from '../errors.ts'
import type { StartedSecrets } from '../secrets.ts'
import { createListeners } from '../store/listeners.ts'
import type { Store, StoredHook } from '../store/store.ts'
import { type Addresses, activate, newHook, noSecrets, signingKeys, viewOf } from './active.ts'
import type { CertificateOptions } from './certificate.ts'
import { checkDraft, checkRehearsal } from './check-draft.ts'
import type { HookControls } from './controls.ts'
import { checkHookUrl } from './hook-url.ts'
import { openVerifications } from './verify-again.ts'

export interface HooksOptions {
  /** Where hooks can be reached; asked whenever they are shown. Default: nowhere. */
  readonly addresses?: () => Addresses
  /** Whether a database without a hook gets its first. Default true. */
  readonly makeFirst?: boolean
  /** Milliseconds since 1970; default: the clock. */
  readonly now?: () => number
  readonly certificates?: CertificateOptions
  /** Takes lines for people about what went wrong behind their back. Default: nobody. */
  readonly log?: (line: string) => void
}

export interface Hooks extends HookControls {
  /** Those that were taken away and can be restored. */
  removed(): readonly Pick<StoredHook, 'id' | 'label' | 'path'>[]
  views(): HookView[]
  /** The running checks of stored deliveries, and the last few that ended. */
  verifications(): readonly VerificationJob[]
  /** What the next accepted delivery of a hook is answered on trial, counted; null when nothing is rehearsed. */
  rehearsed(id: string): RehearsedAnswer | null
  /** Called when hooks, rehearsals or verifications changed. @returns a function that stops the calls */
  onChange(listener: () => void): () => void
  /** Stops verifications. */
  close(): Promise<void>
}

type ChangedField = Extract<HookHistoryEntry['entry'], { kind: 'changed' }>['fields'][number]

const noSuchHook = () =>
  new UserError('There is no such hook.', 'It may have been deleted: look at the list of hooks.', {
    exitCode: exitCodes.failed,
  })

/** Most hooks there are at a time; those that were deleted do not count. */
export const mostHooks = 200

const noRoom = (exitCode: number) =>
  new UserError(`There are ${mostHooks} hooks, and that is the most.`, 'Delete one that is not needed any more.', {
    exitCode,
  })

const overridden = (what: string, them: 'it' | 'them') =>
  new UserError(
    `The ${what} given when hookscope was started ${them === 'it' ? 'is' : 'are'} in force.`,
    `Start hookscope without ${them} to use what is saved here.`,
  )

/**
 * The hooks of the database; a new database gets its first.
 * @param started secrets for the first hook (the oldest); they win over its saved ones for as long as this is open
 * @param label the Webhook Label to give the first hook; null keeps what it has
 */
export function openHooks(
  store: Store,
  started: StartedSecrets,
  label: string | null,
  options: HooksOptions = {},
): Hooks {
  const { addresses = () => ({ publicUrl: null, localUrl: '' }), makeFirst = true, now = Date.now } = options
  const listeners = createListeners<void>()

  function freshId(): string {
    const taken = new Set([...store.hooks(), ...store.removedHooks()].map(({ id }) => id))
    // Hexadecimal: it is typed at the command line, where one that begins with a hyphen would be an option.
    return taken.size === 0 ? 'main' : randomBytes(6).toString('hex')
  }
  /** Never that of another hook: their order is that in which they were added. */
  const freshTime = () => Math.max(now(), ...store.hooks().map(({ createdAt }) => createdAt + 1))
  if (makeFirst && store.hooks().length === 0) {
    const first = newHook(freshId(), label?.trim() ?? 'hookscope', freshTime())
    store.saveHook(first)
    store.addHookHistory(first.id, { kind: 'added' })
  }
  let stored = store.hooks()
  // For as long as this is open: were it removed, its keys must not become those of another hook.
  const firstId = stored[0]?.id
  const firstLabel = label?.trim() ?? stored[0]?.label
  if (stored[0] !== undefined && firstLabel !== undefined && stored[0].label !== firstLabel) {
    store.saveHook({ ...stored[0], label: firstLabel })
    store.addHookHistory(stored[0].id, { kind: 'changed', fields: ['label'] })
    stored = store.hooks()
  }
  const startedFor = (id: string) => (id === firstId ? started : noSecrets)
  const activateAll = () => stored.map(hook => activate(hook, startedFor(hook.id)))
  let active = activateAll()
  let removed = store.removedHooks()

  const verifications = openVerifications(store, listeners.call, options.log)

  function reload(): void {
    stored = store.hooks()
    active = activateAll()
    removed = store.removedHooks()
    listeners.call()
  }

  function known(id: string): StoredHook {
    const hook = stored.find(one => one.id === id)
    if (hook === undefined) throw noSuchHook()
    return hook
  }

  function view(id: string): HookView {
    return viewOf(known(id), startedFor(id), addresses())
  }

  function saved(id: string, warnings: readonly string[], secretsChanged: boolean): SavedHook {
    const { label: named } = known(id)
    const twin = stored.some(hook => hook.id !== id && hook.label === named)
    const all = twin ? [...warnings, 'Another hook has this Webhook Label too.'] : warnings
    return { hook: view(id), warnings: all, secretsChanged }
  }

  /** @throws UserError for a secret that was given at the start, and cannot be replaced meanwhile */
  function checkOverridden(id: string, { authentication, signature }: HookChange): void {
    const given = startedFor(id)
    if (signature !== undefined && signingKeys(given).length > 0) throw overridden('key', 'it')
    if (authentication !== undefined && given.basicAuth !== null) throw overridden('credentials', 'them')
  }

  return {
    hooks: () => active,
    views: () => stored.map(({ id }) => view(id)),
    removed: () => removed,
    verifications: verifications.jobs,
    onChange: listeners.add,

    async add(draft) {
      checkDraft(draft)
      const own = await checkedUrl(draft.customUrl, options.certificates)
      if (stored.length >= mostHooks) throw noRoom(exitCodes.usage)
      const hook = withChange(newHook(freshId(), draft.label, freshTime()), draft, own.url)
      store.saveHook(hook)
      store.addHookHistory(hook.id, { kind: 'added' })
      reload()
      return saved(hook.id, [...own.warnings, ...hookRemarks(draft)], false)
    },

    async change(id, change) {
      checkDraft(change)
      checkOverridden(id, change)
      // A URL that stays need not be reachable right now, only because the label changes.
      const isNewUrl = change.customUrl !== undefined && change.customUrl !== known(id).customUrl
      const own = isNewUrl ? await checkedUrl(change.customUrl ?? null, options.certificates) : null
      const before = known(id)
      const after = withChange(before, change, own === null ? before.customUrl : own.url)
      const fields = changedFields(before, after)
      if (fields.length > 0) {
        store.saveHook(after)
        store.addHookHistory(id, { kind: 'changed', fields })
        reload()
      }
      const secretsChanged = fields.includes('authentication') || fields.includes('signature')
      return saved(id, [...(own?.warnings ?? []), ...hookRemarks(change)], secretsChanged)
    },

    remove(id) {
      if (!store.removeHook(id)) throw noSuchHook()
      store.addHookHistory(id, { kind: 'removed' })
      reload()
    },

    restore(id) {
      if (stored.length >= mostHooks && removed.some(hook => hook.id === id)) throw noRoom(exitCodes.failed)
      if (!store.restoreHook(id))
        throw stored.some(hook => hook.id === id)
          ? new UserError('This hook was not deleted.', 'There is nothing to restore.', { exitCode: exitCodes.failed })
          : noSuchHook()
      store.addHookHistory(id, { kind: 'restored' })
      reload()
      return view(id)
    },

    rehearse(id, rehearsal) {
      const hook = known(id)
      if (rehearsal !== null) checkRehearsal(rehearsal)
      store.saveHook({ ...hook, rehearsal })
      reload()
      return view(id)
    },

    rehearsed(id) {
      const rehearsal = active.find(hook => hook.id === id)?.rehearsal ?? null
      if (rehearsal === null) return null
      const { answer, after } = nextRehearsed(rehearsal)
      if (after !== rehearsal) {
        store.setRehearsal(id, after)
        reload()
      }
      return answer
    },

    verifyAgain(id, reason) {
      const hook = active.find(one => one.id === id)
      if (hook === undefined) throw noSuchHook()
      return verifications.start(hook, reason)
    },
    cancelVerification: verifications.cancel,

    async history(id) {
      if (![...stored, ...removed].some(hook => hook.id === id)) throw noSuchHook()
      return store.hookHistory(id)
    },

    close: verifications.close,
  }
}

async function checkedUrl(customUrl: string | null, certificates: CertificateOptions | undefined) {
  return customUrl === null ? { url: null, warnings: [] } : checkHookUrl(customUrl, certificates)
}

/** The hook after a change; what the change leaves out stays. */
function withChange(hook: StoredHook, change: HookChange, customUrl: string | null): StoredHook {
  const { label, events, authentication, signature } = change
  const { savedSecrets } = hook
  return {
    ...hook,
    label: label === undefined ? hook.label : label.trim(),
    customUrl,
    events: events === undefined ? hook.events : subscription(events),
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

function changedFields(before: StoredHook, after: StoredHook): ChangedField[] {
  const parts = (hook: StoredHook): Record<ChangedField, unknown> => ({
    label: hook.label,
    hookUrl: hook.customUrl,
    events: activate(hook, noSecrets).events,
    authentication: hook.savedSecrets.basicAuth,
    signature: [hook.savedSecrets.signatureKey, hook.savedSecrets.sourceKey],
  })
  const [old, now] = [parts(before), parts(after)]
  const fields: readonly ChangedField[] = ['label', 'hookUrl', 'events', 'authentication', 'signature']
  return fields.filter(field => JSON.stringify(old[field]) !== JSON.stringify(now[field]))
}

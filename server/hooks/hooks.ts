/** The hooks of a workspace: what is kept of them, which secrets are in force, and every change the console's window makes. */
import { randomBytes } from 'node:crypto'
import { hookFields } from '../../core/hooks/console.ts'
import type {
  ConfiguredHook,
  HookChange,
  HookDraft,
  HookHistoryEntry,
  HookView,
  SavedHook,
  VerificationJob,
} from '../../core/hooks/hook.ts'
import { hookRemarks, subscription } from '../../core/hooks/hook-rules.ts'
import { type MockAnswer, type MockResponse, nextMockAnswer } from '../../core/hooks/mock-response.ts'
import { keptRoutes } from '../../core/routes/route-text.ts'
import { printable } from '../../core/text/text.ts'
import type { StartedSecrets } from '../config/secrets.ts'
import { exitCodes, UserError, usageError } from '../lib/errors.ts'
import { createListeners } from '../lib/listeners.ts'
import { shellWord } from '../lib/shell-word.ts'
import type { StoredHook } from '../store/hooks.ts'
import type { Store } from '../store/store.ts'
import { openVerifications } from '../verify/verify-again.ts'
import { type Addresses, activate, newHook, noSecrets, signingKeys, viewOf } from './active.ts'
import type { CertificateOptions } from './certificate.ts'
import { checkDraft, checkMockResponse } from './check-draft.ts'
import { checkHookUrl } from './hook-url.ts'

export interface HooksOptions {
  /** Where hooks can be reached; asked whenever they are shown. Default: nowhere. */
  readonly addresses?: () => Addresses
  /** Whether a database without a hook gets its first. Default true. */
  readonly makeFirst?: boolean
  /** Milliseconds since 1970; default: the clock. */
  readonly now?: () => number
  readonly certificates?: CertificateOptions
  /** Asked before it is kept where hooks forward to. @throws UserError for where they cannot */
  checkForwarding?(hooks: readonly ForwardedHook[]): void
  /** Takes lines for people about what went wrong behind their back. Default: nobody. */
  readonly log?: (line: string) => void
}

/** Hooks as the console edits them. Methods throw UserError for what the user can fix. */
export interface Hooks {
  hooks(): readonly ConfiguredHook[]
  add(draft: HookDraft): Promise<SavedHook>
  change(id: string, change: HookChange): Promise<SavedHook>
  /** Its deliveries stay. `restore` brings it back, path and secrets included; a target that is refused by now is left out, with a warning. */
  remove(id: string): void
  restore(id: string): Pick<SavedHook, 'hook' | 'warnings'>
  /** null: answer as usual. */
  rehearse(id: string, rehearsal: MockResponse | null): HookView
  /** Checks the stored deliveries again, with the keys of now. @param reason what history says, such as “the Signature Key was changed” */
  verifyAgain(id: string, reason: string): VerificationJob
  /** @returns whether there was such a running job */
  cancelVerification(job: string): boolean
  history(id: string): Promise<readonly HookHistoryEntry[]>
  /** Those that were taken away and can be restored. */
  removed(): readonly Pick<StoredHook, 'id' | 'label' | 'path'>[]
  views(): HookView[]
  /** The running checks of stored deliveries, and the last few that ended. */
  verifications(): readonly VerificationJob[]
  /** What the next accepted delivery of a hook is answered as a mock response, counted; null when there is none. */
  rehearsed(id: string): MockAnswer | null
  /** Called when hooks, mock responses or verifications changed. @returns a function that stops the calls */
  onChange(listener: () => void): () => void
  /** Goes on with verifications that the end of an earlier hookscope cut short, or says that they were. */
  resume(): Promise<void>
  /** Stops verifications. */
  close(): Promise<void>
}

/** What of a hook says where its deliveries go. */
export type ForwardedHook = Pick<ConfiguredHook, 'id' | 'label' | 'events' | 'forward'>

type ChangedField = Extract<HookHistoryEntry['entry'], { kind: 'changed' }>['fields'][number]

const noSuchHook = () =>
  new UserError('There is no such hook.', 'It may have been deleted: see the list of hooks.', {
    exitCode: exitCodes.failed,
  })

/** Most hooks there are at a time; those that were deleted do not count. */
export const mostHooks = 200

const noRoom = (exitCode: number) =>
  new UserError(`There are ${mostHooks} hooks, which is the maximum.`, 'Delete one that is not needed any more.', {
    exitCode,
  })

/** @param label of the hook that they are for */
const overridden = (what: string, label: string) =>
  usageError(
    `The ${what} given when hookscope was started cannot be changed while it runs.`,
    `Restart hookscope with the right ${what}; then hookscope hooks edit ${shellWord(printable(label))} --verify-again checks its stored deliveries again.`,
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
    const taken = new Set([...store.hooks.list(), ...store.hooks.removed()].map(({ id }) => id))
    // Hexadecimal: it is typed at the command line, where one that begins with a hyphen would be an option.
    return taken.size === 0 ? 'main' : randomBytes(6).toString('hex')
  }
  /** Never that of another hook: their order is that in which they were added. */
  const freshTime = () => Math.max(now(), ...store.hooks.list().map(({ createdAt }) => createdAt + 1))
  if (makeFirst && store.hooks.list().length === 0) {
    const first = newHook(freshId(), label?.trim() ?? 'hookscope', freshTime())
    store.hooks.save(first)
    store.hooks.addHistory(first.id, { kind: 'added' })
  }
  let stored = store.hooks.list()
  // For as long as this is open: were it removed, its keys must not become those of another hook.
  const firstId = stored[0]?.id
  const firstLabel = label?.trim() ?? stored[0]?.label
  if (stored[0] !== undefined && firstLabel !== undefined && stored[0].label !== firstLabel) {
    store.hooks.save({ ...stored[0], label: firstLabel })
    store.hooks.addHistory(stored[0].id, { kind: 'changed', fields: ['label'] })
    stored = store.hooks.list()
  }
  const startedFor = (id: string) => (id === firstId ? started : noSecrets)
  /** Those of the start are known to nobody at the next one. */
  const areSecretsKept = (id: string) => {
    const given = startedFor(id)
    return signingKeys(given).length === 0 && given.basicAuth === null
  }
  const activateAll = () => stored.map(hook => activate(hook, startedFor(hook.id)))
  let active = activateAll()
  let removed = store.hooks.removed()

  const verifications = openVerifications(store, listeners.call, options.log)

  function reload(): void {
    stored = store.hooks.list()
    active = activateAll()
    removed = store.hooks.removed()
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
    if (signature !== undefined && signingKeys(given).length > 0) throw overridden('key', known(id).label)
    if (authentication !== undefined && given.basicAuth !== null) throw overridden('credentials', known(id).label)
  }

  /** @param after a hook as it is to be kept */
  function checkForwarding(after: StoredHook): void {
    const hooks = [...active.filter(({ id }) => id !== after.id), activate(after, noSecrets)]
    if (after.forward.length > 0) asField(() => options.checkForwarding?.(hooks))
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
      checkForwarding(hook)
      store.hooks.save(hook)
      store.hooks.addHistory(hook.id, { kind: 'added' })
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
      if (fields.includes('forward')) checkForwarding(after)
      if (fields.length > 0) {
        store.hooks.save(after)
        store.hooks.addHistory(id, { kind: 'changed', fields })
        reload()
      }
      const secretsChanged = fields.includes('authentication') || fields.includes('signature')
      return saved(id, [...(own?.warnings ?? []), ...hookRemarks(change)], secretsChanged)
    },

    remove(id) {
      if (!store.hooks.remove(id)) throw noSuchHook()
      store.hooks.addHistory(id, { kind: 'removed' })
      reload()
    },

    restore(id) {
      if (stored.length >= mostHooks && removed.some(hook => hook.id === id)) throw noRoom(exitCodes.failed)
      const gone = removed.find(hook => hook.id === id)
      const refused = gone === undefined ? null : refusalOf(() => checkForwarding(gone))
      if (!store.hooks.restore(id))
        throw stored.some(hook => hook.id === id)
          ? new UserError('This hook was not deleted.', 'There is nothing to restore.', { exitCode: exitCodes.failed })
          : noSuchHook()
      store.hooks.addHistory(id, { kind: 'restored' })
      if (gone !== undefined && refused !== null) {
        store.hooks.save({ ...gone, forward: [] })
        store.hooks.addHistory(id, { kind: 'changed', fields: ['forward'] })
      }
      reload()
      return { hook: view(id), warnings: refused === null ? [] : [`It is back without its target. ${refused}`] }
    },

    rehearse(id, rehearsal) {
      const hook = known(id)
      if (rehearsal !== null) checkMockResponse(rehearsal)
      store.hooks.save({ ...hook, rehearsal })
      reload()
      return view(id)
    },

    rehearsed(id) {
      const rehearsal = active.find(hook => hook.id === id)?.rehearsal ?? null
      if (rehearsal === null) return null
      const { answer, after } = nextMockAnswer(rehearsal)
      if (after !== rehearsal) {
        store.hooks.setMockResponse(id, after)
        reload()
      }
      return answer
    },

    verifyAgain(id, reason) {
      const hook = active.find(one => one.id === id)
      if (hook === undefined) throw noSuchHook()
      return verifications.start(hook, reason, areSecretsKept(id))
    },
    cancelVerification: verifications.cancel,

    async history(id) {
      if (![...stored, ...removed].some(hook => hook.id === id)) throw noSuchHook()
      return store.hooks.history(id)
    },

    resume: () =>
      verifications.resume(id => {
        const hook = active.find(one => one.id === id)
        return hook && { hook, areSecretsKept: areSecretsKept(id) }
      }),
    close: verifications.close,
  }
}

/** Says which field what is thrown is about. */
function asField(check: () => void): void {
  try {
    check()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw usageError(`${hookFields.forward}: ${error.message}`, error.hint, { cause: error })
  }
}

/** What is wrong, as a sentence; null when nothing is. */
function refusalOf(check: () => void): string | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
}

async function checkedUrl(customUrl: string | null, certificates: CertificateOptions | undefined) {
  return customUrl === null ? { url: null, warnings: [] } : checkHookUrl(customUrl, certificates)
}

/** The hook after a change; what the change leaves out stays. */
function withChange(hook: StoredHook, change: HookChange, customUrl: string | null): StoredHook {
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

function changedFields(before: StoredHook, after: StoredHook): ChangedField[] {
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

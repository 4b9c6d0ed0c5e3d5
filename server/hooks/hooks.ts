/** The hooks of a workspace: what is kept of them, which secrets are in force, and every change the console's window makes. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import type {
  ConfiguredHook,
  HookChange,
  HookDraft,
  HookHistoryEntry,
  HookView,
  SavedHook,
  VerificationJob,
} from '../../core/hooks/hook.ts'
import { hookRemarks } from '../../core/hooks/hook-rules.ts'
import { type MockAnswer, type MockResponse, nextMockAnswer } from '../../core/hooks/mock-response.ts'
import type { StartedSecrets } from '../config/secrets.ts'
import { exitCodes, UserError } from '../lib/errors.ts'
import { createListeners } from '../lib/listeners.ts'
import type { StoredHook } from '../store/hooks.ts'
import { StoreUnavailable, whereStoreCan } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { openVerifications } from '../verify/verify-again.ts'
import { type Addresses, activate, newHook, noSecrets, signingKeys, viewOf } from './active.ts'
import type { CertificateOptions } from './certificate.ts'
import { changedFields, withChange } from './changed.ts'
import { checkDraft, checkMockResponse } from './check-draft.ts'
import { asField, mostHooks, noRoom, noSuchHook, overridden, refusalOf } from './hook-problems.ts'
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
  remove(id: string): Promise<void>
  restore(id: string): Promise<Pick<SavedHook, 'hook' | 'warnings'>>
  /** null: answer as usual. */
  rehearse(id: string, rehearsal: MockResponse | null): Promise<HookView>
  /** Checks the stored deliveries again, with the keys of now. @param reason what history says, such as “the Signature Key was changed” */
  verifyAgain(id: string, reason: string): Promise<VerificationJob>
  /** @returns whether there was such a running job */
  cancelVerification(job: string): boolean
  history(id: string): Promise<readonly HookHistoryEntry[]>
  /** As they are kept, without the secrets of the start. */
  stored(): readonly StoredHook[]
  /** Those that were taken away and can be restored. */
  removed(): readonly StoredHook[]
  views(): HookView[]
  /** The running checks of stored deliveries, and the last few that ended. */
  verifications(): readonly VerificationJob[]
  /** What the next accepted delivery of a hook is answered as a mock response, counted; null when there is none. */
  rehearsed(id: string): Promise<MockAnswer | null>
  /** Called when hooks, mock responses or verifications changed. @returns a function that stops the calls */
  onChange(listener: () => void): () => void
  /** Goes on with verifications that the end of an earlier hookscope cut short, or says that they were. */
  resume(): Promise<void>
  /** Stops verifications. */
  close(): Promise<void>
}

/** What of a hook says where its deliveries go. */
export type ForwardedHook = Pick<ConfiguredHook, 'id' | 'label' | 'events' | 'forward'>

/** Until hooks that another process changed are read again where that failed, milliseconds. */
const rereadMs = 250

/**
 * The hooks of the database; a new database gets its first. What is asked at once is a view of what is kept: read when this is
 * opened, after each own change and after those of other processes.
 * @param started secrets for the first hook (the oldest); they win over its saved ones for as long as this is open
 * @param label the Webhook Label to give the first hook; null keeps what it has
 */
export async function openHooks(
  store: Store,
  started: StartedSecrets,
  label: string | null,
  options: HooksOptions = {},
): Promise<Hooks> {
  const { addresses = () => ({ publicUrl: null, localUrl: '' }), makeFirst = true, now = Date.now } = options
  const listeners = createListeners<void>()
  /** What reads hooks and then acts on them is one thing: nothing else of the kind comes between. */
  const inTurn = pLimit(1)
  let stored: readonly StoredHook[] = []
  let removed: readonly StoredHook[] = []

  let active: readonly ConfiguredHook[] = []
  let firstId: string | undefined
  const startedFor = (id: string) => (id === firstId ? started : noSecrets)

  async function read(): Promise<void> {
    const [present, gone] = await Promise.all([store.hooks.list(), store.hooks.removed()])
    stored = present
    removed = gone
    active = stored.map(hook => activate(hook, startedFor(hook.id)))
  }
  await read()
  function freshId(): string {
    // Hexadecimal: it is typed at the command line, where one that begins with a hyphen would be an option.
    return stored.length + removed.length === 0 ? 'main' : randomBytes(6).toString('hex')
  }
  /** Never that of another hook: their order is that in which they were added. */
  const freshTime = () => Math.max(now(), ...stored.map(({ createdAt }) => createdAt + 1))
  if (makeFirst && stored.length === 0) {
    const first = newHook(freshId(), label?.trim() ?? 'hookscope', freshTime())
    // Another process may have been first.
    if (await store.hooks.add(first)) await store.hooks.addHistory(first.id, { kind: 'added' })
    await read()
  }
  // For as long as this is open: were it removed, its keys must not become those of another hook.
  firstId = stored[0]?.id
  const firstLabel = label?.trim() ?? stored[0]?.label
  if (stored[0] !== undefined && firstLabel !== undefined && stored[0].label !== firstLabel) {
    await store.hooks.save({ ...stored[0], label: firstLabel })
    await store.hooks.addHistory(stored[0].id, { kind: 'changed', fields: ['label'] })
  }
  await read()
  /** Those of the start are known to nobody at the next one. */
  const areSecretsKept = (id: string) => {
    const given = startedFor(id)
    return signingKeys(given).length === 0 && given.basicAuth === null
  }
  let closed = false

  const verifications = openVerifications(store, listeners.call, options.log)

  async function reload(): Promise<void> {
    await read()
    listeners.call()
  }

  /** Reads what another process has changed, until that can be read: a key that was replaced counts no more. */
  async function reread(): Promise<void> {
    while (!closed) {
      try {
        return await inTurn(reload)
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        await sleep(rereadMs, undefined, { ref: false })
      }
    }
  }
  const stopChanged = store.hooks.onChanged(() => void reread())

  let stopLeft: (() => void) | null = null
  /** Also with those that another process left. */
  const resume = () =>
    verifications.resume(id => {
      const hook = active.find(one => one.id === id)
      return hook && { hook, areSecretsKept: areSecretsKept(id) }
    })

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

  async function rehearsedNow(id: string): Promise<MockAnswer | null> {
    if (!active.some(hook => hook.id === id)) return null
    const { answer, after, before } = await store.hooks.countMockResponse(id, rehearsal => {
      const next = rehearsal === null ? { answer: null, after: null } : nextMockAnswer(rehearsal)
      return { after: next.after, counted: { ...next, before: rehearsal } }
    })
    if (after !== before) await reload()
    return answer
  }

  return {
    hooks: () => active,
    views: () => stored.map(({ id }) => view(id)),
    stored: () => stored,
    removed: () => removed,
    verifications: verifications.jobs,
    onChange: listeners.add,

    async add(draft) {
      checkDraft(draft)
      const own = await checkedUrl(draft.customUrl, options.certificates)
      return inTurn(async () => {
        await read()
        if (stored.length >= mostHooks) throw noRoom(exitCodes.usage)
        const hook = withChange(newHook(freshId(), draft.label, freshTime()), draft, own.url)
        checkForwarding(hook)
        await store.hooks.save(hook)
        await store.hooks.addHistory(hook.id, { kind: 'added' })
        await reload()
        return saved(hook.id, [...own.warnings, ...hookRemarks(draft)], false)
      })
    },

    async change(id, change) {
      checkDraft(change)
      checkOverridden(id, change)
      // A URL that stays need not be reachable right now, only because the label changes.
      const isNewUrl = change.customUrl !== undefined && change.customUrl !== known(id).customUrl
      const own = isNewUrl ? await checkedUrl(change.customUrl ?? null, options.certificates) : null
      return inTurn(async () => {
        await read()
        const before = known(id)
        const after = withChange(before, change, own === null ? before.customUrl : own.url)
        const fields = changedFields(before, after)
        if (fields.includes('forward')) checkForwarding(after)
        if (fields.length > 0) {
          await store.hooks.save(after)
          await store.hooks.addHistory(id, { kind: 'changed', fields })
          await reload()
        }
        const secretsChanged = fields.includes('authentication') || fields.includes('signature')
        return saved(id, [...(own?.warnings ?? []), ...hookRemarks(change)], secretsChanged)
      })
    },

    remove: id =>
      inTurn(async () => {
        if (!(await store.hooks.remove(id))) throw noSuchHook()
        await store.hooks.addHistory(id, { kind: 'removed' })
        await reload()
      }),

    restore: id =>
      inTurn(async () => {
        await read()
        if (stored.length >= mostHooks && removed.some(hook => hook.id === id)) throw noRoom(exitCodes.failed)
        const gone = removed.find(hook => hook.id === id)
        const refused = gone === undefined ? null : refusalOf(() => checkForwarding(gone))
        if (!(await store.hooks.restore(id)))
          throw stored.some(hook => hook.id === id)
            ? new UserError('This hook was not deleted.', 'There is nothing to restore.', {
                exitCode: exitCodes.failed,
              })
            : noSuchHook()
        await store.hooks.addHistory(id, { kind: 'restored' })
        if (gone !== undefined && refused !== null) {
          await store.hooks.save({ ...gone, forward: [] })
          await store.hooks.addHistory(id, { kind: 'changed', fields: ['forward'] })
        }
        await reload()
        return { hook: view(id), warnings: refused === null ? [] : [`It is back without its target. ${refused}`] }
      }),

    rehearse: (id, rehearsal) =>
      inTurn(async () => {
        await read()
        const hook = known(id)
        if (rehearsal !== null) checkMockResponse(rehearsal)
        await store.hooks.save({ ...hook, rehearsal })
        await reload()
        return view(id)
      }),

    async rehearsed(id) {
      // Nearly always there is none: no turn is waited for then.
      if ((active.find(hook => hook.id === id)?.rehearsal ?? null) === null) return null
      return inTurn(() => rehearsedNow(id))
    },

    // In turn with what changes its key: of two, the later judges by the key of now.
    verifyAgain: (id, reason) =>
      inTurn(async () => {
        const hook = active.find(one => one.id === id)
        if (hook === undefined) throw noSuchHook()
        return verifications.start(hook, reason, areSecretsKept(id))
      }),
    cancelVerification: verifications.cancel,

    async history(id) {
      if (![...stored, ...removed].some(hook => hook.id === id)) throw noSuchHook()
      return store.hooks.history(id)
    },

    resume() {
      stopLeft ??= store.unfinished.onLeft(() => void whereStoreCan(resume))
      return resume()
    },
    async close() {
      closed = true
      stopChanged()
      stopLeft?.()
      // What has begun to change a hook is done before the store is closed.
      await inTurn(async () => {})
      await verifications.close()
    },
  }
}

async function checkedUrl(customUrl: string | null, certificates: CertificateOptions | undefined) {
  return customUrl === null ? { url: null, warnings: [] } : checkHookUrl(customUrl, certificates)
}

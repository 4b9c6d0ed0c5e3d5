/** What is done to hooks, which of their windows is open, and what is worth knowing afterwards. */
import { batch, computed, signal } from '@preact/signals'
import type { HookChange, HookDraft, HookHistoryEntry, HookView, SavedHook } from '../../core/hooks/hook.ts'
import type { MockResponse } from '../../core/hooks/mock-response.ts'
import { facets, refreshFacets } from '../app/facets.ts'
import { status } from '../app/listener.ts'
import { orToast } from '../app/or-toast.ts'
import { formatRoute, goTo, linkTo, parseRoute, route } from '../app/route.ts'
import { api, call } from '../client/api.ts'
import { showToast } from '../kit/toasts.ts'

/** The window that the URL names. `gone`: of a hook that is not there (any more). */
type HookWindow =
  | { readonly kind: 'add' | 'gone' }
  | { readonly kind: 'edit' | 'answer' | 'history'; readonly hook: HookView }

export const hookWindow = computed<HookWindow | null>(() => {
  const { view, item, params } = route.value
  const hooks = status.value?.hooks
  if (view !== 'hooks' || item === null || hooks === undefined) return null
  if (item === 'new') return { kind: 'add' }
  const hook = hooks.find(({ id }) => id === item)
  if (!hook) return { kind: 'gone' }
  const tab = params['tab']
  return { kind: tab === 'answer' || tab === 'history' ? tab : 'edit', hook }
})

/** The URL of a hook's window; `new` is Add Webhook. */
export function hookHref(item: string, tab: 'edit' | 'answer' | 'history' = 'edit'): string {
  const to = parseRoute(linkTo({ view: 'hooks', item }))
  return formatRoute({ ...to, params: { ...to.params, tab: tab === 'edit' ? '' : tab } })
}

/** The hook whose open window holds changes that are not saved; null while there are none. */
export const unsavedHook = signal<HookView | null>(null)

export function closeHookWindow(): void {
  unsavedHook.value = null
  goTo(linkTo({ view: 'hooks' }))
}

/** How many deliveries of a hook are kept, as far as is known. */
export const deliveriesOf = (id: string): number => facets.value?.hooks.find(({ hook }) => hook === id)?.count ?? 0

/** Where the gateway reaches a hook at hookscope, whatever its Hook URL is; on this machine alone while there is no tunnel. */
export function ownHookUrl(hook: HookView): string {
  if (hook.customUrl === null && hook.hookUrl !== null) return hook.hookUrl
  const tunnel = status.value?.tunnel
  return tunnel?.state === 'up' ? tunnel.url + new URL(hook.localUrl).pathname : hook.localUrl
}

/** What stays on the screen after a change until it is dismissed. */
export type HookNotice = { readonly id: number; readonly hook: string } & (
  | { readonly kind: 'added' }
  | { readonly kind: 'warning'; readonly text: string }
  /** Its stored deliveries were checked with other keys. `reason` is what history will say. */
  | { readonly kind: 'verify-again'; readonly reason: string }
)
export const hookNotices = signal<readonly HookNotice[]>([])
let lastNotice = 0

type NewNotice = HookNotice extends infer Notice ? (Notice extends HookNotice ? Omit<Notice, 'id'> : never) : never

function notice(fresh: NewNotice): void {
  lastNotice += 1
  const others = hookNotices.peek().filter(({ hook, kind }) => hook !== fresh.hook || kind !== fresh.kind)
  hookNotices.value = [...others, { ...fresh, id: lastNotice }]
}

export function dismissNotice(id: number): void {
  hookNotices.value = hookNotices.peek().filter(other => other.id !== id)
}

/** The list as hookscope has it now, not waiting for the stream. */
async function refresh(): Promise<void> {
  status.value = await call(api.status.$get())
}

/** Add Hook. @throws ApiFailure when a field is refused */
export async function addHook(draft: HookDraft): Promise<SavedHook> {
  const saved = await call(api.hooks.$post({ json: draft }))
  await refresh()
  notice({ kind: 'added', hook: saved.hook.id })
  for (const text of saved.warnings) notice({ kind: 'warning', hook: saved.hook.id, text })
  return saved
}

/** Save Changes; offers to check the stored deliveries again when a secret is another. @throws ApiFailure when a field is refused */
export async function changeHook(id: string, change: HookChange): Promise<SavedHook> {
  const saved = await call(api.hooks[':id'].$put({ param: { id }, json: change }))
  await refresh()
  showToast(`Saved “${saved.hook.label}”.`, { tone: 'ok' })
  for (const text of saved.warnings) notice({ kind: 'warning', hook: id, text })
  if (saved.secretsChanged) {
    await refreshFacets()
    if (deliveriesOf(id) > 0) notice({ kind: 'verify-again', hook: id, reason: 'Webhook Authentication was reset' })
  }
  return saved
}

/** The hook that is about to be deleted; null while nothing asks. */
export const removing = signal<HookView | null>(null)

/** Delete Hook, with a way back. */
export async function removeHook({ id, label }: HookView): Promise<void> {
  await orToast(async () => {
    await call(api.hooks[':id'].$delete({ param: { id } }))
    batch(() => {
      removing.value = null
      hookNotices.value = hookNotices.peek().filter(({ hook }) => hook !== id)
    })
    if (route.peek().item === id) closeHookWindow()
    await refresh()
    showToast(`Deleted “${label}”.`, { action: { label: 'Undo', run: () => void restoreHook(id) } })
  })
}

async function restoreHook(id: string): Promise<void> {
  await orToast(async () => {
    const { hook, warnings } = await call(api.hooks[':id'].restore.$post({ param: { id }, json: {} }))
    await refresh()
    const said = [`“${hook.label}” is back, with its Hook URL and its keys.`, ...warnings]
    showToast(said.join(' '), { tone: warnings.length === 0 ? 'ok' : 'bad' })
  })
}

/** Gives the mock response from now on; null: answers as usual. @throws ApiFailure when it is refused */
export async function setMockResponse(hook: HookView, mock: MockResponse | null): Promise<void> {
  await call(api.hooks[':id'].rehearsal.$put({ param: { id: hook.id }, json: { rehearsal: mock } }))
  await refresh()
  showToast(mock ? `“${hook.label}” gives its mock response from now on.` : `“${hook.label}” answers as usual again.`, {
    tone: 'ok',
  })
}

/** Checks of stored deliveries that this page tells of until they are dismissed. */
export const followedJobs = signal<ReadonlySet<string>>(new Set())

export function followJob(id: string, followed = true): void {
  const others = [...followedJobs.peek()].filter(other => other !== id)
  followedJobs.value = new Set(followed ? [...others, id] : others)
}

/** Checks the stored deliveries of a hook again. @param reason what history will say */
export async function verifyAgain(id: string, reason: string): Promise<void> {
  await orToast(async () => {
    const { job } = await call(api.hooks[':id'].verifications.$post({ param: { id }, json: { reason } }))
    followJob(job.id)
    await refresh()
  })
}

/** Stops a check; what is checked stays so. */
export async function cancelVerification(hook: string, job: string): Promise<void> {
  await orToast(() => call(api.hooks[':id'].verifications[':job'].$delete({ param: { id: hook, job } })))
}

/** What became of a hook, oldest first. @throws ApiFailure */
export async function loadHistory(id: string): Promise<readonly HookHistoryEntry[]> {
  const { history } = await call(api.hooks[':id'].history.$get({ param: { id } }))
  return history
}

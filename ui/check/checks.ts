/** Checks of the merchant's endpoint: the open one and its report, followed while it runs, and how one is started. */
import { batch, computed, effect, signal } from '@preact/signals'
import type { CheckOutline, CheckRun, CheckStart } from '../../core/check/check-run.ts'
import type { CheckReport } from '../../core/check/finding.ts'
import { onReload, status } from '../app/listener.ts'
import { orToast } from '../app/or-toast.ts'
import { formatRoute, goTo, route, setParams } from '../app/route.ts'
import { rememberTarget } from '../app/targets.ts'
import { ApiFailure, api, call, failureText } from '../client/api.ts'
import { stopAll } from '../kit/stop-all.ts'
import { throttled } from '../kit/throttle.ts'
import { showToast } from '../kit/toasts.ts'
import { checks } from './past-checks.ts'

export interface OpenCheck {
  readonly run: CheckRun
  /** As far as it has come. */
  readonly report: CheckReport
}
/** The check that the URL names; the one before stays until it has come. */
export const openedCheck = signal<OpenCheck | null>(null)
/** Why it cannot be shown. */
export const openedProblem = signal<unknown>(null)
/** The check that the open one is compared with. */
export const compared = signal<OpenCheck | null>(null)

const numberIn = (text: string | null | undefined) => (text && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null)

/** The number in the URL, or null. */
export const checkNumber = computed(() => (route.value.view === 'check' ? numberIn(route.value.item) : null))
/** The finding that the URL opens: a probe's id. */
export const openProbe = computed(() => route.value.params['probe'] ?? null)
/** Which findings the URL shows: an outcome, `changed`, or null for all. */
export const shownOutcome = computed(() => route.value.params['show'] ?? null)

/** The check that the open one is compared with: the one the URL names, else the last one before it of the same endpoint. */
export const comparedNumber = computed(() => {
  const id = checkNumber.value
  const asked = route.value.params['with']
  if (id === null || asked === 'none') return null
  return numberIn(asked) ?? beforeIt(id)?.id ?? null
})

function beforeIt(id: number): CheckRun | undefined {
  const runs = checks.value ?? []
  const target = runs.find(run => run.id === id)?.target
  return runs.find(run => run.id < id && run.target === target && run.state === 'done')
}

const param = (id: number) => ({ id: String(id) })

const load = (id: number): Promise<OpenCheck> => call(api.checks[':id'].$get({ param: param(id) }))

/** Loads a check and follows it while it runs. @returns a function that stops following */
export function followCheck(id: number): () => void {
  let gone = false
  const refresh = throttled(250, async () => {
    try {
      const open = await load(id)
      if (gone) return
      batch(() => {
        openedCheck.value = open
        openedProblem.value = null
        checks.value = checks.peek()?.map(run => (run.id === id ? open.run : run)) ?? null
      })
    } catch (error) {
      if (gone) return
      batch(() => {
        if (error instanceof ApiFailure && error.status === 404) openedCheck.value = null
        openedProblem.value = error
      })
    }
  })
  openedProblem.value = null
  return stopAll([
    () => {
      gone = true
    },

    effect(() => {
      // Its progress, and the word that it is over.
      status.value?.check
      const open = openedCheck.peek()
      if (open?.run.id !== id || open.run.state === 'running') refresh()
    }),
    onReload(refresh),
    refresh.cancel,
  ])
}

/** Loads the check to compare with. @returns a function that forgets it */
export function followCompared(id: number | null): () => void {
  let gone = false
  if (id !== null)
    load(id).then(
      open => {
        if (!gone) compared.value = open
      },
      error => {
        if (!gone && route.peek().params['with']) showToast(failureText(error), { tone: 'bad' })
      },
    )
  return () => {
    gone = true
    compared.value = null
  }
}

/** Where a check is, or all of them. */
export const checkHref = (id: number | null, params: Readonly<Record<string, string>> = {}): string =>
  formatRoute({ view: 'check', delivery: null, item: id === null ? null : String(id), params })

/** Where the file of a report is. */
export const reportHref = (id: number, format: 'html' | 'json' | 'junit'): string =>
  `/api/checks/${id}/report?format=${format}`

/** Opens a finding, or closes it. */
export const toggleProbe = (id: string): void => setParams({ probe: openProbe.peek() === id ? null : id })

/** A check is being started. */
export const startingCheck = signal(false)
/** Why the last one was refused; null when it was not. */
export const startRefused = signal<unknown>(null)

/** A check of an endpoint elsewhere, which waits for its host to be typed. */
export interface Unconfirmed {
  readonly start: CheckStart
  readonly outline: CheckOutline
  /** For the URL of the check, once it runs. */
  readonly params: Readonly<Record<string, string>>
}
export const unconfirmed = signal<Unconfirmed | null>(null)

/** What was asked for, keys included, by check: hookscope does not tell them again. Forgotten when the page is left. */
const asked = new Map<number, CheckStart>()
/** What a check of this page was started with. */
export const startOf = (id: number): CheckStart | undefined => asked.get(id)
/** Endpoints elsewhere that were confirmed on this page. */
const confirmedTargets = new Set<string>()

/** What a check would do. @throws ApiFailure */
export const planOf = async (start: CheckStart): Promise<CheckOutline> =>
  (await call(api.checks.plan.$post({ json: start }))).plan

async function begin(start: CheckStart, params: Unconfirmed['params']): Promise<void> {
  const { run } = await call(api.checks.$post({ json: start }))
  asked.set(run.id, start)
  rememberTarget(start.target)
  checks.value = [run, ...(checks.peek() ?? []).filter(({ id }) => id !== run.id)]
  goTo(checkHref(run.id, params))
}

/** Runs one start after the other; what is refused is kept to be said. */
async function starting(work: () => Promise<void>): Promise<void> {
  if (startingCheck.peek()) return
  startingCheck.value = true
  startRefused.value = null
  try {
    await work()
  } catch (error) {
    startRefused.value = error
  } finally {
    startingCheck.value = false
  }
}

/** Starts a check and opens it; first asks for the host where events leave this machine. */
export const askForCheck = (start: CheckStart, params: Unconfirmed['params'] = {}): Promise<void> =>
  starting(async () => {
    const outline = await planOf(start)
    if (outline.local || confirmedTargets.has(start.target)) await begin({ ...start, confirmed: true }, params)
    else unconfirmed.value = { start, outline, params }
  })

/** Starts the check whose host was typed. */
export const confirmCheck = ({ start, params }: Unconfirmed): Promise<void> =>
  starting(async () => {
    unconfirmed.value = null
    confirmedTargets.add(start.target)
    await begin({ ...start, confirmed: true }, params)
  })

/** Stops a running check; what was found stays. */
export async function stopCheck(id: number): Promise<void> {
  await orToast(() => call(api.checks[':id'].$delete({ param: param(id) })))
}

/** Deletes a check that ended. */
export async function removeCheck(id: number): Promise<void> {
  await orToast(async () => {
    await call(api.checks[':id'].$delete({ param: param(id) }))
    asked.delete(id)
    checks.value = checks.peek()?.filter(run => run.id !== id) ?? null
    if (checkNumber.peek() === id) goTo(checkHref(null))
    showToast(`Deleted check #${id}.`)
  })
}

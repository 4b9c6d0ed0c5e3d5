/** The past checks: listed beside a report, and marked in the rail on every page. */
import { batch, computed, effect, signal } from '@preact/signals'
import type { CheckRun } from '../../core/check/check-run.ts'
import { onReload, started, status } from '../app/listener.ts'
import { api, call } from '../client/api.ts'
import { stopAll } from '../kit/stop-all.ts'
import { throttled } from '../kit/throttle.ts'

/** Newest first; null until they have come. */
export const checks = signal<readonly CheckRun[] | null>(null)
/** Why they could not be loaded; null when they could. */
export const checksProblem = signal<unknown>(null)

/** What the rail shows: how far a running check is, else the score of the last one that asked everything. */
export const checkMark = computed(() => {
  const running = status.value?.check
  if (running) return `${running.asked}/${running.of}`
  const last = checks.value?.find(({ state, choices: { only, skip } }) => {
    return state === 'done' && only.length === 0 && skip.length === 0
  })
  return last && last.score !== null ? String(last.score) : null
})

async function refreshChecks(): Promise<void> {
  try {
    const { runs } = await call(api.checks.$get())
    batch(() => {
      checks.value = runs
      checksProblem.value = null
    })
  } catch (error) {
    checksProblem.value = error
  }
}

/** Which check runs; changes when one starts and when it ends. */
const runningCheck = computed(() => status.value?.check?.id ?? null)

/** Follows the past checks. @returns a function that stops it */
export function startChecks(): () => void {
  const soon = throttled(300, refreshChecks)
  return stopAll([
    effect(() => {
      runningCheck.value
      if (started.value) soon()
    }),
    onReload(soon),
    soon.cancel,
  ])
}

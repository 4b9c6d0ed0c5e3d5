/** Where things are sent: what is offered. */
import { computed, signal } from '@preact/signals'
import { targetsOf } from '../../core/api/target-words.ts'
import { routedOf, routesByHand } from '../../core/routes/route.ts'
import { status } from './listener.ts'

const storageName = 'hookscope-targets'
const targetsKept = 8

function readTargets(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageName) ?? '[]')
    return Array.isArray(kept) ? kept.filter(target => typeof target === 'string').slice(0, targetsKept) : []
  } catch {
    return []
  }
}

/** Where was sent lately, newest first; kept in this browser. */
export const recentTargets = signal<readonly string[]>(readTargets())

/** Puts a target first among the recent ones. */
export function rememberTarget(target: string): void {
  recentTargets.value = [target, ...recentTargets.peek().filter(other => other !== target)].slice(0, targetsKept)
  try {
    localStorage.setItem(storageName, JSON.stringify(recentTargets.peek()))
  } catch {
    // A browser without storage forgets at the end of the visit.
  }
}

/** Where deliveries are forwarded. */
export const targets = computed(() => (status.value === null ? [] : targetsOf(status.value)))

/**
 * Where a replay goes when nothing else is said: where deliveries are forwarded, else the target used last.
 * @param delivery which of the routes is its own; null: it is not known yet, or there are several
 */
export function usualTarget(delivery: Parameters<typeof routedOf>[0] | null = null): string | null {
  const forward = status.value?.forward ?? null
  const own = forward && delivery ? routesByHand(routedOf(delivery), forward)[0]?.target : null
  return own ?? forward?.target ?? recentTargets.value[0] ?? null
}

/** Where deliveries are forwarded, then where was sent lately. */
export const offeredTargets = (): readonly string[] => [...new Set([...targets.value, ...recentTargets.value])]

/** The host of a URL with its port; the text itself when it is none. */
export const hostOf = (target: string) => URL.parse(target)?.host ?? target

/** Every target that deliveries are forwarded to; '' when there is none. */
export const targetsText = (between: string): string => targets.value.join(between)

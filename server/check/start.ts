/** What the inspector is asked to check, read: a URL that may be examined, and the secrets to do it with. */
import type { CheckOutline, CheckStart } from '../../core/check/check-run.ts'
import { type Hook, keyNames } from '../../core/hooks/hook.ts'
import { hookRemarks } from '../../core/hooks/hook-rules.ts'
import { isLoopback } from '../../core/http/loopback.ts'
import { clip, printable } from '../../core/text/text.ts'
import { checkDraft } from '../hooks/check-draft.ts'
import { usageError } from '../lib/errors.ts'
import { targetGuard } from '../sender/send.ts'
import { parseTarget } from '../sender/target.ts'
import { checkNames } from './choice.ts'
import { effectOfUrl } from './effect-source.ts'
import { type CheckLimits, rateFor } from './limits.ts'
import { type CheckRequest, newMark, planCheck } from './run.ts'

interface Known {
  hooks(): readonly Hook[]
  isOwnUrl(url: URL): boolean
  readonly limits: Partial<CheckLimits> | undefined
}

/** A start that can be made; `remarks` are worth knowing first. */
export interface ReadStart {
  readonly request: CheckRequest
  /** null when the secrets are of no hook. */
  readonly hook: Hook | null
  readonly remarks: readonly string[]
}

function secretsOf({ secrets }: CheckStart, hooks: readonly Hook[]) {
  if (secrets.kind === 'given') {
    const { authentication, key } = secrets
    checkDraft({ authentication, signature: key ?? { kind: 'none' } })
    return { authentication, key, hook: null }
  }
  const hook = hooks.find(({ id }) => id === secrets.hook)
  if (hook === undefined)
    throw usageError('There is no such hook.', 'It may have been deleted; choose another, or give the keys.')
  const { authentication, signing } = hook
  return { hook, authentication, key: signing.kind === 'hmac' ? signing.keys[0] : null }
}

function remarksOn(request: CheckRequest, hook: Hook | null): string[] {
  const { key, authentication, effect } = request
  const keys = hook?.signing.kind === 'hmac' ? hook.signing.keys.length : 0
  return [
    ...hookRemarks({ authentication, signature: key ?? { kind: 'none' } }),
    ...(key === null && authentication.kind === 'none'
      ? ['Neither a key nor credentials are known: whether it refuses forged events is not tested.']
      : []),
    ...(key !== null && keys > 1
      ? [`${clip(printable(hook?.label ?? ''), 60)} knows two keys: events are signed with its ${keyNames[key.kind]}.`]
      : []),
    ...(effect === null ? ['The effect of events is not measured: there is no effect URL.'] : []),
  ]
}

/**
 * @param signal stops the reading of the effect
 * @throws UserError for what cannot be examined: no URL, hookscope itself, an unknown hook, probe or group
 */
export function readStart(start: CheckStart, { hooks, isOwnUrl, limits }: Known, signal: AbortSignal): ReadStart {
  const url = parseTarget(start.target)
  if (isOwnUrl(url))
    throw usageError(
      'This URL is hookscope itself, not your app.',
      'Give the URL of your app, such as http://localhost:3000/webhooks.',
    )
  const effectUrl = start.effectUrl === null ? null : parseTarget(start.effectUrl)
  const { hook, authentication, key } = secretsOf(start, hooks())
  const request: CheckRequest = {
    url,
    authentication,
    key,
    only: checkNames(start.only, 'Only'),
    skip: checkNames(start.skip, 'Skip'),
    failOn: start.failOn,
    baseline: new Set(),
    effect: effectUrl && effectOfUrl(effectUrl, signal),
    rate: rateFor(url, start.rate),
    ...(start.seed !== undefined && { seed: start.seed }),
    ...(limits && { limits }),
  }
  if (planCheck(request, newMark()).probes.length === 0)
    throw usageError('Nothing is left to examine.', 'Everything that was chosen is skipped as well.')
  // A person named them: what their names resolve to now is what is meant.
  for (const { hostname } of [url, ...(effectUrl === null ? [] : [effectUrl])]) targetGuard.forget(hostname)
  return { request, hook, remarks: remarksOn(request, hook) }
}

export function outlineOf({ request, remarks }: ReadStart): CheckOutline {
  const { url } = request
  const { probes, requests, rate, connections } = planCheck(request, newMark())
  const local = isLoopback(url.hostname)
  return { target: url.href, host: url.host, local, probes, requests, rate, connections, remarks }
}

/** @throws UserError when it is elsewhere and nobody said that this is meant */
export function checkConfirmed({ host, local }: CheckOutline, { confirmed }: CheckStart): void {
  if (local || confirmed) return
  throw usageError(
    `${clip(printable(host), 200)} is not on this machine, and events may create real orders there.`,
    'Confirm to continue.',
  )
}

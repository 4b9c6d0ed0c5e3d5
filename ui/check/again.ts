/** Past checks asked for again: all of one, or one question; and made into drafts. */
import type { CheckStart } from '../../core/check/check-run.ts'
import type { ProbeId } from '../../core/check/probes.ts'
import { askForKeysAgain } from '../app/credentials.ts'
import { status } from '../app/listener.ts'
import { goTo } from '../app/route.ts'
import { askForCheck, checkHref, type OpenCheck, startOf } from './checks.ts'
import { changeCheck, checkAsked, checkInput, freshCheck, withoutOf } from './form/draft.ts'

/** What a check was started with; null when its keys are not known any more. */
function startAgain({ run }: OpenCheck): CheckStart | null {
  const start = startOf(run.id)
  if (start) return start
  if (!status.peek()?.hooks.some(({ id }) => id === run.hook)) return null
  return { ...run.choices, secrets: { kind: 'hook', hook: run.hook ?? '' }, confirmed: false }
}

/**
 * Asks the same again. Keys that were typed in are known while the page is open; without them the form is filled instead.
 * @param probe this question alone
 */
export async function checkAgain(open: OpenCheck, probe: ProbeId | null = null): Promise<void> {
  const start = startAgain(open)
  if (!start) {
    fillForm(open, probe)
    askForKeysAgain('a check')
  } else if (probe === null) await askForCheck(start)
  else await askForCheck({ ...start, only: [probe], skip: [] }, { probe, with: String(open.run.id) })
}

/** Fills the form with what was asked for. @param probe with this question alone */
export function fillForm({ run: { choices, hook } }: OpenCheck, probe: ProbeId | null = null): void {
  const known = checkInput.peek()
  const keys = hook !== null ? { keys: 'hook' as const, hook } : { keys: 'given' as const }
  checkAsked.value = false
  changeCheck({
    ...(known.target === choices.target ? known : freshCheck()),
    ...keys,
    target: choices.target,
    without: probe === null ? withoutOf(choices.only, choices.skip) : withoutOf([probe], []),
    failOn: choices.failOn,
    rate: choices.rate === null ? '' : String(choices.rate),
    effectUrl: choices.effectUrl ?? '',
  })
  goTo(checkHref(null))
}

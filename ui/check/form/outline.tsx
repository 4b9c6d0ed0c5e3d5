import { useEffect, useState } from 'preact/hooks'
import type { CheckOutline } from '../../../core/check/check-run.ts'
import { planOf } from '../checks.ts'
import { outlineText } from '../words.ts'
import { checkAsked, checkInput, checkOfDraft, checkProblems, checkTarget } from './draft.ts'

/** How long the form must rest before its plan is asked for, milliseconds. */
const restMs = 250

/** What the check would do, said before it starts; or what is missing. */
export function Outline() {
  const [outline, setOutline] = useState<CheckOutline | null>(null)
  const draft = checkInput.value
  const target = checkTarget.value
  const [problem] = Object.values(checkProblems.value)
  useEffect(() => {
    let gone = false
    if (problem !== undefined) {
      setOutline(null)
      return
    }
    const timer = setTimeout(() => {
      // The draft may have changed since, before this effect runs again.
      const check = checkOfDraft()
      if (!check) return
      planOf(check).then(
        made => {
          if (!gone) setOutline(made)
        },
        () => {
          // What is wrong is said when it is started.
          if (!gone) setOutline(null)
        },
      )
    }, restMs)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [draft, target, problem])
  return (
    <p class="composer-said muted breaks" role="status">
      {checkAsked.value && problem !== undefined ? (
        <span class="composer-wrong">{problem}</span>
      ) : outline ? (
        outlineText(outline)
      ) : (
        'Nothing is sent until you press Check.'
      )}
    </p>
  )
}

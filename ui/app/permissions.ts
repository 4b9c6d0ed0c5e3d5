/** What a role may not do, said where it would be done. */
import { denialOf, ruleFor } from '../../core/people/roles.ts'
import type { MeView } from '../../core/people/views.ts'

/** @param route as core/people/roles.ts names it, with `reveal` behind it where credentials are asked for. @returns null for what the person may do, with a second factor or without */
export function roleRefusal({ person }: MeView, route: string): string | null {
  const [method = '', pattern = '', reveal] = route.split(' ')
  const rule = ruleFor(method, pattern)
  if (rule === undefined) return null
  const asked = { role: person.role, hasSecondFactor: person.hasSecondFactor }
  const denial = denialOf(
    rule,
    { ...asked, kind: 'browser', secondFactorAt: null },
    { reveals: reveal === 'reveal' },
    Date.now(),
  )
  if (denial !== 'role') return null
  return rule.role === 'owner' ? 'Only an owner can do this.' : 'Only a developer or an owner can do this.'
}

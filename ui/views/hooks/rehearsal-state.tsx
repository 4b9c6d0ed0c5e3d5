import './rehearsal-state.css'
import type { Rehearsal } from '../../../core/rehearsal.ts'
import { Badge } from '../../components/badge.tsx'
import { rehearsalMark } from '../../models/hook-words.ts'
import { countText } from '../../models/time.ts'

/** What a hook answers on trial right now, and how far it has come. */
export function RehearsalState({ rehearsal }: { rehearsal: Rehearsal }) {
  const { failures } = rehearsal
  return (
    <p class="rehearsal-state" role="status">
      <Badge tone="warn">{rehearsalMark(rehearsal)}</Badge>
      {failures.kind === 'every' ? <span class="muted">{countText(failures.seen)} answered so far</span> : null}
    </p>
  )
}

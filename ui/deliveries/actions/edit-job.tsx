import { X } from 'lucide-preact'
import type { BulkEdit, BulkEditKind } from '../../../core/deliveries/bulk-edit.ts'
import { whyNot } from '../../app/people.ts'
import { Button, IconButton } from '../../kit/button.tsx'
import { countText, deliveriesText } from '../../kit/count.ts'
import { cancelEdit, undoEdit } from './bulk-edits.ts'

/** What is done to deliveries: while it runs, when it has ended, and as what is to be done. */
const words: Readonly<Record<BulkEditKind, readonly [doing: string, done: string, todo: string]>> = {
  remove: ['Deleting', 'Deleted', 'delete'],
  restore: ['Restoring', 'Restored', 'restore'],
  pin: ['Pinning', 'Pinned', 'pin'],
  unpin: ['Unpinning', 'Unpinned', 'unpin'],
}

/** How far an edit of many deliveries is, as a sentence. */
export function editSentence({ kind, state, total, done, changed }: BulkEdit): string {
  const [doing, ended, todo] = words[kind]
  const all = deliveriesText(total)
  if (state === 'finding') return `Looking for deliveries to ${todo}: ${countText(total)} so far`
  if (state === 'running') return `${doing} ${countText(done)} of ${all}`
  if (state === 'done') return `${ended} ${deliveriesText(changed)}`
  return `${state === 'failed' ? 'Stopped' : 'Canceled'}: ${ended.toLowerCase()} ${countText(changed)} of ${all}`
}

/** An edit of many deliveries: how far it is, a way to stop it, and a way to undo it when it has ended. */
export function EditJob({ edit, onDismiss }: { edit: BulkEdit; onDismiss: () => void }) {
  const running = edit.state === 'finding' || edit.state === 'running'
  return (
    <div class="job">
      <div class="job-line">
        <span role={running ? undefined : 'status'}>{editSentence(edit)}</span>
        <span class="grow" />
        {running ? (
          <Button small refused={whyNot('DELETE /api/edits/:id')} onClick={() => cancelEdit(edit.id)}>
            Cancel
          </Button>
        ) : (
          <>
            {edit.canUndo ? (
              <Button
                small
                refused={whyNot('POST /api/edits/:id/undo')}
                onClick={() => {
                  onDismiss()
                  void undoEdit(edit.id)
                }}
              >
                Undo
              </Button>
            ) : null}
            <IconButton small label="Dismiss" icon={<X size={14} />} onClick={onDismiss} />
          </>
        )}
      </div>
      {edit.problem === null ? null : <p class="job-problem">{edit.problem}</p>}
      {running ? (
        // Without a value while it is not known of how many: the bar shows that something goes on.
        <progress
          {...(edit.state === 'running' && { max: Math.max(1, edit.total), value: edit.done })}
          aria-label={`${words[edit.kind][0]} deliveries`}
        />
      ) : null}
    </div>
  )
}

/** How the shell gets at hooks: through the listener that has the database open, else on the database itself. */
import type { HookChange, HookDraft, HookView, SavedHook, VerificationJob } from '../../core/hook.ts'
import type { Rehearsal } from '../../core/rehearsal.ts'

/** Methods throw UserError for what the user can mend. */
export interface HooksReach {
  /** Oldest first. */
  hooks(): Promise<readonly HookView[]>
  add(draft: HookDraft): Promise<SavedHook>
  change(id: string, change: HookChange): Promise<SavedHook>
  /** Its deliveries stay. */
  remove(id: string): Promise<void>
  restore(id: string): Promise<HookView>
  /** null: answer as usual. */
  rehearse(id: string, rehearsal: Rehearsal | null): Promise<HookView>
  /**
   * Checks a hook's stored deliveries again and waits for the end of it; when the command is interrupted, it is cancelled.
   * @param reason what history says
   * @param onProgress called now and then, and at the end
   */
  verifyAgain(id: string, reason: string, onProgress: (job: VerificationJob) => void): Promise<VerificationJob>
  close(): Promise<void>
}

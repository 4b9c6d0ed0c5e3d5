import type { LinkView } from '../../../core/people/views.ts'
import { Button } from '../../kit/button.tsx'
import { CopyButton } from '../../kit/copy-button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { exactTime } from '../../kit/time.ts'

export interface ShownLink extends LinkView {
  readonly kind: 'join' | 'reset'
}

/** A link that is shown this once. */
export function LinkDialog({ link, onClose }: { link: ShownLink | null; onClose: () => void }) {
  if (link === null) return null
  const joins = link.kind === 'join'
  return (
    <Dialog
      open
      title={joins ? `Invitation for ${link.email}` : `New password for ${link.email}`}
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div class="stack">
        <p>
          Send this link to {link.email} yourself: hookscope sends no mail. Whoever opens it{' '}
          {joins ? 'joins as them' : 'sets their password'}, so give it to nobody else. It is shown only now.
        </p>
        <p class="boxed owners-link mono">{link.link}</p>
        <div class="row">
          <CopyButton text={link.link} label="Copy the link" />
          <span class="note">Works once, until {exactTime(link.expiresAt)}.</span>
        </div>
        {joins ? null : <p class="muted">Their second factors are removed when they use it.</p>}
      </div>
    </Dialog>
  )
}

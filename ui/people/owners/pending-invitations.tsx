import type { PendingInvitationView } from '../../../core/people/views.ts'
import { Button } from '../../kit/button.tsx'
import { exactTime, momentText, now } from '../../kit/time.ts'

interface PendingInvitationsProps {
  invitations: readonly PendingInvitationView[]
  onWithdraw: (id: string) => void
}

/** Links that nobody has used yet. */
export function PendingInvitations({ invitations, onWithdraw }: PendingInvitationsProps) {
  if (invitations.length === 0) return null
  return (
    <section class="stack">
      <h2>Links that wait to be used</h2>
      <ul class="card owners-list" aria-label="Links that wait to be used">
        {invitations.map(({ id, kind, email, role, invitedBy, expiresAt }) => (
          <li key={id} class="owners-row">
            <span class="words fill">
              <span class="breaks">{email}</span>
              <span class="note" title={exactTime(expiresAt)}>
                {kind === 'join' ? `Invitation as ${role}` : 'New password'}
                {invitedBy === null ? ', by the command line' : `, by ${invitedBy}`}, until{' '}
                {momentText(expiresAt, now.value)}
              </span>
            </span>
            <Button small aria-label={`Withdraw the link of ${email}`} onClick={() => onWithdraw(id)}>
              Withdraw
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}

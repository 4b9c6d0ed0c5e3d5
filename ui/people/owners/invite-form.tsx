import { UserPlus } from 'lucide-preact'
import { useState } from 'preact/hooks'
import { type Role, roles, roleWords } from '../../../core/people/person.ts'
import type { LinkView } from '../../../core/people/views.ts'
import { call } from '../../client/api.ts'
import { Button } from '../../kit/button.tsx'
import { SelectField } from '../../kit/field.tsx'
import { Form } from '../../kit/form.tsx'
import { owners } from '../client.ts'
import { useSubmission } from '../submission.ts'
import { TypedField } from '../typed-field.tsx'

/** Invites somebody: their address and role in, a link out. */
export function InviteForm({ onInvited }: { onInvited: (link: LinkView) => void }) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('developer')
  const { pending, problem, run } = useSubmission()
  const invite = () =>
    run(async () => {
      onInvited(await call(owners.people.invitations.$post({ json: { email: email.trim(), role } })))
      setEmail('')
    })
  return (
    <Form class="owners-invite card" onSubmit={invite}>
      <TypedField
        label="E-mail address"
        type="email"
        autocomplete="off"
        error={problem}
        value={email}
        onChange={setEmail}
      />
      <SelectField
        label="Role"
        hint={`A person who ${roleWords[role]}.`}
        value={role}
        onChange={value => setRole(roles.find(one => one === value) ?? 'developer')}
        choices={{ viewer: 'viewer', developer: 'developer', owner: 'owner' } satisfies Record<Role, Role>}
      />
      <Button
        type="submit"
        variant="primary"
        icon={<UserPlus size={15} />}
        pending={pending}
        disabled={email.trim() === ''}
      >
        Invite
      </Button>
    </Form>
  )
}

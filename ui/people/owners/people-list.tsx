import { useState } from 'preact/hooks'
import type { LinkView, PersonView } from '../../../core/people/views.ts'
import { orToast } from '../../app/or-toast.ts'
import { me } from '../../app/people.ts'
import { Problem } from '../../app/problem.tsx'
import { call } from '../../client/api.ts'
import { Confirmation } from '../../kit/confirmation.tsx'
import { showToast } from '../../kit/toasts.ts'
import { useLoaded } from '../../kit/use-loaded.ts'
import { owners } from '../client.ts'
import { InviteForm } from './invite-form.tsx'
import { LinkDialog, type ShownLink } from './link-dialog.tsx'
import { PendingInvitations } from './pending-invitations.tsx'
import { PersonRow } from './person-row.tsx'

/** Everybody who may sign in, and who is invited. */
export function PeopleList() {
  const [changes, setChanges] = useState(0)
  const [link, setLink] = useState<ShownLink | null>(null)
  const [removing, setRemoving] = useState<PersonView | null>(null)
  const { value, problem } = useLoaded(() => call(owners.people.$get()), [changes])
  const reload = () => setChanges(count => count + 1)
  /** What was done shows in the list; what could not be done, too. */
  const act = async (work: () => Promise<unknown>) => {
    await orToast(work)
    reload()
  }
  const showLink = (made: LinkView, kind: ShownLink['kind']) => {
    setLink({ ...made, kind })
    reload()
  }
  if (problem !== null) return <Problem problem={problem} />
  if (value === null) return <p class="muted after-a-moment">Loading…</p>
  return (
    <div class="stack owners-people">
      <InviteForm onInvited={made => showLink(made, 'join')} />
      <ul class="card owners-list" aria-label="People">
        {value.people.map(person => (
          <PersonRow
            key={person.id}
            person={person}
            isSelf={person.id === me.value?.person.id}
            onRole={role => act(() => call(owners.people[':id'].$put({ param: { id: person.id }, json: { role } })))}
            onReset={() =>
              orToast(async () =>
                showLink(await call(owners.people[':id'].reset.$post({ param: { id: person.id }, json: {} })), 'reset'),
              )
            }
            onEndSessions={() =>
              act(async () => {
                await call(owners.people[':id'].sessions.$delete({ param: { id: person.id } }))
                showToast(`Ended all sessions and laptops of ${person.name}.`)
              })
            }
            onRemove={() => setRemoving(person)}
          />
        ))}
      </ul>
      <PendingInvitations
        invitations={value.invitations}
        onWithdraw={id => act(() => call(owners.people.invitations[':id'].$delete({ param: { id } })))}
      />
      <LinkDialog link={link} onClose={() => setLink(null)} />
      {removing === null ? null : (
        <Confirmation
          title={`Remove ${removing.name}?`}
          keep="Keep them"
          act="Remove"
          onKeep={() => setRemoving(null)}
          onAct={async () => {
            await act(() => call(owners.people[':id'].$delete({ param: { id: removing.id } })))
            setRemoving(null)
          }}
        >
          <p>
            {removing.email} cannot sign in any more. Their sessions and laptops end within seconds. What they did stays
            in the audit list.
          </p>
        </Confirmation>
      )}
    </div>
  )
}

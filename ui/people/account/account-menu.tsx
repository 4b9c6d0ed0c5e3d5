import { CircleUserRound, ClipboardList, LogOut, UserRound, Users } from 'lucide-preact'
import { orToast } from '../../app/or-toast.ts'
import { me, whyNot } from '../../app/people.ts'
import { goTo, linkTo } from '../../app/route.ts'
import { call } from '../../client/api.ts'
import { Menu } from '../../kit/menu.tsx'
import { auth } from '../client.ts'

/** In the header: who is signed in, and what is theirs. */
export function AccountMenu() {
  if (me.value === null) return null
  const { mode, person } = me.value
  const isShared = mode === 'shared'
  const account = {
    heading: isShared ? `${person.name} · ${person.email} · ${person.role}` : 'Second factor for Hooks',
    label: isShared ? 'Your account' : 'Second factor',
    icon: <UserRound size={14} />,
    onSelect: () => goTo(linkTo({ view: 'account' })),
  }
  const ofOwners = [
    { label: 'People', icon: <Users size={14} />, onSelect: () => goTo(linkTo({ view: 'people' })) },
    {
      label: 'Audit list',
      icon: <ClipboardList size={14} />,
      onSelect: () => goTo(linkTo({ view: 'people', item: 'audit' })),
    },
  ]
  const signOut = {
    label: 'Sign out',
    icon: <LogOut size={14} />,
    onSelect: () =>
      void orToast(async () => {
        await call(auth['sign-out'].$post({ json: {} }))
        location.replace('/')
      }),
  }
  return (
    <Menu
      label={isShared ? `Account of ${person.name}` : 'Second factor'}
      variant="ghost"
      class="button-icon"
      icon={<CircleUserRound size={17} />}
      items={[
        account,
        ...(isShared && whyNot('GET /api/people') === null ? ofOwners : []),
        ...(isShared ? [signOut] : []),
      ]}
    />
  )
}

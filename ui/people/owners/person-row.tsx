import { Ellipsis } from 'lucide-preact'
import { type Role, roles, roleWords } from '../../../core/people/person.ts'
import type { PersonView } from '../../../core/people/views.ts'
import { counted } from '../../../core/text/text.ts'
import { Badge } from '../../kit/badge.tsx'
import { Menu } from '../../kit/menu.tsx'
import { dayText, exactTime, now } from '../../kit/time.ts'

interface PersonRowProps {
  person: PersonView
  isSelf: boolean
  onRole: (role: Role) => void
  onReset: () => void
  onEndSessions: () => void
  onRemove: () => void
}

/** One person: who, what they may, and what an owner can do about it. */
export function PersonRow({ person, isSelf, onRole, onReset, onEndSessions, onRemove }: PersonRowProps) {
  const { name, email, role, hasSecondFactor, sessions, laptops, seenAt, createdAt } = person
  const seen =
    seenAt === null
      ? 'not signed in'
      : [
          counted(sessions, 'session'),
          ...(laptops === 0 ? [] : [`${counted(laptops, 'laptop')} among them`]),
          `last used ${dayText(seenAt, now.value).toLowerCase()}`,
        ].join(', ')
  return (
    <li class="owners-row">
      <span class="words owners-who">
        <span class="breaks">
          <strong>{name}</strong> {isSelf ? <Badge tone="accent">You</Badge> : null}
        </span>
        <span class="note breaks">{email}</span>
      </span>
      <span class="note owners-seen" title={`Joined ${exactTime(createdAt)}`}>
        {seen}
      </span>
      <Badge tone={hasSecondFactor ? 'ok' : 'warn'}>{hasSecondFactor ? 'Second factor' : 'No second factor'}</Badge>
      <select
        class="input owners-role"
        aria-label={`Role of ${name}`}
        title={`${role}: ${roleWords[role]}`}
        value={role}
        onChange={event => {
          const chosen = roles.find(one => one === event.currentTarget.value)
          // What is shown is what is kept: it follows when that changes.
          event.currentTarget.value = role
          if (chosen !== undefined) onRole(chosen)
        }}
      >
        {roles.map(one => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
      <Menu
        label={`More about ${name}`}
        small
        variant="ghost"
        class="button-icon"
        icon={<Ellipsis size={15} />}
        items={[
          { label: 'Link for a new password', onSelect: onReset },
          { label: 'End all sessions and laptops', onSelect: onEndSessions },
          { label: 'Remove…', danger: true, onSelect: onRemove },
        ]}
      />
    </li>
  )
}

import { Ellipsis, Send, Trash2 } from 'lucide-preact'
import { whyNot } from '../../app/people.ts'
import { queryText } from '../../app/route.ts'
import { Menu, type MenuItem } from '../../kit/menu.tsx'
import { list, listVersion, queryProblem } from './deliveries.ts'
import { ExportMenu } from './export-menu.tsx'
import { askAboutMatching, type MatchingAction } from './matching.ts'

const entries = [
  { action: 'replay', label: 'Replay all that match…', Icon: Send },
  { action: 'delete', label: 'Delete all that match…', Icon: Trash2 },
] as const satisfies readonly { action: MatchingAction; label: string; Icon: unknown }[]

/** What can be done with all that is shown. */
export function MatchingMenu() {
  return (
    <>
      <ExportMenu />
      <SearchMenu />
    </>
  )
}

/** Nothing when there is no search, or it finds nothing. */
function SearchMenu() {
  listVersion.value
  if (queryText.value.trim() === '' || queryProblem.value !== null || list.total === 0) return null
  const items: MenuItem[] = entries.map(({ action, label, Icon }) => ({
    label,
    icon: <Icon size={14} />,
    danger: action === 'delete',
    onSelect: () => void askAboutMatching(action),
  }))
  return (
    <Menu
      label="All that match"
      class="matching-menu"
      refused={whyNot('POST /api/replays')}
      items={items}
      small
      variant="ghost"
      icon={<Ellipsis size={15} />}
    />
  )
}

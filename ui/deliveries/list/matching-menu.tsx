import { Download, Ellipsis, Send, Trash2 } from 'lucide-preact'
import { queryText } from '../../app/route.ts'
import { Menu, type MenuItem } from '../../kit/menu.tsx'
import { list, listVersion, queryProblem } from './deliveries.ts'
import { askAboutMatching, type MatchingAction } from './matching.ts'

const entries = [
  { action: 'replay', label: 'Replay all that match…', Icon: Send },
  { action: 'ndjson', label: 'Export all that match, as NDJSON…', Icon: Download },
  { action: 'csv', label: 'Export all that match, as CSV…', Icon: Download },
  { action: 'delete', label: 'Delete all that match…', Icon: Trash2 },
] as const satisfies readonly { action: MatchingAction; label: string; Icon: unknown }[]

/** What can be done with all that a search finds; nothing when there is no search, or it finds nothing. */
export function MatchingMenu() {
  listVersion.value
  if (queryText.value.trim() === '' || queryProblem.value !== null || list.total === 0) return null
  const items: MenuItem[] = entries.map(({ action, label, Icon }) => ({
    label,
    icon: <Icon size={14} aria-hidden="true" />,
    danger: action === 'delete',
    onSelect: () => void askAboutMatching(action),
  }))
  return (
    <Menu label="All that match" items={items} small variant="ghost" icon={<Ellipsis size={15} aria-hidden="true" />} />
  )
}

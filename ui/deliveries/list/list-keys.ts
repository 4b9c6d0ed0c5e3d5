/** The keys of the list of deliveries. */

import { openId, route } from '../../app/route.ts'
import { defineKeys, type KeyBinding } from '../../kit/keys.ts'
import { moveCursor, moveCursorToEnd, openCursor, stepBack } from './cursor.ts'
import { jumpToNewest, list } from './deliveries.ts'
import { selectAll } from './select-all.ts'
import { cursorId, selectedIds, toggleSelected } from './selection.ts'

const listShown = () => route.peek().view === 'deliveries'
/** Arrows scroll whatever else has the focus. */
const listFocused = () => document.activeElement?.id === 'delivery-list'

function move(key: string, description: string, by: number | (() => number), extend = false): KeyBinding {
  return { key, description, when: listShown, action: () => moveCursor(typeof by === 'number' ? by : by(), extend) }
}

function inList(binding: KeyBinding): KeyBinding {
  return { ...binding, when: listFocused, unlisted: true }
}

const page = () => Math.max(1, Math.floor((document.getElementById('delivery-list')?.clientHeight ?? 400) / 40) - 1)

defineKeys('Deliveries', [
  move('j', 'Next delivery', 1),
  move('k', 'Previous delivery', -1),
  inList(move('ArrowDown', '', 1)),
  inList(move('ArrowUp', '', -1)),
  inList(move('PageDown', '', page)),
  inList(move('PageUp', '', () => -page())),
  inList({ key: 'Home', description: '', when: listFocused, action: () => moveCursorToEnd('first') }),
  inList({ key: 'End', description: '', when: listFocused, action: () => moveCursorToEnd('last') }),
  {
    key: 'Enter',
    description: 'Open the delivery',
    when: () => listShown() && cursorId.peek() !== null && cursorId.peek() !== openId.peek(),
    action: openCursor,
  },
  {
    key: 'Escape',
    description: 'Back: clear the marks, then close the delivery',
    when: () => listShown() && (selectedIds.peek().size > 0 || openId.peek() !== null),
    action: stepBack,
  },
  { key: 'g g', description: 'Newest delivery', when: listShown, action: () => moveCursorToEnd('first') },
  { key: 'G', description: 'Oldest delivery', when: listShown, action: () => moveCursorToEnd('last') },
  { key: 'n', description: 'Show the new deliveries', when: listShown, action: jumpToNewest },
  {
    key: 'x',
    description: 'Mark for a bulk action',
    when: () => listShown() && (cursorId.peek() ?? openId.peek()) !== null,
    action: () => {
      const id = cursorId.peek() ?? openId.peek()
      if (id !== null) toggleSelected(id)
    },
  },
  {
    key: 'Ctrl+a',
    description: 'Mark all that match',
    // The text of an open delivery is selected as on any page.
    when: () => listShown() && list.total > 0 && (listFocused() || openId.peek() === null),
    action: () => void selectAll(),
  },
  { ...move('J', 'Mark this and the next', 1, true) },
  { ...move('K', 'Mark this and the previous', -1, true) },
  inList(move('Shift+ArrowDown', '', 1, true)),
  inList(move('Shift+ArrowUp', '', -1, true)),
])

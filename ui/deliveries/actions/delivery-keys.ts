/** The keys of everything that can be done to a delivery. */

import { whyNot } from '../../app/people.ts'
import { openDelivery, openId, route, setParams } from '../../app/route.ts'
import { savingSample } from '../../app/samples.ts'
import { defineKeys } from '../../kit/keys.ts'
import { chooseTab, detailTabs } from '../detail/detail-tabs.ts'
import { shown } from '../detail/open-delivery.ts'
import { list } from '../list/deliveries.ts'
import { cursorId, selectedIds } from '../list/selection.ts'
import { bulkReplay, editing, replayNow } from '../replay/replay.ts'
import { choosingOther, pinDeliveries, removeDeliveries } from './delivery-actions.ts'

/** Other views have keys of their own, while the list remembers where the keyboard was. */
const here = () => route.peek().view === 'deliveries'

/** The marked deliveries, else the open one, else the one the keyboard is at. */
function subjects(): readonly number[] {
  if (selectedIds.peek().size > 0) return [...selectedIds.peek()]
  const one = openId.peek() ?? cursorId.peek()
  return one === null ? [] : [one]
}

const some = () => here() && subjects().length > 0
const one = () => here() && (openId.peek() ?? cursorId.peek()) !== null
const isOpen = () => openId.peek() !== null

/** Opens the delivery the keyboard is at, unless one is open. @returns its id */
function opened(): number | null {
  const id = openId.peek() ?? cursorId.peek()
  if (id !== null && openId.peek() === null) openDelivery(id)
  return id
}

/** The element that opens the menu of `c`. */
export const copyMenuId = 'copy-as'

defineKeys('A delivery', [
  {
    key: 'r',
    description: 'Replay it; several when they are selected',
    refused: () => whyNot('POST /api/deliveries/:id/replay'),
    when: some,
    action: () => {
      const ids = subjects()
      if (selectedIds.peek().size > 0) bulkReplay.value = ids
      else if (ids[0] !== undefined) void replayNow(ids[0])
    },
  },
  {
    key: 'e',
    description: 'Replay it with changes',
    refused: () => whyNot('POST /api/deliveries/:id/replay'),
    when: one,
    action: () => {
      editing.value = opened()
    },
  },
  {
    key: 'c',
    description: 'Copy it as curl, HTTPie, fetch, PHP, Python or a test fixture',
    when: isOpen,
    action: () => document.getElementById(copyMenuId)?.click(),
  },
  {
    key: 's',
    description: 'Save it as a sample to simulate with',
    refused: () => whyNot('POST /api/samples'),
    when: isOpen,
    action: () => {
      savingSample.value = openId.peek()
    },
  },
  {
    key: 'p',
    description: 'Pin it, or unpin it',
    refused: () => whyNot('POST /api/deliveries/pin'),
    when: some,
    action: () => {
      const ids = subjects()
      const open = shown.peek()?.view
      const isPinned = (id: number) =>
        open?.id === id ? open.pinned : list.rowAt(list.indexOf(id) ?? -1)?.pinned === true
      void pinDeliveries(ids, !ids.every(isPinned))
    },
  },
  {
    key: 'd',
    description: 'Compare it with another; two selected are compared at once',
    when: some,
    action: () => {
      const [left, right] = [...selectedIds.peek()].toSorted((one, other) => one - other)
      if (left !== undefined && right !== undefined && selectedIds.peek().size === 2) {
        openDelivery(right)
        setParams({ compare: String(left) })
      } else if (opened() !== null) choosingOther.value = true
    },
  },
  {
    key: 'Delete',
    description: 'Delete it (can be undone)',
    refused: () => whyNot('POST /api/deliveries/remove'),
    when: some,
    action: () => void removeDeliveries(subjects()),
  },
  ...detailTabs.map((tab, place) => ({
    key: String(place + 1),
    description: place === 0 ? 'Show its first tab; 2 to 6 the others' : `Show its ${tab}`,
    when: isOpen,
    unlisted: place > 0,
    action: () => chooseTab(tab),
  })),
])

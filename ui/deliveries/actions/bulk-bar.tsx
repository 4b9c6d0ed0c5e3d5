import { Download, Pin, Send, Trash2, X } from 'lucide-preact'
import { Button, IconButton } from '../../kit/button.tsx'
import { countText, deliveriesText } from '../../kit/count.ts'
import { Menu } from '../../kit/menu.tsx'
import { isCounted, list, listVersion } from '../list/deliveries.ts'
import { anonymizeItem, formatLabel, offeredFormats } from '../list/export-menu.tsx'
import { isAnonymized } from '../list/matching.ts'
import { selectAll } from '../list/select-all.ts'
import { clearSelected, selectedIds } from '../list/selection.ts'
import { BulkReplayDialog } from '../replay/bulk-replay-dialog.tsx'
import { bulkReplay } from '../replay/replay.ts'
import { pinDeliveries, removeDeliveries, saveDeliveries } from './delivery-actions.ts'
import './delivery-keys.ts'
import { whyNot } from '../../app/people.ts'
import { JobList } from './job-list.tsx'
import { MatchingDialog } from './matching-dialog.tsx'

/** What can be done with the selected deliveries, and the replays that run; nothing when there are neither. */
export function BulkBar() {
  const ids = [...selectedIds.value]
  return (
    <>
      <JobList />
      {ids.length > 0 ? <Selected ids={ids} /> : null}
      <BulkReplayDialog />
      <MatchingDialog />
    </>
  )
}

function Selected({ ids }: { ids: readonly number[] }) {
  return (
    <div class="row bulk-bar" role="toolbar" aria-label="Selected deliveries">
      <span class="bulk-count" role="status">
        {deliveriesText(ids.length)} selected
      </span>
      <SelectAll marked={ids.length} />
      <Button
        small
        variant="primary"
        icon={<Send size={14} />}
        aria-keyshortcuts="r"
        refused={whyNot('POST /api/replays')}
        onClick={() => {
          bulkReplay.value = ids
        }}
      >
        Replay…
      </Button>
      <Menu
        small
        label="Export the selected deliveries"
        icon={<Download size={14} />}
        items={[
          ...offeredFormats().map(format => ({
            label: formatLabel(format),
            onSelect: () => saveDeliveries(ids, format, isAnonymized.peek()),
          })),
          anonymizeItem(),
        ]}
      >
        Export
      </Menu>
      <IconButton
        small
        label="Pin the selected deliveries"
        refused={whyNot('POST /api/deliveries/pin')}
        icon={<Pin size={14} />}
        onClick={() => pinDeliveries(ids, true)}
      />
      <IconButton
        small
        label="Delete the selected deliveries"
        refused={whyNot('POST /api/deliveries/remove')}
        keyHint="Delete"
        icon={<Trash2 size={14} />}
        onClick={() => removeDeliveries(ids)}
      />
      <span class="grow" />
      <IconButton small label="Clear the selection" icon={<X size={14} />} onClick={clearSelected} />
    </div>
  )
}

function SelectAll({ marked }: { marked: number }) {
  listVersion.value
  if (!isCounted.value || list.total <= marked) return null
  return (
    <Button small aria-keyshortcuts="Control+A" onClick={() => void selectAll()}>
      Select all {countText(list.total)}
    </Button>
  )
}

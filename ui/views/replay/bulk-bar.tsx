import { Download, Pin, Send, Trash2, X } from 'lucide-preact'
import { Button, IconButton } from '../../components/button.tsx'
import { Menu } from '../../components/menu.tsx'
import { deliveriesText, exportDeliveries, pinDeliveries, removeDeliveries } from '../../models/delivery-actions.ts'
import { bulkReplay } from '../../models/replay.ts'
import { clearSelected, selectedIds } from '../../models/selection.ts'
import { BulkReplayDialog } from './bulk-replay-dialog.tsx'
import './delivery-keys.ts'
import { JobList } from './job-list.tsx'
import { MatchingDialog } from './matching-dialog.tsx'
import './replay.css'

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
    <div class="bulk-bar" role="toolbar" aria-label="Selected deliveries">
      <span class="bulk-count" role="status">
        {deliveriesText(ids.length)} selected
      </span>
      <Button
        small
        variant="primary"
        icon={<Send size={14} aria-hidden="true" />}
        aria-keyshortcuts="r"
        onClick={() => {
          bulkReplay.value = ids
        }}
      >
        Replay…
      </Button>
      <Menu
        small
        label="Export the selected deliveries"
        icon={<Download size={14} aria-hidden="true" />}
        items={[
          { label: 'NDJSON, one object a line', onSelect: () => exportDeliveries(ids, 'ndjson') },
          { label: 'CSV, for a spreadsheet', onSelect: () => exportDeliveries(ids, 'csv') },
        ]}
      >
        Export
      </Menu>
      <IconButton
        small
        label="Pin the selected deliveries"
        icon={<Pin size={14} aria-hidden="true" />}
        onClick={() => pinDeliveries(ids, true)}
      />
      <IconButton
        small
        label="Delete the selected deliveries"
        keyHint="Delete"
        icon={<Trash2 size={14} aria-hidden="true" />}
        onClick={() => removeDeliveries(ids)}
      />
      <span class="grow" />
      <IconButton small label="Clear the selection" icon={<X size={14} aria-hidden="true" />} onClick={clearSelected} />
    </div>
  )
}

import { Bookmark, ClipboardCopy, GitCompareArrows, PencilLine, Pin, PinOff, Send, Trash2 } from 'lucide-preact'
import { type SnippetLanguage, snippet, snippetLabels, snippetLanguages } from '../../../core/snippets.ts'
import type { DeliveryView } from '../../../server/inspector/types.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { copyText } from '../../components/copy-button.tsx'
import { Menu } from '../../components/menu.tsx'
import { choosingOther, pinDeliveries, removeDeliveries } from '../../models/delivery-actions.ts'
import { revealed } from '../../models/detail.ts'
import { fromBase64 } from '../../models/hex-dump.ts'
import { editing, hostOf, replaying, replayNow, usualTarget } from '../../models/replay.ts'
import { status } from '../../models/session.ts'
import { savingSample } from '../../models/simulate-samples.ts'
import { ChooseOther } from './choose-other.tsx'
import { copyMenuId } from './delivery-keys.ts'
import { SaveSample } from './save-sample.tsx'

/** Everything that can be done with the open delivery. */
export function DetailActions({ view }: { view: DeliveryView }) {
  const target = usualTarget()
  return (
    <div class="detail-actions" role="toolbar" aria-label="Actions">
      <Button
        variant="primary"
        icon={<Send size={14} aria-hidden="true" />}
        pending={replaying.value.has(view.id)}
        title={target === null ? 'Replay… (r)' : `Replay to ${target} (r)`}
        aria-keyshortcuts="r"
        onClick={() => replayNow(view.id)}
      >
        Replay{target === null ? '…' : <span class="replay-host"> to {hostOf(target)}</span>}
      </Button>
      <Button
        icon={<PencilLine size={14} aria-hidden="true" />}
        title="Replay with changes (e)"
        aria-keyshortcuts="e"
        onClick={() => {
          editing.value = view.id
        }}
      >
        <span class="wide-only">Replay with changes</span>
        <span class="narrow-only">Edit</span>
      </Button>
      <Menu
        id={copyMenuId}
        label="Copy as (c)"
        icon={<ClipboardCopy size={14} aria-hidden="true" />}
        items={snippetLanguages.map(language => ({
          label: snippetLabels[language].label,
          onSelect: () => void copyAs(view, language),
        }))}
      >
        Copy as
      </Menu>
      <span class="detail-actions-end">
        <IconButton
          label={view.pinned ? 'Unpin' : 'Pin'}
          keyHint="p"
          aria-pressed={view.pinned}
          icon={view.pinned ? <PinOff size={15} aria-hidden="true" /> : <Pin size={15} aria-hidden="true" />}
          onClick={() => pinDeliveries([view.id], !view.pinned)}
        />
        <IconButton
          label="Save as sample"
          keyHint="s"
          icon={<Bookmark size={15} aria-hidden="true" />}
          onClick={() => {
            savingSample.value = view.id
          }}
        />
        <IconButton
          label="Compare with another"
          keyHint="d"
          icon={<GitCompareArrows size={15} aria-hidden="true" />}
          onClick={() => {
            choosingOther.value = true
          }}
        />
        <IconButton
          label="Delete"
          keyHint="Delete"
          icon={<Trash2 size={15} aria-hidden="true" />}
          onClick={() => removeDeliveries([view.id])}
        />
      </span>
      <ChooseOther view={view} />
      <SaveSample view={view} />
    </div>
  )
}

/** Where the snippet sends it: the app, else the hook on this machine. */
function snippetUrl(view: DeliveryView): string {
  const hook = status.peek()?.hooks.find(({ id }) => id === view.hook)
  return usualTarget() ?? hook?.localUrl ?? 'http://localhost:3000/webhooks'
}

async function copyAs(view: DeliveryView, language: SnippetLanguage) {
  const { label, needs } = snippetLabels[language]
  const hidden = !revealed.peek().credentials
  const text = snippet(language, {
    method: view.method,
    url: snippetUrl(view),
    headers: view.headers,
    body: fromBase64(view.body.base64),
    hideAuthorization: hidden,
  })
  const masked = hidden && view.headers.some(([name]) => name.toLowerCase() === 'authorization')
  const cards = view.notes.includes('card-number') || view.notes.includes('card-secret')
  const warning = cards ? ' It holds the card data in full.' : ''
  const variable = masked ? ' The variable WEBHOOK_AUTHORIZATION stands for the credentials.' : ''
  await copyText(text, `Copied as ${label}, every byte of it (${needs}).${variable}${warning}`)
}

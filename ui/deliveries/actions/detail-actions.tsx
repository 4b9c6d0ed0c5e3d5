import {
  Bookmark,
  ChevronDown,
  ClipboardCopy,
  GitCompareArrows,
  PencilLine,
  Pin,
  PinOff,
  Send,
  Trash2,
} from 'lucide-preact'
import { type SnippetLanguage, snippet, snippetLabels, snippetLanguages } from '../../../core/http/snippets.ts'
import { hostAndPath } from '../../../core/http/target-name.ts'
import type { DeliveryDetail } from '../../../server/api/types.ts'
import { status } from '../../app/listener.ts'
import { whyNot } from '../../app/people.ts'
import { savingSample } from '../../app/samples.ts'
import { hostOf, offeredTargets, usualTarget } from '../../app/targets.ts'
import { Button, IconButton } from '../../kit/button.tsx'
import { copyText } from '../../kit/copy-button.tsx'
import { fromBase64 } from '../../kit/hex-dump.ts'
import { Menu } from '../../kit/menu.tsx'
import { revealed } from '../detail/open-delivery.ts'
import { editing, replaying, replayNow } from '../replay/replay.ts'
import { ChooseOther } from './choose-other.tsx'
import { choosingOther, pinDeliveries, removeDeliveries, saveDeliveries, saveRelated } from './delivery-actions.ts'
import { copyMenuId } from './delivery-keys.ts'
import { SaveSample } from './save-sample.tsx'

/** Everything that can be done with the open delivery. */
export function DetailActions({ view }: { view: DeliveryDetail }) {
  return (
    <div class="row detail-actions" role="toolbar" aria-label="Actions">
      <ReplayButton view={view} />
      <Button
        class="with-changes"
        icon={<PencilLine size={14} />}
        aria-label="Replay with changes"
        title="Replay with changes (e)"
        refused={whyNot('POST /api/deliveries/:id/replay')}
        aria-keyshortcuts="e"
        onClick={() => {
          editing.value = view.id
        }}
      >
        With changes
      </Button>
      <span class="detail-actions-end">
        <Menu
          id={copyMenuId}
          label="Copy as (c)"
          icon={<ClipboardCopy size={14} />}
          items={[
            ...snippetLanguages.map(language => ({
              label: snippetLabels[language].label,
              onSelect: () => void copyAs(view, language),
            })),
            { heading: 'Save', label: 'Save as HTML', onSelect: () => saveDeliveries([view.id], 'html') },
            { label: 'Save with related events', onSelect: () => void saveRelated(view.id) },
          ]}
        >
          Copy as
        </Menu>
        <IconButton
          label={view.pinned ? 'Unpin' : 'Pin'}
          keyHint="p"
          aria-pressed={view.pinned}
          refused={whyNot('POST /api/deliveries/pin')}
          icon={view.pinned ? <PinOff size={15} /> : <Pin size={15} />}
          onClick={() => pinDeliveries([view.id], !view.pinned)}
        />
        <IconButton
          label="Save as sample"
          keyHint="s"
          refused={whyNot('POST /api/samples')}
          icon={<Bookmark size={15} />}
          onClick={() => {
            savingSample.value = view.id
          }}
        />
        <IconButton
          label="Compare with another"
          keyHint="d"
          icon={<GitCompareArrows size={15} />}
          onClick={() => {
            choosingOther.value = true
          }}
        />
        <IconButton
          label="Delete"
          keyHint="Delete"
          refused={whyNot('POST /api/deliveries/remove')}
          icon={<Trash2 size={15} />}
          onClick={() => removeDeliveries([view.id])}
        />
      </span>
      <ChooseOther view={view} />
      <SaveSample view={view} />
    </div>
  )
}

/** Replays to the usual target at a press; the others are behind the arrow. */
function ReplayButton({ view }: { view: DeliveryDetail }) {
  const { id } = view
  const target = usualTarget(view)
  const refused = whyNot('POST /api/deliveries/:id/replay')
  const replay = (
    <Button
      variant="primary"
      icon={<Send size={14} />}
      pending={replaying.value.has(id)}
      refused={refused}
      title={target === null ? 'Replay… (r)' : `Replay to ${target} (r)`}
      aria-keyshortcuts="r"
      onClick={() => replayNow(id)}
    >
      {target === null ? 'Replay…' : <span class="clip">Replay to {hostOf(target)}</span>}
    </Button>
  )
  if (target === null || refused !== null) return replay
  const items = [
    ...offeredTargets().map(each => ({
      label: hostAndPath(each),
      ...(each === target ? { heading: 'Replay at once to', end: 'r' } : {}),
      onSelect: () => void replayNow(id, each),
    })),
    {
      label: 'Another target…',
      end: 'e',
      onSelect: () => {
        editing.value = id
      },
    },
  ]
  return (
    <span class="split">
      {replay}
      <Menu
        variant="primary"
        label="Other targets"
        class="button-icon"
        items={items}
        icon={<ChevronDown size={15} />}
      />
    </span>
  )
}

/** Where the snippet sends it: the app, else the hook on this machine. */
function snippetUrl(view: DeliveryDetail): string {
  const hook = status.peek()?.hooks.find(({ id }) => id === view.hook)
  return usualTarget(view) ?? hook?.localUrl ?? 'http://localhost:3000/webhooks'
}

async function copyAs(view: DeliveryDetail, language: SnippetLanguage) {
  const { label, needs } = snippetLabels[language]
  const hidden = !revealed.peek().credentials
  const text = snippet(language, {
    method: view.method,
    url: snippetUrl(view),
    headers: view.headers,
    body: fromBase64(view.body.base64),
    hideAuthorization: hidden,
    isRejected: view.verdict === 'rejected',
  })
  const masked = hidden && view.headers.some(([name]) => name.toLowerCase() === 'authorization')
  const cards = view.notes.includes('card-number') || view.notes.includes('card-secret')
  const warning = cards ? ' It contains the full card data.' : ''
  const variable = masked ? ' Set the variable WEBHOOK_AUTHORIZATION to the credentials.' : ''
  await copyText(text, `Copied as ${label}, byte for byte (${needs}).${variable}${warning}`)
}

import { X } from 'lucide-preact'
import type { HookView } from '../../core/hooks/hook.ts'
import { status } from '../app/listener.ts'
import { AlertIcon } from '../kit/badge.tsx'
import { Button, IconButton } from '../kit/button.tsx'
import { CopyButton } from '../kit/copy-button.tsx'
import { deliveriesText } from '../kit/count.ts'
import { deliveriesOf, dismissNotice, type HookNotice, hookNotices, verifyAgain } from './hooks.ts'

/** What is worth knowing after a hook was saved, until it is dismissed. */
export function Notices() {
  const hooks = status.value?.hooks ?? []
  const shown = hookNotices.value.flatMap(notice => {
    const hook = hooks.find(({ id }) => id === notice.hook)
    return hook ? [{ notice, hook }] : []
  })
  return (
    <div role="status" class="hook-notices">
      {shown.map(({ notice, hook }) => (
        <div key={notice.id} class={`hook-notice hook-notice-${notice.kind}`}>
          <NoticeText notice={notice} hook={hook} />
          {notice.kind === 'verify-again' ? null : (
            <IconButton small label="Dismiss" icon={<X size={14} />} onClick={() => dismissNotice(notice.id)} />
          )}
        </div>
      ))}
    </div>
  )
}

function NoticeText({ notice, hook }: { notice: HookNotice; hook: HookView }) {
  switch (notice.kind) {
    case 'added':
      return (
        <div>
          <p>
            <strong>“{hook.label}” is added.</strong>
            {hook.customUrl === null && hook.hookUrl !== null
              ? ' Paste its Hook URL into the console’s Add Webhook window:'
              : null}
          </p>
          {hook.customUrl === null && hook.hookUrl !== null ? (
            <p class="hook-notice-url">
              <code>{hook.hookUrl}</code>
              <CopyButton small text={hook.hookUrl} label="Copy Hook URL" />
            </p>
          ) : null}
        </div>
      )
    case 'warning':
      return (
        <p>
          <AlertIcon /> <strong>“{hook.label}”:</strong> {notice.text}
        </p>
      )
    case 'verify-again': {
      const kept = deliveriesOf(hook.id)
      return (
        <>
          <p>
            <strong>“{hook.label}” has new credentials.</strong> Its {deliveriesText(kept)} so far{' '}
            {kept === 1 ? 'keeps its earlier verdict' : 'keep their earlier verdicts'}.
          </p>
          <div class="hook-notice-actions">
            <Button
              small
              variant="primary"
              onClick={() => {
                dismissNotice(notice.id)
                void verifyAgain(hook.id, notice.reason)
              }}
            >
              Check {kept === 1 ? 'it' : 'them'} again
            </Button>
            <Button small onClick={() => dismissNotice(notice.id)}>
              Keep {kept === 1 ? 'it' : 'them'}
            </Button>
          </div>
        </>
      )
    }
  }
}

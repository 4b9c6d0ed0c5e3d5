import './hooks.css'
import { Plus } from 'lucide-preact'
import { useEffect } from 'preact/hooks'
import { consoleButtons } from '../../core/hooks/console.ts'
import { status } from '../app/listener.ts'
import { whyNot } from '../app/people.ts'
import { goTo, linkTo, route } from '../app/route.ts'
import { defineKeys } from '../kit/keys.ts'
import { followHealth } from './health.ts'
import { HistoryWindow } from './history-window.tsx'
import { HookRow } from './hook-row.tsx'
import { HookWindow } from './hook-window.tsx'
import { closeHookWindow, hookHref, hookWindow, unsavedHook } from './hooks.ts'
import { MockResponseWindow } from './mock-response/mock-response-window.tsx'
import { Notices } from './notices.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { VerificationList } from './verifications.tsx'

const here = () => route.peek().view === 'hooks'

/** Moves the focus along the list. */
function step(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('.hook-label')]
  const at = links.indexOf(document.activeElement as HTMLElement)
  links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + by))]?.focus()
}

defineKeys('Hooks', [
  {
    key: 'n',
    description: 'Add a webhook',
    refused: () => whyNot('POST /api/hooks'),
    when: here,
    action: () => goTo(hookHref('new')),
  },
  { key: 'j', description: 'Next webhook', when: here, action: () => step(1) },
  { key: 'k', description: 'Previous webhook', when: here, action: () => step(-1) },
  { key: 'ArrowDown', description: 'Next webhook', when: here, action: () => step(1), unlisted: true },
  { key: 'ArrowUp', description: 'Previous webhook', when: here, action: () => step(-1), unlisted: true },
])

/** The hooks, with the console's own windows. */
export function HooksView() {
  const hooks = status.value?.hooks
  const from = status.value?.from
  useEffect(followHealth, [])
  return (
    <div class="hooks">
      <div class="hooks-inner">
        <header class="hooks-head">
          <h1>Hooks</h1>
          <p class="muted">
            {from ? (
              <>
                Deliveries come from the webhooks of <a href={from.server}>{new URL(from.server).host}</a>, which are
                set up there. Those below are of this machine alone.
              </>
            ) : (
              'The webhooks as set up in the merchant console under Settings › Webhooks. Each has its own path here.'
            )}
          </p>
          {whyNot('POST /api/hooks') === null ? (
            <a class="button button-primary" href={hookHref('new')} aria-keyshortcuts="n" title="Add Webhook (n)">
              <Plus size={15} /> {consoleButtons.open}
            </a>
          ) : null}
        </header>
        <Notices />
        <VerificationList />
        {hookWindow.value?.kind === 'gone' ? <Gone /> : null}
        {hooks === undefined ? <p class="muted after-a-moment">Waiting for hookscope…</p> : null}
        {hooks?.length === 0 ? <NoHooks /> : null}
        {hooks && hooks.length > 0 ? (
          <ul class="stack">
            {hooks.map(hook => (
              <HookRow key={hook.id} hook={hook} />
            ))}
          </ul>
        ) : null}
      </div>
      <OpenWindow />
      <RemoveDialog />
    </div>
  )
}

function OpenWindow() {
  const window = hookWindow.value
  switch (window?.kind) {
    case undefined:
    case 'gone':
      return null
    case 'add':
      return <HookWindow key="new" hook={null} />
    case 'edit':
      return <HookWindow key={window.hook.id} hook={window.hook} />
    case 'answer':
      return <MockResponseWindow key={window.hook.id} hook={window.hook} />
    case 'history':
      return <HistoryWindow key={window.hook.id} hook={window.hook} />
  }
}

function NoHooks() {
  return (
    <div class="hooks-none">
      <h2>No webhook yet</h2>
      <p class="muted">
        Add one here and the same one in the console. It gets a Hook URL that nobody can guess, and hookscope checks
        every delivery to it.
      </p>
    </div>
  )
}

function Gone() {
  const lost = unsavedHook.value?.id === route.value.item ? unsavedHook.value : null
  return (
    <div class="hooks-gone notice" role="alert">
      <p>
        {lost
          ? `“${lost.label}” was deleted in another window or from the command line: your changes here are not saved.`
          : 'There is no webhook at this address: it may have been deleted.'}
      </p>
      <a
        href={linkTo({ view: 'hooks' })}
        onClick={event => {
          event.preventDefault()
          closeHookWindow()
        }}
      >
        Show the webhooks
      </a>
    </div>
  )
}

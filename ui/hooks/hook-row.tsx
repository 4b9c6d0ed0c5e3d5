import { Drama, Ellipsis, History, ListChecks, Pencil, Send, Trash2 } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { authenticationChoices, consoleButtons, consoleFields, signatureChoices } from '../../core/hooks/console.ts'
import type { HookView } from '../../core/hooks/hook.ts'
import { hookTerm } from '../../core/search/search-terms.ts'
import { whyNot } from '../app/people.ts'
import { isUnchecked } from '../app/rail-state.ts'
import { formatRoute, goTo } from '../app/route.ts'
import { tryOut } from '../app/test-event.ts'
import { Badge } from '../kit/badge.tsx'
import { CopyButton } from '../kit/copy-button.tsx'
import { countText } from '../kit/count.ts'
import { Menu } from '../kit/menu.tsx'
import { exactTime } from '../kit/time.ts'
import { HookHealthLine } from './hook-health.tsx'
import { mockResponseMark, subscriptionText } from './hook-words.ts'
import { deliveriesOf, hookHref, removing, verifyAgain } from './hooks.ts'

const deliveriesHref = (id: string) =>
  formatRoute({ view: 'deliveries', delivery: null, item: null, params: { q: hookTerm(id) } })

/** A hook of the list. A click anywhere on it opens the edit window, as in the console. */
export function HookRow({ hook }: { hook: HookView }) {
  const { id, label, hookUrl, localUrl, customUrl, authentication, signing, rehearsal } = hook
  const url = hookUrl ?? localUrl
  const kept = deliveriesOf(id)
  return (
    <li class="hook-row">
      <div class="line hook-head">
        <a class="hook-label clip" href={hookHref(id)} title={`Added ${exactTime(hook.createdAt)}`}>
          {label}
        </a>
        {rehearsal ? (
          <a class="hook-mark" href={hookHref(id, 'answer')}>
            <Badge tone="warn">
              <Drama size={13} /> {mockResponseMark(rehearsal)}
            </Badge>
          </a>
        ) : null}
        {isUnchecked(hook) ? (
          <Badge title="This hook has no key and no password: its deliveries are kept but not checked">unchecked</Badge>
        ) : null}
        <span class="hook-tools">
          <a
            class="button button-ghost button-small"
            href={hookHref(id, 'answer')}
            aria-label={`Mock response of ${label}`}
          >
            <Drama size={14} /> Mock response
          </a>
          <HookMenu hook={hook} kept={kept} />
        </span>
      </div>
      <div class="line hook-address">
        <span class="hidden-text">{consoleFields.hookUrl}</span>
        <code class="clip" title={url}>
          {url}
        </code>
        <CopyButton
          iconOnly
          small
          text={url}
          label={hookUrl === null ? `Copy local URL of ${label}` : `Copy Hook URL of ${label}`}
        />
        {customUrl === null ? null : <Badge title="Only simulated events are sent there">not at hookscope</Badge>}
        {hookUrl === null ? (
          <Badge title="There is no tunnel: the gateway cannot reach this URL">this machine only</Badge>
        ) : null}
      </div>
      <HookHealthLine hook={hook} />
      <dl class="hook-facts">
        <Fact name={consoleFields.events}>
          <span title={hook.events.join('\n')}>{subscriptionText(hook.events)}</span>
        </Fact>
        <Fact name={consoleFields.authentication}>
          {authenticationChoices[authentication.kind]}
          {authentication.kind === 'basic' ? <code class="clip">{authentication.username}</code> : null}
        </Fact>
        <Fact name={consoleFields.signature}>
          {signing.kind === 'none'
            ? signatureChoices.none
            : signing.keys.map(({ kind, masked }) => (
                <span key={kind} class="hook-key">
                  {signatureChoices[kind]} <code>{masked}</code>
                </span>
              ))}
        </Fact>
        <Fact name="Deliveries">{kept === 0 ? '0' : <a href={deliveriesHref(id)}>{countText(kept)}</a>}</Fact>
        {hook.forward.length === 0 ? null : (
          <div class="hook-forward">
            <dt>Forward to</dt>
            <dd>
              <code>{hook.forward.join(' ')}</code>
            </dd>
          </div>
        )}
      </dl>
    </li>
  )
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function HookMenu({ hook, kept }: { hook: HookView; kept: number }) {
  const icon = { size: 14, 'aria-hidden': true } as const
  const items = [
    { label: 'Edit', icon: <Pencil {...icon} />, onSelect: () => goTo(hookHref(hook.id)) },
    { label: 'Mock response', icon: <Drama {...icon} />, onSelect: () => goTo(hookHref(hook.id, 'answer')) },
    ...(whyNot('POST /api/test-event') === null
      ? [{ label: 'Send a test event', icon: <Send {...icon} />, onSelect: () => void tryOut(hook) }]
      : []),
    ...(kept === 0 || whyNot('POST /api/hooks/:id/verifications') !== null
      ? []
      : [
          {
            label: 'Check stored deliveries again',
            icon: <ListChecks {...icon} />,
            onSelect: () => void verifyAgain(hook.id, 'Asked for in the inspector'),
          },
        ]),
    { label: 'History', icon: <History {...icon} />, onSelect: () => goTo(hookHref(hook.id, 'history')) },
    ...(whyNot('DELETE /api/hooks/:id') === null
      ? [
          {
            label: consoleButtons.remove,
            icon: <Trash2 {...icon} />,
            danger: true,
            onSelect: () => {
              removing.value = hook
            },
          },
        ]
      : []),
  ]
  return (
    <Menu
      label={`More about ${hook.label}`}
      items={items}
      variant="ghost"
      class="button-icon"
      icon={<Ellipsis size={17} />}
    />
  )
}

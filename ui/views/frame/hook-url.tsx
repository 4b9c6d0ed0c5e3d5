import { ArrowRight, CircleCheck, CircleDashed, CircleX, RefreshCw } from 'lucide-preact'
import { CopyButton } from '../../components/copy-button.tsx'
import { hostOf } from '../../models/replay.ts'
import { hrefOf } from '../../models/route.ts'
import { mainHook, status } from '../../models/session.ts'
import { targetsText } from '../../models/settings.ts'
import { now } from '../../models/time.ts'
import { type TunnelWords, tunnelWords } from '../../models/tunnel-words.ts'
import { HookChooser } from './hook-chooser.tsx'

const icons = { ok: CircleCheck, warn: RefreshCw, bad: CircleX, neutral: CircleDashed } as const

/** The tunnel's state as icon and words, coloured. */
export function TunnelMark({ words }: { words: TunnelWords }) {
  const Icon = icons[words.tone]
  return (
    <span class={`tunnel-mark tunnel-${words.tone}`}>
      <Icon size={14} aria-hidden="true" />
      <span class="tunnel-label">{words.label}</span>
    </span>
  )
}

/** What to paste into the console, and whether the gateway gets through. */
export function HookUrl() {
  const hook = mainHook.value
  const session = status.value
  if (!session) return <div class="hook-url" />
  const words = tunnelWords(session.tunnel, now.value)
  if (!hook)
    return (
      <div class="hook-url">
        <a href={hrefOf({ view: 'hooks', item: 'new' })}>Add a webhook</a>
        <TunnelLink words={words} />
      </div>
    )
  const url = hook.hookUrl ?? hook.localUrl
  return (
    <div class="hook-url">
      <HookChooser />
      <span class="hook-url-text mono" title={url}>
        {url.replace(/^https?:\/\//, '')}
      </span>
      <CopyButton iconOnly small text={url} label={hook.hookUrl === null ? 'Copy local URL' : 'Copy Hook URL'} />
      <TunnelLink words={words} />
      <ForwardLink />
    </div>
  )
}

/** Where deliveries go from here; all targets are named in its title. */
function ForwardLink() {
  const targets = status.value?.forward?.targets ?? []
  const [first, ...others] = targets
  if (first === undefined) return null
  const isDown = targets.some(({ state }) => state === 'down')
  return (
    <a
      class={`forward-link${isDown ? ' forward-down' : ''}`}
      href={hrefOf({ view: 'settings' })}
      title={`Forwarded to ${targetsText(status.value, ' and ')}`}
    >
      <ArrowRight size={13} aria-hidden="true" />
      <span class="forward-host">{hostOf(first.target)}</span>
      {others.length > 0 ? <span>+{others.length}</span> : null}
      {isDown ? <span>down</span> : null}
    </a>
  )
}

function TunnelLink({ words }: { words: TunnelWords }) {
  return (
    <a
      class="tunnel-link"
      href={hrefOf({ view: 'settings' })}
      title={words.more ?? 'The gateway reaches this hook through the tunnel'}
    >
      <TunnelMark words={words} />
    </a>
  )
}

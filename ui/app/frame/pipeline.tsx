import { ArrowRight, ChevronDown, CircleHelp, Settings2, ShieldCheck } from 'lucide-preact'
import type { FromStatus } from '../../../core/api/from.ts'
import type { ForwardStatus, TargetStatus } from '../../../core/api/messages.ts'
import { unavailableCode } from '../../../core/api/target-words.ts'
import type { HookView } from '../../../core/hooks/hook.ts'
import { isSuccess, throughProxy } from '../../../core/http/outcome.ts'
import { targetName } from '../../../core/http/target-name.ts'
import { routesOfHook } from '../../../core/routes/route.ts'
import { leftOutTexts, takenText } from '../../../core/routes/route-words.ts'
import { capital } from '../../../core/text/text.ts'
import { CopyButton } from '../../kit/copy-button.tsx'
import { Menu } from '../../kit/menu.tsx'
import { momentText, now } from '../../kit/time.ts'
import { HookChooser } from '../hook-chooser.tsx'
import { isGone, mainHook, status } from '../listener.ts'
import { isUnchecked } from '../rail-state.ts'
import { goTo, linkTo, settingsAt } from '../route.ts'
import { hostOf } from '../targets.ts'
import { TunnelMark } from '../tunnel-mark.tsx'
import { wayWords } from '../way-words.ts'

/** The way of a delivery: from the gateway to a hook, or from a team's server, and on to the target. Each part says its state and leads to its settings. */
export function Pipeline() {
  const listener = status.value
  return (
    <nav class="pipeline" aria-label={`From the ${listener?.from ? 'server' : 'gateway'} to your app`}>
      {listener ? (
        <>
          <GatewayPart from={listener.from} />
          {listener.from ? null : (
            <>
              <ArrowRight class="pipe-arrow" size={14} />
              <HookPart hook={mainHook.value} />
            </>
          )}
          <ArrowRight class="pipe-arrow" size={14} />
          <TargetPart forward={forwardOf(mainHook.value, listener.forward)} />
        </>
      ) : null}
    </nav>
  )
}

function GatewayPart({ from }: { from: FromStatus | undefined }) {
  const words = wayWords()
  const isUp = words.tone === 'ok'
  return (
    <a
      class="pipe pipe-gateway"
      href={from?.server ?? settingsAt('tunnel')}
      title={
        !isUp
          ? (words.more ?? undefined)
          : from
            ? `Deliveries come from ${from.server}`
            : 'The gateway reaches this hook through the tunnel'
      }
    >
      <span class="pipe-name">{from ? new URL(from.server).host : 'Gateway'}</span>
      <TunnelMark words={words} />
    </a>
  )
}

/** Where it arrives: what to paste into the console, and whether it is verified. */
function HookPart({ hook }: { hook: HookView | null }) {
  if (!hook)
    return (
      <a class="pipe pipe-missing" href={linkTo({ view: 'hooks', item: 'new' })}>
        Add a webhook
      </a>
    )
  const url = hook.hookUrl ?? hook.localUrl
  const several = (status.value?.hooks.length ?? 0) > 1
  const { Icon, tone, word, title } = hookWords(hook)
  return (
    <span class="pipe-hook">
      <HookChooser />
      <a class="pipe" href={linkTo({ view: 'hooks', item: hook.id })} title={title}>
        {several ? null : <span class="pipe-name">Hook</span>}
        <span class={`pipe-state tone-${tone}`}>
          <Icon size={14} />
          <span class="hidden-text">{word}</span>
        </span>
      </a>
      <span class="clip pipe-url mono" title={url}>
        {url.replace(/^https?:\/\//, '')}
      </span>
      <CopyButton iconOnly small text={url} label={hook.hookUrl === null ? 'Copy local URL' : 'Copy Hook URL'} />
    </span>
  )
}

/** Whether what comes there is verified, as long as hookscope is there to do it. */
function hookWords(hook: HookView) {
  if (isGone.value) return { Icon: CircleHelp, tone: 'neutral', word: 'unknown', title: 'Not connected to hookscope.' }
  return isUnchecked(hook)
    ? {
        ...{ Icon: CircleHelp, tone: 'warn', word: 'unchecked' },
        title: `Neither a key nor a password is known of “${hook.label}”: deliveries are not verified`,
      }
    : { Icon: ShieldCheck, tone: 'ok', word: 'verified', title: `Deliveries to “${hook.label}” are verified` }
}

/** Where the deliveries of the hook that is named go: a target of another hook gets none of them. */
function forwardOf(hook: HookView | null, forward: ForwardStatus | null): ForwardStatus | null {
  if (!forward || !hook) return forward
  const routes = routesOfHook(hook.id, forward.routes)
  const targets = forward.targets.filter(({ target }) => routes.some(route => route.target === target))
  return { ...forward, routes, targets }
}

/** Where deliveries go from here, and whether anything takes them there. */
function TargetPart({ forward }: { forward: ForwardStatus | null }) {
  const [first] = forward?.targets ?? []
  if (!forward || !first)
    return (
      <a class="pipe pipe-missing" href={settingsAt('forwarding')} title="Deliveries are kept and sent nowhere">
        {forward ? 'Not forwarded' : 'Set a target'}
      </a>
    )
  if (forward.targets.length > 1) return <TargetsMenu forward={forward} />
  const taken = takenText(first.target, forward, status.value?.hooks ?? [])
  const what = taken === null ? 'Forwarded' : `${capital(taken)} forwarded`
  const way = first.proxy === undefined ? '' : ` ${throughProxy(first.proxy)}`
  return (
    <a class="pipe pipe-target" href={settingsAt('forwarding')} title={`${what} to ${first.target}${way}`}>
      <span class="pipe-host">{hostOf(first.target)}</span>
      <StateMark {...targetWords(forward)} />
    </a>
  )
}

/** Several targets: how many and how they are doing, and which deliveries go to which. */
function TargetsMenu({ forward }: { forward: ForwardStatus }) {
  const { targets, paused } = forward
  const all = targets.map(({ target }) => target)
  const leave = () => goTo(settingsAt('forwarding'))
  const items = targets.map((one, index) => ({
    ...(index === 0 && { heading: leftOutTexts(forward).join(' ') || 'Which deliveries go where' }),
    label: `${takenText(one.target, forward, status.value?.hooks ?? []) ?? 'every event'} → ${targetName(one.target, all)}`,
    end: <StateMark {...targetWords({ targets: [one], paused })} />,
    onSelect: leave,
  }))
  return (
    <Menu
      label={`Forwarded to ${all.join(' and ')}`}
      items={[...items, { label: 'Forwarding settings', icon: <Settings2 size={14} />, onSelect: leave }]}
      small
      variant="ghost"
      class="pipe-targets"
    >
      <span class="pipe-host">{targets.length} targets</span>
      <StateMark {...targetWords(forward)} />
      <ChevronDown size={13} />
    </Menu>
  )
}

const StateMark = ({ tone, word }: TargetWords) => (
  <span class={`pipe-state tone-${tone}`}>
    <span class="pipe-dot" aria-hidden="true" /> {word}
  </span>
)

interface TargetWords {
  readonly tone: 'ok' | 'warn' | 'bad' | 'neutral'
  readonly word: string
}

/** The health of the targets together: what is wrong with one is said of all. Only what is seen now is green. */
function targetWords({ targets, paused }: Pick<ForwardStatus, 'targets' | 'paused'>): TargetWords {
  if (isGone.value) return { tone: 'neutral', word: 'unknown' }
  const down = targets.filter(target => target.state === 'down')
  const [first] = down
  const problem = first === undefined ? null : targets.length === 1 ? downWord(first) : `${down.length} down`
  if (paused) return { tone: 'warn', word: problem === null ? 'paused' : `paused, ${problem}` }
  // What it is tried again with is neither lost nor failed.
  const queued = down.reduce((sum, { waiting, retryUntil }) => sum + (retryUntil === null ? 0 : waiting), 0)
  if (queued > 0) return { tone: 'bad', word: `${problem}, ${queued} queued` }
  if (problem !== null) return { tone: 'bad', word: problem }
  const unseen = targets.filter(({ state }) => state === 'unknown')
  // A proxy may not say whether one is there: the next delivery does.
  if (unseen.length > 0)
    return { tone: 'neutral', word: unseen.every(({ proxy }) => proxy !== undefined) ? 'behind a proxy' : 'checking' }
  const unwatched = targets.filter(({ watched }) => !watched)
  return unwatched.length === 0 ? { tone: 'ok', word: 'up' } : seenWords(unwatched)
}

const answeredWord = ({ status, at }: NonNullable<TargetStatus['answered']>) =>
  `answered ${status} at ${momentText(at, now.value)}`

const downWord = ({ error, answered }: TargetStatus) =>
  error?.code === unavailableCode && answered !== null ? answeredWord(answered) : 'down'

/** Of targets that nobody looks at now: what was seen, and when. */
function seenWords(targets: readonly TargetStatus[]): TargetWords {
  const [only, more] = targets
  if (only?.answered && more === undefined) {
    return { tone: isSuccess(only.answered.status) ? 'neutral' : 'warn', word: answeredWord(only.answered) }
  }
  const times = targets.flatMap(({ seenAt }) => seenAt ?? [])
  return { tone: 'neutral', word: `up at ${momentText(times.sort()[0] ?? '', now.value)}` }
}

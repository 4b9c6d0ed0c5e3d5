import './frame.css'
import { BadgeCheck, Inbox, Settings, Waypoints, Zap } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { Toasts } from '../../components/toasts.tsx'
import { facets } from '../../models/facets.ts'
import { startFrame } from '../../models/frame.ts'
import { hooksState, type RailState, settingsState } from '../../models/rail-state.ts'
import { readinessMark } from '../../models/readiness.ts'
import { connectRouter, hrefOf, openId, route, type View } from '../../models/route.ts'
import { status } from '../../models/session.ts'
import { countText, shortCount } from '../../models/time.ts'
import { DeliveriesView } from '../deliveries/deliveries-view.tsx'
import { HelpDialog } from '../help/help-dialog.tsx'
import { SettingsView } from '../settings/settings-view.tsx'
import { ConnectionBar } from './connection-bar.tsx'
import { late } from './late.tsx'
import { TopBar } from './top-bar.tsx'

const HooksView = late(async () => (await import('../hooks/hooks-view.tsx')).HooksView)
const SimulateView = late(async () => (await import('../simulate/workbench.tsx')).Workbench)
const ReadinessView = late(async () => (await import('../readiness/readiness-view.tsx')).ReadinessView)

const SandboxDialog = late(async () => (await import('../help/sandbox-dialog.tsx')).SandboxDialog)

/** The whole inspector: top bar, rail, the view that the URL names. */
export function Frame() {
  const location = useLocation()
  useLayoutEffect(() => connectRouter(location.url, location.route), [location.url, location.route])
  // Before anything is seen: a key that is pressed on sight is not lost.
  useLayoutEffect(startFrame, [])
  const { view, params } = route.value
  return (
    <div class={`frame${openId.value === null ? '' : ' frame-open'}`}>
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      <TopBar />
      <Rail />
      <main id="main" class="main" tabIndex={-1}>
        <ConnectionBar />
        <CurrentView view={view} />
      </main>
      <HelpDialog />
      {params['help'] === 'sandbox' ? <SandboxDialog /> : null}
      <Toasts />
    </div>
  )
}

function CurrentView({ view }: { view: View }) {
  switch (view) {
    case 'deliveries':
      return <DeliveriesView />
    case 'hooks':
      return <HooksView />
    case 'simulate':
      return <SimulateView />
    case 'readiness':
      return <ReadinessView />
    case 'settings':
      return <SettingsView />
    case 'missing':
      return <MissingView />
  }
}

function Rail() {
  const session = status.value
  const total = facets.value?.total
  return (
    <nav class="rail" aria-label="Views">
      <RailLink view="deliveries" icon={<Inbox size={17} aria-hidden="true" />} label="Deliveries">
        {total === undefined ? null : (
          <span class="rail-count" title={countText(total)}>
            {shortCount(total)}
          </span>
        )}
      </RailLink>
      <RailLink view="hooks" icon={<Waypoints size={17} aria-hidden="true" />} label="Hooks">
        {session ? <span class="rail-count">{countText(session.hooks.length)}</span> : null}
        <RailMark state={session ? hooksState(session.hooks) : null} />
      </RailLink>
      <RailLink view="simulate" icon={<Zap size={17} aria-hidden="true" />} label="Simulate">
        {session && session.simulator.waiting > 0 ? (
          <span class="rail-count">{countText(session.simulator.waiting)}</span>
        ) : null}
      </RailLink>
      <RailLink view="readiness" icon={<BadgeCheck size={17} aria-hidden="true" />} label="Readiness">
        {readinessMark.value === null ? null : (
          <span
            class="rail-count"
            title={
              session?.check ? 'Questions asked of the running check' : 'Score of the last check that asked everything'
            }
          >
            {readinessMark.value}
          </span>
        )}
      </RailLink>
      <RailLink view="settings" icon={<Settings size={17} aria-hidden="true" />} label="Settings">
        <RailMark state={session ? settingsState(session.tunnel) : null} />
      </RailLink>
    </nav>
  )
}

function RailMark({ state }: { state: RailState | null }) {
  if (state === null) return null
  const { tone, label } = state
  return (
    <span class={`rail-state rail-${tone}`} title={label}>
      <span class="rail-dot" aria-hidden="true" />
      <span class="rail-word">{label}</span>
    </span>
  )
}

function RailLink(props: { view: View; icon: ComponentChildren; label: string; children?: ComponentChildren }) {
  return (
    <a
      class="rail-link"
      href={hrefOf({ view: props.view })}
      aria-current={route.value.view === props.view ? 'page' : undefined}
      title={props.label}
    >
      {props.icon}
      <span class="rail-label">{props.label}</span>
      {props.children}
    </a>
  )
}

function MissingView() {
  return (
    <div class="missing">
      <h1>There is nothing at this address</h1>
      <p class="muted">It may belong to another version of hookscope.</p>
      <a href={hrefOf({ view: 'deliveries' })}>Show the deliveries</a>
    </div>
  )
}

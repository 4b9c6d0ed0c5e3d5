import { BadgeCheck, Inbox, Settings, Waypoints, Zap } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { checkMark } from '../../check/past-checks.ts'
import { DeliveriesView } from '../../deliveries/list/deliveries-view.tsx'
import { countText, shortCount } from '../../kit/count.ts'
import { late } from '../../kit/late.tsx'
import { Toasts } from '../../kit/toast-list.tsx'
import { askedWay } from '../asked-way.ts'
import { facets } from '../facets.ts'
import { status, tunnelNow } from '../listener.ts'
import { helpOpen } from '../page.ts'
import { me } from '../people.ts'
import { hooksState, type RailState, settingsState } from '../rail-state.ts'
import { connectRouter, linkTo, openId, route, type View } from '../route.ts'
import { ConnectionBar } from './connection-bar.tsx'
import { people } from './people-screens.ts'
import { startFrame } from './start.ts'
import { TopBar } from './top-bar.tsx'

const HooksView = late(async () => (await import('../../hooks/hooks-view.tsx')).HooksView)
const SimulateView = late(async () => (await import('../../simulate/simulate-view.tsx')).Workbench)
const CheckView = late(async () => (await import('../../check/check-view.tsx')).CheckView)
const SettingsView = late(async () => (await import('../../settings/settings-view.tsx')).SettingsView)
const TunnelWayDialog = late(async () => (await import('../tunnel-way-dialog.tsx')).TunnelWayDialog)
const HelpDialog = late(async () => (await import('../help/help-dialog.tsx')).HelpDialog)
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
      {helpOpen.value ? <HelpDialog /> : null}
      {params['help'] === 'sandbox' ? <SandboxDialog /> : null}
      {askedWay.value === null ? null : <TunnelWayDialog />}
      <Toasts />
    </div>
  )
}

function CurrentView({ view }: { view: View }) {
  switch (view) {
    case 'deliveries':
      return <DeliveriesView />
    case 'hooks':
      return me.value === null ? (
        <HooksView />
      ) : (
        <people.HooksGate>
          <HooksView />
        </people.HooksGate>
      )
    case 'simulate':
      return <SimulateView />
    case 'check':
      return <CheckView />
    case 'settings':
      return <SettingsView />
    case 'account':
      return me.value === null ? <MissingView /> : <people.AccountView />
    case 'people':
      return me.value?.mode === 'shared' ? <people.OwnersView /> : <MissingView />
    case 'missing':
      return <MissingView />
  }
}

function Rail() {
  const listener = status.value
  const total = facets.value?.total
  return (
    <nav class="rail" aria-label="Views">
      <RailLink view="deliveries" icon={<Inbox size={17} />} label="Deliveries">
        {total === undefined ? null : (
          <span class="rail-count" title={countText(total)}>
            {shortCount(total)}
          </span>
        )}
      </RailLink>
      <RailLink view="hooks" icon={<Waypoints size={17} />} label="Hooks">
        {listener ? <span class="rail-count">{countText(listener.hooks.length)}</span> : null}
        <RailMark state={listener && !listener.from ? hooksState(listener.hooks) : null} />
      </RailLink>
      <RailLink view="simulate" icon={<Zap size={17} />} label="Simulate">
        {listener && listener.simulator.waiting > 0 ? (
          <span class="rail-count">{countText(listener.simulator.waiting)}</span>
        ) : null}
      </RailLink>
      <RailLink view="check" icon={<BadgeCheck size={17} />} label="Check">
        {checkMark.value === null ? null : (
          <span
            class="rail-count"
            title={listener?.check ? 'Progress of the running check' : 'Score of the last full check'}
          >
            {checkMark.value}
          </span>
        )}
      </RailLink>
      <RailLink view="settings" icon={<Settings size={17} />} label="Settings">
        <RailMark state={tunnelNow.value && settingsState(tunnelNow.value)} />
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
      href={linkTo({ view: props.view })}
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
      <h1>There is no page at this address</h1>
      <p class="muted">It may belong to a different version of hookscope.</p>
      <a href={linkTo({ view: 'deliveries' })}>Show the deliveries</a>
    </div>
  )
}

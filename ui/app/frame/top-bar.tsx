import { CircleHelp, Moon, Pause, Play, Sun } from 'lucide-preact'
import { live, setLive } from '../../deliveries/list/deliveries.ts'
import { Search } from '../../deliveries/list/search.tsx'
import { IconButton } from '../../kit/button.tsx'
import { nextTheme, theme } from '../../kit/theme.ts'
import { isGone } from '../listener.ts'
import { helpOpen } from '../page.ts'
import { me } from '../people.ts'
import { linkTo, route } from '../route.ts'
import { people } from './people-screens.ts'
import { Pipeline } from './pipeline.tsx'

/** Mark, the way of a delivery, search, and the switches of the whole page. */
export function TopBar() {
  return (
    <header class="top-bar">
      <a class="mark" href={linkTo({ view: 'deliveries' })} aria-label="hookscope, to the deliveries">
        <img src="/icon.svg" alt="" width={24} height={24} />
        <span class="mark-name">hookscope</span>
      </a>
      <Pipeline />
      {route.value.view === 'deliveries' ? <Search /> : <div class="search-space" />}
      <div class="top-switches">
        <LiveSwitch />
        <ThemeSwitch />
        <IconButton
          label="All keys"
          keyHint="?"
          icon={<CircleHelp size={17} />}
          onClick={() => {
            helpOpen.value = true
          }}
        />
        {me.value === null ? null : <people.AccountMenu />}
      </div>
    </header>
  )
}

function LiveSwitch() {
  const on = live.value
  const gone = isGone.value
  return (
    <button
      type="button"
      class={`live-switch${on && !gone ? ' live-on' : ''}`}
      aria-pressed={on}
      aria-keyshortcuts="l"
      title={
        gone
          ? 'Not connected to hookscope.'
          : on
            ? 'New deliveries appear by themselves. Pause (l)'
            : 'New deliveries wait. Resume (l)'
      }
      onClick={() => setLive(!on)}
    >
      {on ? <Pause size={13} /> : <Play size={13} />}
      <span>{gone ? 'Offline' : on ? 'Live' : 'Paused'}</span>
    </button>
  )
}

function ThemeSwitch() {
  const dark = theme.value === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme.value === 'dark'
  return (
    <IconButton
      label={dark ? 'Switch to the light theme' : 'Switch to the dark theme'}
      keyHint="t"
      icon={dark ? <Sun size={17} /> : <Moon size={17} />}
      onClick={nextTheme}
    />
  )
}

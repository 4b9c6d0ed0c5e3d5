import { CircleHelp, Moon, Pause, Play, Sun } from 'lucide-preact'
import { IconButton } from '../../components/button.tsx'
import { live, setLive } from '../../models/deliveries.ts'
import { helpOpen, nextTheme } from '../../models/frame.ts'
import { hrefOf, route } from '../../models/route.ts'
import { theme } from '../../models/theme.ts'
import { Search } from '../deliveries/search.tsx'
import { HookUrl } from './hook-url.tsx'

/** Mark, Hook URL with the tunnel's state, search, and the switches of the whole page. */
export function TopBar() {
  return (
    <header class="top-bar">
      <a class="mark" href={hrefOf({ view: 'deliveries' })} aria-label="hookscope, to the deliveries">
        <img src="/icon.svg" alt="" width={24} height={24} />
        <span class="mark-name">hookscope</span>
      </a>
      <HookUrl />
      {route.value.view === 'deliveries' ? <Search /> : <div class="search-space" />}
      <div class="top-switches">
        <LiveSwitch />
        <ThemeSwitch />
        <IconButton
          label="All keys"
          keyHint="?"
          icon={<CircleHelp size={17} aria-hidden="true" />}
          onClick={() => {
            helpOpen.value = true
          }}
        />
      </div>
    </header>
  )
}

function LiveSwitch() {
  const on = live.value
  return (
    <button
      type="button"
      class={`live-switch${on ? ' live-on' : ''}`}
      aria-pressed={on}
      aria-keyshortcuts="l"
      title={on ? 'New deliveries appear by themselves. Pause (l)' : 'New deliveries wait. Resume (l)'}
      onClick={() => setLive(!on)}
    >
      {on ? <Pause size={13} aria-hidden="true" /> : <Play size={13} aria-hidden="true" />}
      <span>{on ? 'Live' : 'Paused'}</span>
    </button>
  )
}

function ThemeSwitch() {
  const dark = theme.value === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme.value === 'dark'
  return (
    <IconButton
      label={dark ? 'Switch to the light theme' : 'Switch to the dark theme'}
      keyHint="t"
      icon={dark ? <Sun size={17} aria-hidden="true" /> : <Moon size={17} aria-hidden="true" />}
      onClick={nextTheme}
    />
  )
}

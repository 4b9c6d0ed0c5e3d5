/** What belongs to the whole page: its start, its title, its help, its keys. */
import { computed, effect, signal } from '@preact/signals'
import { live, setLive, startDeliveries, unread } from './deliveries.ts'
import { startFacets } from './facets.ts'
import { bindKeys, defineKeys } from './keys.ts'
import { startChecks } from './readiness.ts'
import { go, hrefOf, openId, route } from './route.ts'
import { startSession } from './session.ts'
import { setTheme, theme } from './theme.ts'
import { startClock } from './time.ts'

export const helpOpen = signal(false)
/** Counts the calls to put the caret into the search. */
export const searchCalls = signal(0)

const names = {
  deliveries: 'Deliveries',
  hooks: 'Hooks',
  simulate: 'Simulate',
  readiness: 'Readiness',
  settings: 'Settings',
  missing: 'Nothing',
}

const title = computed(() => {
  const place = openId.value === null ? names[route.value.view] : `Delivery ${openId.value}`
  return `${unread.value > 0 ? `(${unread.value}) ` : ''}${place} · hookscope`
})

/** The theme that comes after the current one on the switch. */
export function nextTheme(): void {
  const dark = theme.peek() === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme.peek() === 'dark'
  setTheme(dark ? 'light' : 'dark')
}

defineKeys('Everywhere', [
  {
    key: '/',
    description: 'Search',
    when: () => route.peek().view === 'deliveries',
    action: () => {
      searchCalls.value += 1
    },
  },
  {
    key: '?',
    description: 'Show all keys',
    when: () => true,
    action: () => {
      helpOpen.value = true
    },
  },
  { key: 't', description: 'Switch between light and dark', when: () => true, action: nextTheme },
  { key: 'l', description: 'Pause or resume the live list', when: () => true, action: () => setLive(!live.peek()) },
  { key: 'g d', description: 'Go to Deliveries', when: () => true, action: () => go(hrefOf({ view: 'deliveries' })) },
  { key: 'g h', description: 'Go to Hooks', when: () => true, action: () => go(hrefOf({ view: 'hooks' })) },
  { key: 'g m', description: 'Go to Simulate', when: () => true, action: () => go(hrefOf({ view: 'simulate' })) },
  { key: 'g r', description: 'Go to Readiness', when: () => true, action: () => go(hrefOf({ view: 'readiness' })) },
  { key: 'g s', description: 'Go to Settings', when: () => true, action: () => go(hrefOf({ view: 'settings' })) },
])

/** Starts everything that outlives a view. @returns a function that stops it */
export function startFrame(): () => void {
  const stops = [
    startClock(),
    startSession(),
    startDeliveries(),
    startFacets(),
    startChecks(),
    bindKeys(),
    effect(() => {
      document.title = title.value
    }),
  ]
  return () => {
    for (const stop of stops.toReversed()) stop()
  }
}

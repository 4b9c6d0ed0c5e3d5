/** What belongs to the whole page: its start, its title, its keys. */
import { computed, effect } from '@preact/signals'
import { startChecks } from '../../check/past-checks.ts'
import { live, setLive, startDeliveries, unreadCount } from '../../deliveries/list/deliveries.ts'
import { bindKeys, defineKeys, orderKeys } from '../../kit/keys.ts'
import { setSharing, sharing } from '../../kit/screen-sharing.ts'
import { nextTheme } from '../../kit/theme.ts'
import { startClock } from '../../kit/time.ts'
import { startFacets } from '../facets.ts'
import { followListener } from '../listener.ts'
import { callSearch, helpOpen } from '../page.ts'
import { goTo, linkTo, openId, route } from '../route.ts'

const names = {
  deliveries: 'Deliveries',
  hooks: 'Hooks',
  simulate: 'Simulate',
  check: 'Check',
  settings: 'Settings',
  account: 'Your account',
  people: 'People',
  missing: 'Not found',
}

const title = computed(() => {
  const place = openId.value === null ? names[route.value.view] : `Delivery ${openId.value}`
  return `${unreadCount.value > 0 ? `(${unreadCount.value}) ` : ''}${place} · hookscope`
})

const goToCheck = () => goTo(linkTo({ view: 'check' }))

orderKeys(['Everywhere', 'Deliveries', 'A delivery', 'Hooks', 'Simulate', 'Check'])
defineKeys('Everywhere', [
  {
    key: '/',
    description: 'Search',
    when: () => route.peek().view === 'deliveries',
    action: callSearch,
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
  {
    key: 'H',
    description: 'Hide signatures while the screen is shared, or show them again',
    when: () => true,
    action: () => setSharing(!sharing.peek()),
  },
  { key: 'l', description: 'Pause or resume the live list', when: () => true, action: () => setLive(!live.peek()) },
  { key: 'g d', description: 'Go to Deliveries', when: () => true, action: () => goTo(linkTo({ view: 'deliveries' })) },
  { key: 'g h', description: 'Go to Hooks', when: () => true, action: () => goTo(linkTo({ view: 'hooks' })) },
  { key: 'g m', description: 'Go to Simulate', when: () => true, action: () => goTo(linkTo({ view: 'simulate' })) },
  { key: 'g c', description: 'Go to Check', when: () => true, action: goToCheck },
  { key: 'g r', description: 'Go to Check', when: () => true, action: goToCheck, unlisted: true },
  { key: 'g s', description: 'Go to Settings', when: () => true, action: () => goTo(linkTo({ view: 'settings' })) },
])

/** Starts everything that outlives a view. @returns a function that stops it */
export function startFrame(): () => void {
  const stops = [
    startClock(),
    followListener(),
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

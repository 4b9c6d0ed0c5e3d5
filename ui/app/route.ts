/**
 * Where the inspector is. Everything that a reload, the back button or a shared link should restore is in the URL:
 *
 *   /                        deliveries, none open
 *   /deliveries/42           deliveries, number 42 open
 *   /hooks, /hooks/ID        the hooks; one of them open (`/hooks/new`: Add Webhook)
 *   /simulate, /simulate/7   the simulated gateway; simulation 7 open
 *   /check, /check/7         the check; check 7 open (`/readiness` is its name of before)
 *   /settings                settings
 *   /account                 one's own account, where people sign in
 *   /people, /people/audit   who may sign in; what they did
 *
 * and behind it, where they differ from what is usual:
 *
 *   q      the search, chips and brushed time included (`?q=is:rejected+type:ach.*`)
 *   group  `0` shows every delivery, not the latest of each event
 *   probe  the finding of a check that is open; `show` filters its findings, `with` names the check to compare with
 *   what   the event, scenario or sample that Simulate sends, `as=json` shows it so, `step` is a scenario's open event; `axis` and `event` of its attempts
 *   help   `sandbox` shows what brings which event in the gateway's sandbox
 *   tab    the detail's tab; other names the detail needs (`compare`, `edit`, …) are kept beside it
 *
 * `q` and `group` stay while deliveries are opened and closed; everything else belongs to the open delivery and goes with it.
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals'

export type View = 'deliveries' | 'hooks' | 'simulate' | 'check' | 'settings' | 'account' | 'people' | 'missing'

export interface Route {
  readonly view: View
  /** The open delivery. */
  readonly delivery: number | null
  /** What is open in another view: a hook's id, the number of a simulation or a check. */
  readonly item: string | null
  readonly params: Readonly<Record<string, string>>
}

/** What stays in the URL when the open delivery changes. */
const lasting = ['q', 'group']

/** Reads a path with its query. */
export function parseRoute(url: string): Route {
  const { pathname, searchParams } = new URL(url, 'http://inspector')
  const params = Object.fromEntries(searchParams)
  const path = pathname.replace(/\/+$/, '')
  const place = (view: View, item: string | null = null): Route => ({ view, delivery: null, item, params })
  if (path === '' || path === '/deliveries') return place('deliveries')
  if (path === '/settings' || path === '/account') return place(path === '/settings' ? 'settings' : 'account')
  const other = /^\/(hooks|simulate|check|readiness|people)(?:\/([A-Za-z0-9_-]{1,64}))?$/.exec(path)
  if (other)
    return place(
      other[1] === 'readiness' ? 'check' : (other[1] as 'hooks' | 'simulate' | 'check' | 'people'),
      other[2] ?? null,
    )
  const open = /^\/deliveries\/(\d{1,15})$/.exec(path)
  return open ? { ...place('deliveries'), delivery: Number(open[1]) } : place('missing')
}

function pathOf({ view, delivery, item }: Route): string {
  if (view === 'deliveries' || view === 'missing') return delivery === null ? '/' : `/deliveries/${delivery}`
  return item === null ? `/${view}` : `/${view}/${item}`
}

/** Writes a route as a path with its query; parameters are sorted, so that the same place has one URL. */
export function formatRoute(to: Route): string {
  const path = pathOf(to)
  const params = new URLSearchParams(Object.entries(to.params).filter(([, value]) => value !== ''))
  params.sort()
  const query = params.toString()
  return query === '' ? path : `${path}?${query}`
}

const url = signal(typeof location === 'undefined' ? '/' : location.pathname + location.search)
let push: (url: string, replace: boolean) => void = next => {
  url.value = next
}

/** The current place. Components and models that read it follow it. */
export const route: ReadonlySignal<Route> = computed(() => parseRoute(url.value))
/** The open delivery, or null. */
export const openId: ReadonlySignal<number | null> = computed(() => route.value.delivery)
/** The search as it is in the URL. */
export const queryText: ReadonlySignal<string> = computed(() => route.value.params['q'] ?? '')
/** Whether retries are gathered under their event. */
export const grouped: ReadonlySignal<boolean> = computed(() => route.value.params['group'] !== '0')

/** The frame tells of the router's URL, and how to change it. */
export function connectRouter(current: string, go: (url: string, replace: boolean) => void): void {
  push = go
  url.value = current
}

/** The URL of a view or of a delivery, search kept. For links: `<a href={hrefOf({ delivery: 42 })}>`. */
export function linkTo(to: { view?: View; delivery?: number | null; item?: string | null }): string {
  const from = route.value
  const params = Object.fromEntries(Object.entries(from.params).filter(([name]) => lasting.includes(name)))
  return formatRoute({ view: to.view ?? 'deliveries', delivery: to.delivery ?? null, item: to.item ?? null, params })
}

/** The URL of a section of Settings, which is shown and can be typed into at once. */
export const settingsAt = (section: 'tunnel' | 'forwarding'): string =>
  formatRoute({ view: 'settings', delivery: null, item: null, params: { at: section } })

/** The URL of the current place with what the sandbox does over it. */
export function sandboxHref(): string {
  const { value } = route
  return formatRoute({ ...value, params: { ...value.params, help: 'sandbox' } })
}

/** Goes there. `replace` leaves no step behind for the back button (moving through the list). */
export function goTo(target: string, replace = false): void {
  const current = formatRoute(route.peek())
  if (target !== current) push(target, replace)
}

/** Opens a delivery, keeping the search and the current tab. */
export function openDelivery(id: number, replace = false): void {
  const { params } = route.peek()
  const kept = Object.fromEntries(Object.entries(params).filter(([name]) => [...lasting, 'tab'].includes(name)))
  goTo(formatRoute({ view: 'deliveries', delivery: id, item: null, params: kept }), replace)
}

/** Closes the open delivery. */
export function closeDelivery(): void {
  goTo(linkTo({ delivery: null }))
}

/** Changes parameters of the current place; null or '' takes one away. Replaces by default: a tab is not a place to go back to. */
export function setParams(changes: Readonly<Record<string, string | null>>, replace = true): void {
  const from = route.peek()
  const params: Record<string, string> = { ...from.params }
  for (const [name, value] of Object.entries(changes)) params[name] = value ?? ''
  goTo(formatRoute({ ...from, params }), replace)
}

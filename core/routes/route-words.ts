/** What is said of routes where people read them. */
import type { RouteStatus, RouteView } from '../api/messages.ts'
import { hostAndPath } from '../http/target-name.ts'

type Named = { readonly id: string; readonly label: string }

/** Which deliveries a route takes: `ach.*`, `all other events`, `ach.* of My shop`, `every event of the other webhooks`. */
function takenBy({ events, hook }: RouteView, routes: readonly RouteView[], hooks: readonly Named[]): string {
  const isFurther = routes.some(route => route.events !== null && route.hook === hook)
  const what = events === null ? (isFurther ? 'all other events' : 'every event') : events.join(', ')
  if (hook !== null) return `${what} of ${hooks.find(({ id }) => id === hook)?.label ?? 'a hook that is gone'}`
  return routes.some(route => route.hook !== null) ? `${what} of the other webhooks` : what
}

/** Which deliveries a target gets; null where each target gets every one. */
export function takenText(target: string, { routes }: RouteStatus, hooks: readonly Named[]): string | null {
  if (routes.every(({ events, hook }) => events === null && hook === null)) return null
  return routes
    .filter(route => route.target === target)
    .map(route => takenBy(route, routes, hooks))
    .join('; ')
}

/** What goes on where the routes of all webhooks are removed: which webhooks forward to where, and the config file; null: nothing does. */
export function otherRoutesText({ routes }: Pick<RouteStatus, 'routes'>, hooks: readonly Named[]): string | null {
  const said = routes.flatMap(({ target, hook, from }) => {
    if (from === 'forward') return []
    const label = hooks.find(({ id }) => id === hook)?.label
    const who = from === 'config' ? 'the config file' : label === undefined ? 'a webhook' : `“${label}”`
    return `${who} to ${hostAndPath(target)}`
  })
  return said.length === 0 ? null : [...new Set(said)].join(', ')
}

const places = { config: 'set in the config file', hook: 'set at its webhook' } as const

/** Where the routes to a target were given; null where it was the start or Settings. */
export function placeText(target: string, { routes }: Pick<RouteStatus, 'routes'>): string | null {
  const said = routes.flatMap(({ target: to, from }) => (to === target && from !== 'forward' ? places[from] : []))
  return said.length === 0 ? null : [...new Set(said)].join(' and ')
}

/** What is left out of forwarding, a sentence each. */
export function leftOutTexts({ only }: RouteStatus): string[] {
  return only === null ? [] : [`Only ${only.join(', ')}.`]
}

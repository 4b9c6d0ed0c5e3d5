/** All routes of a listener: those of the hooks, of the config file and of `--forward`, in the order they are asked. */
import type { RouteView } from '../../core/api/messages.ts'
import { headerLine } from '../../core/http/header-line.ts'
import { readEvents } from '../../core/routes/event-pattern.ts'
import type { RoutePlan } from '../../core/routes/route.ts'
import { readTime } from '../../core/text/duration.ts'
import { clip, printable } from '../../core/text/text.ts'
import type { ConfigRoute, Settings } from '../config/settings.ts'
import { exitCodes, UserError } from '../lib/errors.ts'
import { checkedRoute, type ForwardTarget, parseForwardTargets, parseTarget, type SendingRules } from './target.ts'

/** Where a route was given. */
export interface GivenRoute extends ForwardTarget {
  readonly from: RouteView['from']
}

/** A hook as a route may name it. */
export interface RoutedHook {
  readonly id: string
  readonly label: string
}

type RouteSettings = Pick<Settings, 'routes' | 'sending'>

/** @param texts `[EVENTS=]URL` each @throws UserError for what cannot be a route */
export const routesOfTexts = (texts: readonly string[], { sending }: Pick<Settings, 'sending'>): GivenRoute[] =>
  parseForwardTargets(texts, sending).map(route => ({ ...route, from: 'forward' }))

/**
 * The routes of the config file.
 * @param hooks null: not known, so that none is looked for
 * @throws UserError for a target, an event or a hook that there is not
 */
export function routesOfConfig({ routes, sending }: RouteSettings, hooks: readonly RoutedHook[] | null): GivenRoute[] {
  return routes.map((route, index) => {
    try {
      return { ...checkedRoute(routeOf(route, sending, hooks)), from: 'config' }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      throw new UserError(`routes.${index}: ${error.message}`, error.hint, { cause: error })
    }
  })
}

function routeOf(route: ConfigRoute, sending: SendingRules, hooks: readonly RoutedHook[] | null): ForwardTarget {
  const events = route.events === undefined ? undefined : patternsOf([route.events].flat().join(','))
  const hook = route.hook === undefined || hooks === null ? undefined : hookOf(route.hook, hooks)
  const own = Object.entries(route.headers ?? {}).map(([name, value]) => checkedLine(name, value))
  const names = new Set(own.map(([name]) => name.toLowerCase()))
  const headers = [...(sending.headers ?? []).filter(([name]) => !names.has(name.toLowerCase())), ...own]
  const timeoutMs = route.timeout === undefined ? null : readTime(route.timeout)
  return {
    ...sending,
    url: parseTarget(route.target),
    ...(hook !== undefined && { hook }),
    ...(events !== undefined && { events }),
    ...(headers.length > 0 && { headers }),
    ...(route.host !== undefined && { host: route.host }),
    ...(route.basicAuth !== undefined && { basic: credentialsOf(route.basicAuth) }),
    ...(timeoutMs !== null && { timeoutMs }),
    ...(route.insecure !== undefined && { insecure: route.insecure }),
  }
}

/** @throws UserError for an event that there is not */
export function patternsOf(text: string): readonly string[] {
  const read = readEvents(text)
  if (read.ok) return read.events
  throw new UserError(read.message, read.hint, { exitCode: exitCodes.usage })
}

function hookOf(named: string, hooks: readonly RoutedHook[]): string {
  const found = hooks.filter(({ id, label }) => id === named || label === named)
  const [first] = found
  if (first !== undefined && found.length === 1) return first.id
  throw new UserError(
    `${found.length === 0 ? 'No hook is' : 'Several hooks are'} called “${clip(printable(named), 60)}”.`,
    hooks.length === 0
      ? 'Add the hook first.'
      : `Hooks: ${hooks.map(({ id, label }) => `${clip(printable(label), 40)} (${id})`).join(', ')}`,
  )
}

function checkedLine(name: string, value: string) {
  const read = headerLine(name, value)
  if (read.ok) return read.line
  throw new UserError(read.message, read.hint)
}

function credentialsOf(text: string) {
  const colon = text.indexOf(':')
  return { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** A route as it is shown: names of headers, no values and no password. */
export const routeView = (route: ForwardTarget & Partial<Pick<GivenRoute, 'from'>>): RouteView => ({
  target: route.url.href,
  hook: route.hook ?? null,
  events: route.events ?? null,
  from: route.from ?? 'forward',
  headers: (route.headers ?? []).map(([name]) => name),
  host: route.host ?? null,
  username: route.basic?.username ?? null,
  timeoutMs: route.timeoutMs ?? null,
  insecure: route.insecure ?? false,
})

/** What settings alone say of where deliveries go: without what hooks have, and without a hook by its label. */
export const planOfSettings = (settings: Settings): RoutePlan<GivenRoute> => ({
  routes: [...routesOfConfig(settings, null), ...routesOfTexts(settings.forward, settings)],
  all: settings.forwardAll,
  only: settings.only,
  unsubscribed: settings.forwardUnsubscribed,
})

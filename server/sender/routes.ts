/** All routes of a listener: those of the config file, of `--forward`, and of the hooks. */
import type { RouteView } from '../../core/api/messages.ts'
import { headerLine } from '../../core/http/header-line.ts'
import { readEvents } from '../../core/routes/event-pattern.ts'
import type { RoutePlan } from '../../core/routes/route.ts'
import { readTime } from '../../core/text/duration.ts'
import { clip, printable } from '../../core/text/text.ts'
import type { ConfigRoute, Settings } from '../config/settings.ts'
import { UserError, usageError } from '../lib/errors.ts'
import { shellWord } from '../lib/shell-word.ts'
import { checkedRoute, type ForwardTarget, parseForwardTargets, parseTarget, type SendingRules } from './target.ts'

/** Where a route was given. */
export interface GivenRoute extends ForwardTarget {
  readonly from: RouteView['from']
}

/** A hook as a route may name it, and where its own deliveries go. */
export interface RoutedHook {
  readonly id: string
  readonly label: string
  readonly forward: readonly string[]
}

type RouteSettings = Pick<Settings, 'routes' | 'sending'>

/** @param texts `[EVENTS=]URL` each @throws UserError for what cannot be a route */
export const routesOfTexts = (texts: readonly string[], { sending }: Pick<Settings, 'sending'>): GivenRoute[] =>
  parseForwardTargets(texts, sending).map(route => ({ ...route, from: 'forward' }))

/**
 * The routes that hooks have of their own.
 * @param check more that may be wrong with those of a hook
 * @throws UserError naming the hook, and the command that clears its routes
 */
export function routesOfHooks(
  hooks: readonly RoutedHook[],
  { sending }: Pick<Settings, 'sending'>,
  check: (routes: readonly GivenRoute[]) => unknown = () => {},
): GivenRoute[] {
  return hooks.flatMap(({ id, label, forward }) => {
    try {
      const routes = parseForwardTargets(forward, { ...sending, hook: id }).map(
        (route): GivenRoute => ({ ...route, from: 'hook' }),
      )
      check(routes)
      return routes
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      throw new UserError(
        `The webhook “${clip(printable(label), 60)}”: ${error.message}`,
        `${error.hint} For nowhere: hookscope hooks edit ${shellWord(id)} --forward none`,
        { cause: error },
      )
    }
  })
}

/**
 * The routes of the config file.
 * @param hooks null: not known, so that none is looked for
 * @param isStarting whether a hook that there is not is refused; otherwise its route takes nothing
 * @throws UserError for a target, an event or a hook that there is not
 */
export function routesOfConfig(
  { routes, sending }: RouteSettings,
  hooks: readonly RoutedHook[] | null,
  isStarting = true,
): GivenRoute[] {
  const named = (text: string) => (hooks === null ? undefined : hookOf(text, hooks, isStarting))
  return routes.map((route, index) => {
    try {
      return { ...checkedRoute(routeOf(route, sending, named)), from: 'config' }
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      throw new UserError(`routes.${index}: ${error.message}`, error.hint, { cause: error })
    }
  })
}

function routeOf(
  route: ConfigRoute,
  sending: SendingRules,
  idOf: (named: string) => string | undefined,
): ForwardTarget {
  const events = route.events === undefined ? undefined : patternsOf([route.events].flat().join(','))
  const hook = route.hook === undefined ? undefined : idOf(route.hook)
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
  throw usageError(read.message, read.hint)
}

/** The id of a hook that is named by its label or id; where there is none and that may be, what was named. */
function hookOf(named: string, hooks: readonly RoutedHook[], mustBe: boolean): string {
  const found = hooks.filter(({ id, label }) => id === named || label === named)
  const [first] = found
  if (first !== undefined && found.length === 1) return first.id
  if (!mustBe) return named
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

/** Where a listener would forward deliveries. @throws UserError as the start would, but for a hook that there is not */
export const planOfSettings = (
  settings: Pick<Settings, 'forward' | 'routes' | 'sending' | 'forwardAll' | 'only' | 'forwardUnsubscribed'>,
  hooks: readonly RoutedHook[],
): RoutePlan<GivenRoute> => ({
  routes: [
    ...routesOfConfig(settings, hooks, false),
    ...routesOfTexts(settings.forward, settings),
    ...routesOfHooks(hooks, settings),
  ],
  all: settings.forwardAll,
  only: settings.only,
  unsubscribed: settings.forwardUnsubscribed,
})

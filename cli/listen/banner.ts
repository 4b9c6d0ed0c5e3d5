/** The block at the start, and what to type into the console's Add Webhook window. */
import { exposedTexts } from '../../core/api/exposed.ts'
import type { FromStatus } from '../../core/api/from.ts'
import type { Status } from '../../core/api/messages.ts'
import type { TunnelOffer, TunnelStatus } from '../../core/api/tunnel.ts'
import { catalogue } from '../../core/events/catalogue.ts'
import { legacyHint } from '../../core/hooks/console.ts'
import { type HookView, keyNames } from '../../core/hooks/hook.ts'
import { leftOutTexts, takenText } from '../../core/routes/route-words.ts'
import { clip, printable } from '../../core/text/text.ts'
import { takingSentences } from '../../core/tunnels/taking.ts'
import { type KeptBefore, keptBeforeLine } from '../../server/deliveries/kept-before.ts'
import { clock, type LineStyle } from '../shared/delivery-line.ts'
import type { Paint } from '../shared/style.ts'
import { wrapWords } from '../shared/wrap.ts'
import { fromFacts, standingText } from './from-lines.ts'

export interface BannerFacts {
  readonly status: Status
  /** Opens the inspector, token included. */
  readonly inspectorLink: string
  /** The config file that was read, and the names of what it sets; null: none. */
  readonly config: { readonly path: string; readonly sets: readonly string[] } | null
  /** What was kept before this start; null where the database cannot tell. */
  readonly before: KeptBefore | null
}

const labelWidth = 12
/** Of a field of the console. */
const fieldWidth = 17

/** A value behind its label, broken between words and never within a link. */
export function row({ paint, width }: LineStyle, label: string, value: string): string[] {
  const lines = wrapWords(value, width === null ? null : width - labelWidth - 2)
  return lines.map((line, index) => `  ${paint.dim((index === 0 ? label : '').padEnd(labelWidth))}${line}`)
}

/** A sentence of the block, broken likewise. */
export const sentence = (text: string, { width }: LineStyle): string[] =>
  wrapWords(text, width === null ? null : width - 2).map(line => `  ${line}`)

/** What stands where the Hook URL will be. */
function urlText(hook: HookView, tunnel: TunnelStatus, paint: Paint): string {
  if (hook.customUrl !== null)
    return `${paint.bold(paint.cyan(printable(hook.customUrl)))} ${paint.dim('· your URL: only gets simulated events')}`
  if (hook.hookUrl !== null && tunnel.state !== 'down') {
    const state =
      tunnel.state === 'retrying' ? paint.yellow(` (not reachable now: ${clip(printable(tunnel.reason), 80)})`) : ''
    return `${paint.bold(paint.cyan(hook.hookUrl))}${state}`
  }
  switch (tunnel.state) {
    case 'off':
      return `none: no tunnel. On this machine: ${paint.cyan(hook.localUrl)}`
    case 'starting':
    case 'up':
      return 'opening the tunnel …'
    case 'retrying':
      return paint.yellow(`none yet: ${clip(printable(tunnel.reason), 120)} Trying again.`)
    case 'down':
      return paint.red(`none: ${clip(printable(tunnel.reason), 120)} ${clip(printable(tunnel.hint), 160)}`)
  }
}

/** Which keys and credentials deliveries are checked with, in words. */
function checkedText(hook: HookView, paint: Paint): string {
  const keys = hook.signing.kind === 'none' ? [] : hook.signing.keys
  const signature =
    keys.length === 0
      ? paint.yellow('signatures are not checked')
      : `signatures, with ${keys.map(key => `the ${keyNames[key.kind]} ${key.masked}`).join(' or ')}`
  const basic =
    hook.authentication.kind === 'none'
      ? paint.yellow('Basic auth is not checked')
      : `Basic auth, for ${printable(hook.authentication.username)}`
  return `${signature} · ${basic}`
}

/**
 * The rows of one hook: what to paste, what stands in for it, what is checked and how to have more checked.
 * @param place among how many it stands where; the first is the one that options are about
 */
export function hookRows(
  hook: HookView,
  place: { readonly index: number; readonly of: number },
  tunnel: TunnelStatus,
  style: LineStyle,
): string[] {
  const { paint } = style
  const missing = hook.hookUrl === null && (tunnel.state === 'retrying' || tunnel.state === 'down')
  const where = place.index === 0 ? 'with --signature-key or --source-key, or in the inspector' : 'in the inspector'
  return [
    ...(place.of > 1 ? [...row(style, 'Webhook', clip(printable(hook.label), 60))] : []),
    ...row(style, 'Hook URL', urlText(hook, tunnel, paint)),
    ...(missing ? [...row(style, '', `on this machine: ${paint.cyan(hook.localUrl)}`)] : []),
    ...row(style, 'Checked', checkedText(hook, paint)),
    ...(hook.signing.kind === 'none' ? [...row(style, '', paint.dim(`give a key ${where}`))] : []),
    ...(hook.rehearsal === null ? [] : [...row(style, '', paint.yellow('with a mock response to the gateway'))]),
  ]
}

/** Where deliveries come from, in place of the hooks that the gateway would be given. */
export function fromRows(from: FromStatus, style: LineStyle): string[] {
  const { paint } = style
  return [
    ...row(style, 'From', `${paint.bold(paint.cyan(from.server))} · ${standingText(from, paint)}`),
    ...fromFacts(from).flatMap(fact => row(style, '', fact)),
  ]
}

/** Where deliveries go, a row a target, and who answers the gateway. */
function forwardedRows({ forward, answer, hooks: named, from }: Status, style: LineStyle): string[] {
  const { paint } = style
  if (forward === null) return row(style, 'Forwarded', `nowhere ${paint.dim('· forward with --forward URL')}`)
  const isRouted = forward.targets.some(({ target }) => takenText(target, forward, named) !== null)
  const [first, ...others] = forward.targets.map(({ target }) => {
    const taken = takenText(target, forward, named)
    return `to ${printable(target)}${taken === null ? '' : ` · ${printable(taken)}`}`
  })
  const app = isRouted ? 'the app of its first route' : others.length > 0 ? 'this app' : 'the app'
  const who = `${from !== undefined ? 'the server' : answer === 'app' ? app : 'hookscope'} answers the gateway`
  const rows = isRouted ? [first, ...others, who] : [`${first} · ${who}`, ...others]
  const left = leftOutTexts(forward).map(paint.yellow)
  return [...rows, ...left].flatMap((text = '', index) => row(style, index === 0 ? 'Forwarded' : '', text))
}

/** What --host and --allowed-host open, and to whom. */
export const exposedRows = (status: Status, style: LineStyle): string[] =>
  exposedTexts(status).flatMap((text, index) => row(style, index === 0 ? 'Exposed' : '', style.paint.yellow(text)))

/** Of what it sets, the names: some of the values are keys. */
function configRows({ path, sets }: NonNullable<BannerFacts['config']>, style: LineStyle): string[] {
  const names = sets.length === 0 ? 'sets nothing that is not overridden' : `sets ${sets.join(', ')}`
  return [...row(style, 'Config', printable(path)), ...row(style, '', style.paint.dim(names))]
}

/** @param now milliseconds since 1970 */
export function bannerLines(
  { status, inspectorLink, config, before }: BannerFacts,
  style: LineStyle,
  now = Date.now(),
): string[] {
  const { paint } = style
  const hooks =
    status.from === undefined
      ? status.hooks.flatMap((hook, index) => hookRows(hook, { index, of: status.hooks.length }, status.tunnel, style))
      : fromRows(status.from, style)
  return [
    '',
    `  ${paint.bold('hookscope')} ${paint.dim(status.version)}`,
    '',
    ...hooks,
    ...row(style, 'Inspector', paint.cyan(inspectorLink)),
    ...exposedRows(status, style),
    ...row(style, 'Kept in', printable(status.db)),
    ...(before === null || before.count === 0 ? [] : row(style, '', keptBeforeLine(before, now))),
    ...(config === null ? [] : configRows(config, style)),
    ...forwardedRows(status, style),
    ...(status.observe ? [...row(style, 'Observing', 'rejected deliveries are answered 200 as well')] : []),
    '',
  ]
}

/** What stands in the console's field while there is no Hook URL. */
const missingUrlText = (tunnel: TunnelStatus): string =>
  tunnel.state === 'off'
    ? 'needs an https URL: open a tunnel, or give yours with --public-url'
    : tunnel.state === 'down'
      ? 'not known yet: the tunnel is down. Or give your own with --public-url'
      : 'not known yet: it shows here once the tunnel is up'

/** What to choose as Events: what was chosen here, when it was. */
function eventsText({ events }: HookView): string {
  const [first, ...others] = events
  if (events.length === catalogue.length || first === undefined)
    return `one or more of the ${catalogue.length}, those your app handles`
  return others.length > 3 ? `the ${events.length} chosen here, ${first} and others` : events.join(', ')
}

/** The key to choose. Of a short one nothing is shown that could tell it from others. */
function consoleKeyText({ kind, masked }: { readonly kind: string; readonly masked: string }): string {
  const name = kind === 'source-key' ? 'Source Key (the console’s API Key)' : 'Signature Key'
  return /^•*$/.test(masked) ? name : `${name}, ending in ${masked}`
}

/** Where the inspector shows what brings which event in the sandbox. */
function sandboxLink(inspectorLink: string): string {
  const url = new URL(inspectorLink)
  url.searchParams.set('help', 'sandbox')
  return url.href
}

/** Field by field what the console's Add Webhook window wants, in the console's own words; then how to make a sale. */
export function consoleLines(
  hook: HookView,
  { status, inspectorLink, before }: BannerFacts,
  style: LineStyle,
): string[] {
  const { paint, width } = style
  const { tunnel } = status
  // All that came may have been deleted since.
  const nothing = before !== null && !before.anyCame ? 'No deliveries yet. ' : ''
  const field = (name: string, value: string) => {
    const lines = wrapWords(value, width === null ? null : width - fieldWidth - 4)
    return lines.map((line, index) => `    ${(index === 0 ? name : '').padEnd(fieldWidth)}${line}`)
  }
  const signing = hook.signing.kind === 'none' ? [] : hook.signing.keys
  const key = signing[0]
  return [
    ...sentence(`${nothing}In the merchant console, choose Settings > Webhooks > Add Webhook and enter:`, style),
    '',
    ...field('Webhook Label', printable(hook.label)),
    ...field('Hook URL', hook.hookUrl === null ? paint.yellow(missingUrlText(tunnel)) : paint.cyan(hook.hookUrl)),
    ...field('Events', eventsText(hook)),
    ...field(
      'Authentication',
      hook.authentication.kind === 'none'
        ? 'None'
        : `Basic, user name ${printable(hook.authentication.username)}, and the password you gave hookscope`,
    ),
    ...field('Signature', key === undefined ? 'None (better: a key, given to hookscope as well)' : consoleKeyText(key)),
    '',
    ...sentence('Then choose Add Hook. Each delivery appears here as one line.', style),
    ...sentence(paint.dim(legacyHint), style),
    '',
    ...sentence('Make a sale in the sandbox. Which card, account and hour brings which event:', style),
    `  ${paint.cyan(sandboxLink(inspectorLink))}`,
    '',
  ]
}

/** How long ago the tunnel last led here; nothing where it never did. */
const sinceReached = ({ reachedAt }: { readonly reachedAt?: string }) =>
  reachedAt === undefined ? '' : ` It last led here at ${clock(reachedAt)}.`

/**
 * Another way that is ready: how to take it, and what follows.
 * @param hasKeys whether somebody can press one here
 */
export function offerLines(offer: TunnelOffer, hasKeys: boolean, { width }: LineStyle): string[] {
  const { name } = offer
  const how = hasKeys
    ? 'press t to take it or another one.'
    : `take it in the inspector, under Settings > Tunnel, or end hookscope and start it with --tunnel ${name} in place of its tunnel options.`
  const follows = takingSentences(offer, { consoleUrl: offer.consoleUrl, nextStart: null })
  return wrapWords([`Also ready here: ${name}; ${how}`, ...follows].join(' '), width)
}

/** News of the tunnel; nothing for states that need no line. */
export function tunnelLines(tunnel: TunnelStatus, hooks: readonly HookView[], { paint, width }: LineStyle): string[] {
  switch (tunnel.state) {
    case 'off':
    case 'starting':
      return []
    case 'up': {
      // A URL of the merchant's own leads past the tunnel.
      const urls = hooks.flatMap(({ hookUrl, customUrl }) => (hookUrl === null || customUrl !== null ? [] : [hookUrl]))
      if (tunnel.changedFrom === null) {
        const [only, ...others] = urls.map(url => paint.bold(paint.cyan(url)))
        if (only === undefined) return ['The tunnel is up.']
        return others.length === 0
          ? [`The tunnel is up. Hook URL: ${only}`]
          : ['The tunnel is up. Hook URLs:', ...[only, ...others].map(url => `  ${url}`)]
      }
      const bar = paint.bold(paint.red('!'.repeat(Math.min(72, width ?? 72))))
      return [
        bar,
        ...wrapWords('The Hook URL has changed.', width).map(line => paint.bold(paint.red(line))),
        `  before  ${printable(tunnel.changedFrom)}`,
        ...urls.map(url => `  now     ${paint.bold(url)}`),
        ...wrapWords(
          'The console still has the old one: open the webhook there, replace Hook URL, and choose Save Changes.',
          width,
        ),
        bar,
      ]
    }
    case 'retrying':
      return wrapWords(
        `${paint.yellow(tunnel.reachedAt === undefined ? 'The tunnel is not up:' : 'The tunnel is lost:')} ${clip(printable(tunnel.reason), 200)} Trying again at ${clock(tunnel.retryAt)}.${sinceReached(tunnel)}`,
        width,
      )
    case 'down':
      return wrapWords(
        `${paint.red('The tunnel is down:')} ${clip(printable(tunnel.reason), 200)} ${clip(printable(tunnel.hint), 200)}`,
        width,
      )
  }
}

/** The block at the start, and what to type into the console's Add Webhook window. */
import { catalogue } from '../../core/catalogue.ts'
import { legacyHint } from '../../core/console.ts'
import type { HookView } from '../../core/hook.ts'
import type { Status } from '../../core/messages.ts'
import { clip, printable } from '../../core/text.ts'
import type { TunnelStatus } from '../../core/tunnel.ts'
import type { Paint } from './style.ts'

export interface BannerFacts {
  readonly status: Status
  /** Opens the inspector, token included. */
  readonly inspectorLink: string
}

const labelWidth = 12

const row = (paint: Paint, label: string, value: string) => `  ${paint.dim(label.padEnd(labelWidth))}${value}`

/** What stands where the Hook URL will be. */
function urlText(hook: HookView, tunnel: TunnelStatus, paint: Paint): string {
  if (hook.customUrl !== null)
    return `${paint.bold(paint.cyan(printable(hook.customUrl)))} ${paint.dim('· yours: only the simulator sends there')}`
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
      return 'the tunnel is being opened …'
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
      : `signatures, with ${keys.map(key => `the ${key.kind === 'source-key' ? 'source key' : 'signature key'} ${key.masked}`).join(' or ')}`
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
function hookRows(
  hook: HookView,
  place: { readonly index: number; readonly of: number },
  tunnel: TunnelStatus,
  paint: Paint,
): string[] {
  const missing = hook.hookUrl === null && (tunnel.state === 'retrying' || tunnel.state === 'down')
  const where = place.index === 0 ? 'with --signature-key or --source-key, or in the inspector' : 'in the inspector'
  return [
    ...(place.of > 1 ? [row(paint, 'Webhook', clip(printable(hook.label), 60))] : []),
    row(paint, 'Hook URL', urlText(hook, tunnel, paint)),
    ...(missing ? [row(paint, '', `on this machine: ${paint.cyan(hook.localUrl)}`)] : []),
    row(paint, 'Checked', checkedText(hook, paint)),
    ...(hook.signing.kind === 'none' ? [row(paint, '', paint.dim(`give a key ${where}`))] : []),
    ...(hook.rehearsal === null
      ? []
      : [row(paint, '', paint.yellow('its answer is rehearsed: the gateway gets that'))]),
  ]
}

/** Where deliveries go, a row a target, and who answers the gateway. */
function forwardedRows({ forward, answer }: Status, paint: Paint): string[] {
  if (forward === null) return [row(paint, 'Forwarded', `nowhere ${paint.dim('· forward with --forward URL')}`)]
  const [first, ...others] = forward.targets.map(({ target }) => `to ${printable(target)}`)
  const app = others.length > 0 ? 'this app' : 'the app'
  const who = `${answer === 'app' ? app : 'hookscope'} answers the gateway`
  return [row(paint, 'Forwarded', `${first} · ${who}`), ...others.map(other => row(paint, '', other))]
}

export function bannerLines({ status, inspectorLink }: BannerFacts, paint: Paint): string[] {
  const hooks = status.hooks.flatMap((hook, index) =>
    hookRows(hook, { index, of: status.hooks.length }, status.tunnel, paint),
  )
  return [
    '',
    `  ${paint.bold('hookscope')} ${paint.dim(status.version)}`,
    '',
    ...hooks,
    row(paint, 'Inspector', paint.cyan(inspectorLink)),
    row(paint, 'Kept in', printable(status.db)),
    ...forwardedRows(status, paint),
    ...(status.observe ? [row(paint, 'Observing', 'rejected deliveries are answered 200 as well')] : []),
    '',
  ]
}

/** What stands in the console's field while there is no Hook URL. */
const missingUrlText = (tunnel: TunnelStatus): string =>
  tunnel.state === 'off'
    ? 'an https URL is needed: open a tunnel, or give yours with --public-url'
    : tunnel.state === 'down'
      ? 'not known yet: the tunnel is down. Yours can be given with --public-url'
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
  return /^•*$/.test(masked) ? name : `${name}, the one that ends like ${masked}`
}

/** Where the inspector shows what brings which event in the sandbox. */
function sandboxLink(inspectorLink: string): string {
  const url = new URL(inspectorLink)
  url.searchParams.set('help', 'sandbox')
  return url.href
}

/**
 * Field by field what the console's Add Webhook window wants, in the console's own words; then how to make a sale.
 * @param inspectorLink opens the inspector, token included
 */
export function consoleLines(hook: HookView, tunnel: TunnelStatus, inspectorLink: string, paint: Paint): string[] {
  const field = (name: string, value: string) => `    ${name.padEnd(17)}${value}`
  const signing = hook.signing.kind === 'none' ? [] : hook.signing.keys
  const key = signing[0]
  return [
    '  Nothing has come yet. In the merchant console, choose Settings > Webhooks > Add Webhook and enter:',
    '',
    field('Webhook Label', printable(hook.label)),
    field('Hook URL', hook.hookUrl === null ? paint.yellow(missingUrlText(tunnel)) : paint.cyan(hook.hookUrl)),
    field('Events', eventsText(hook)),
    field(
      'Authentication',
      hook.authentication.kind === 'none'
        ? 'None'
        : `Basic, user name ${printable(hook.authentication.username)}, and the password you gave hookscope`,
    ),
    field('Signature', key === undefined ? 'None (better: a key, given to hookscope as well)' : consoleKeyText(key)),
    '',
    '  Then choose Add Hook. Each delivery shows here as a line.',
    paint.dim(`  ${legacyHint}`),
    '',
    '  Make a sale in the sandbox. Which card, account and hour brings which event:',
    `  ${paint.cyan(sandboxLink(inspectorLink))}`,
    '',
  ]
}

/** News of the tunnel; nothing for states that need no line. */
export function tunnelLines(tunnel: TunnelStatus, hooks: readonly HookView[], paint: Paint): string[] {
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
      const bar = paint.bold(paint.red('!'.repeat(72)))
      return [
        bar,
        paint.bold(paint.red('The Hook URL has changed: the tunnel server gave another name than before.')),
        `  before  ${printable(tunnel.changedFrom)}`,
        ...urls.map(url => `  now     ${paint.bold(url)}`),
        'The console still has the old one: open the webhook there, replace Hook URL, and choose Save Changes.',
        bar,
      ]
    }
    case 'retrying':
      return [
        `${paint.yellow('The tunnel is not there:')} ${clip(printable(tunnel.reason), 200)} Trying again at ${new Date(tunnel.retryAt).toLocaleTimeString()}.`,
      ]
    case 'down':
      return [
        `${paint.red('The tunnel is down:')} ${clip(printable(tunnel.reason), 200)} ${clip(printable(tunnel.hint), 200)}`,
      ]
  }
}

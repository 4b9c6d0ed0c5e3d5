/** Who gets what is triggered: `--hook`, `--to`, or every hook that is subscribed. */
import { findEvent } from '../../core/catalogue.ts'
import type { Status } from '../../core/messages.ts'
import { nearest } from '../../core/nearest.ts'
import type { Recipients, SimulationItem } from '../../core/simulation.ts'
import { clip, printable } from '../../core/text.ts'
import { exitCodes, UserError } from '../errors.ts'
import type { KnownHook } from '../reach/simulate.ts'
import type { StartedSecrets } from '../secrets.ts'
import { parseTarget } from '../sender/target.ts'
import { type Signer, signerRemark } from './signer.ts'

const wrong = (message: string, hint: string) => new UserError(message, hint, { exitCode: exitCodes.usage })
const shown = (text: string) => `“${clip(printable(text), 60)}”`

/** @param named a label, in any case, or an id @throws UserError when no hook is called so, or several are */
export function findHook(named: string, hooks: readonly KnownHook[]): KnownHook {
  const typed = named.trim()
  const byId = hooks.find(({ id }) => id === typed)
  if (byId !== undefined) return byId
  const same = hooks.filter(({ label }) => label.toLowerCase() === typed.toLowerCase())
  const [only, ...others] = same.length > 1 ? same.filter(({ label }) => label === typed) : same
  if (only !== undefined && others.length === 0) return only
  if (same.length > 1) {
    const ids = same.map(({ id, label }) => `${id} (${clip(printable(label), 40)})`)
    throw wrong(`Several hooks are called ${shown(typed)}.`, `Name one by its id: ${ids.join(', ')}.`)
  }
  const labels = hooks.map(({ label }) => label)
  const near = nearest(typed, labels)
  throw wrong(
    `There is no hook ${shown(typed)}.`,
    near !== undefined
      ? `Did you mean ${shown(near)}?`
      : labels.length === 0
        ? 'There are no hooks. Add one with hookscope hooks add, or send to a URL with --to.'
        : `There are ${labels.slice(0, 8).map(shown).join(', ')}.`,
  )
}

/** A URL, with what is signed and authenticated with there; of two keys the Signature Key signs. @param signer lends what is not given */
export function targetOf(
  url: string,
  { signatureKey, sourceKey, basicAuth }: StartedSecrets,
  signer: Signer | null,
): Recipients {
  return {
    kind: 'target',
    url: parseTarget(url).href,
    authentication: basicAuth === null ? { kind: 'none' } : { kind: 'basic', ...basicAuth },
    key:
      signatureKey !== null
        ? { kind: 'signature-key', key: signatureKey }
        : sourceKey !== null
          ? { kind: 'source-key', key: sourceKey }
          : null,
    ...(signer !== null && { hook: signer.id }),
  }
}

export interface KnownRecipients {
  readonly hooks: readonly KnownHook[]
  /** Of the hookscope that is listening; null when none is, so that hooks at their own paths are not answered. */
  readonly status: Pick<Status, 'forward'> | null
  /** The hook that lends a URL its secrets. */
  readonly signer: Signer | null
}

/** What is worth knowing about who gets what, sentences for people. */
export function recipientRemarks(
  recipients: Recipients,
  items: readonly SimulationItem[],
  { hooks, status, signer }: KnownRecipients,
): string[] {
  const paused =
    status?.forward?.paused === true
      ? ['Forwarding is paused: your app is asked, and the result comes, once it is resumed.']
      : []
  switch (recipients.kind) {
    case 'target':
      return [
        ...(signer === null ? [] : [signerRemark(signer)]),
        ...(recipients.key === null && (signer === null || signer.signing.kind === 'none')
          ? ['Nothing is signed: no key is known. Set HOOKSCOPE_SIGNATURE_KEY, or use --signature-key.']
          : []),
      ]
    case 'hook': {
      const hook = hooks.find(({ id }) => id === recipients.hook)
      const types = new Set(
        items.flatMap(item => (item.kind === 'event' ? [findEvent(item.type)?.type ?? item.type] : [])),
      )
      const unsubscribed = [...types]
        .filter(type => hook !== undefined && !hook.events.some(subscribed => subscribed === type))
        .map(type => `${shown(hook?.label ?? '')} is not subscribed to ${printable(type)}. It gets it all the same.`)
      return [...unsubscribed, ...(hook?.customUrl === null ? paused : [])]
    }
    case 'subscribed':
      return status !== null
        ? hooks.some(({ customUrl }) => customUrl === null)
          ? paused
          : []
        : hooks
            .filter(({ customUrl }) => customUrl === null)
            .map(
              ({ label }) =>
                `${shown(label)} gets nothing: its Hook URL is hookscope's own, and no hookscope is listening.`,
            )
  }
}

/** Who gets what is triggered: `--hook`, `--to`, or every hook that is subscribed. */
import type { Status } from '../../core/api/messages.ts'
import { findEvent } from '../../core/events/catalogue.ts'
import type { HookView } from '../../core/hooks/hook.ts'
import type { Recipients, SimulationItem } from '../../core/simulate/simulation.ts'
import { clip, printable } from '../../core/text/text.ts'
import type { StartedSecrets } from '../../server/config/secrets.ts'
import { UserError } from '../../server/lib/errors.ts'
import { parseTarget } from '../../server/sender/target.ts'
import { type Signer, signerRemark } from './signer.ts'

/** A hook, as far as a command line names it. */
export type KnownHook = Pick<HookView, 'id' | 'label' | 'events' | 'customUrl'>

const shown = (text: string) => `“${clip(printable(text), 60)}”`

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
      ? ['Forwarding is paused: your app is called, and the result shown, once it resumes.']
      : []
  switch (recipients.kind) {
    case 'target':
      return [
        ...(signer === null ? [] : [signerRemark(signer)]),
        ...(recipients.key === null && (signer === null || signer.signing.kind === 'none')
          ? [
              'Nothing is signed: no key is known. Set HOOKSCOPE_SIGNATURE_KEY or use --signature-key; beside a hookscope with another database, name that with --db.',
            ]
          : []),
      ]
    case 'hook': {
      const hook = hooks.find(({ id }) => id === recipients.hook)
      const types = new Set(
        items.flatMap(item => (item.kind === 'event' ? [findEvent(item.type)?.type ?? item.type] : [])),
      )
      const unsubscribed = [...types]
        .filter(type => hook !== undefined && !hook.events.some(subscribed => subscribed === type))
        .map(type => `${shown(hook?.label ?? '')} is not subscribed to ${printable(type)}. It is sent there anyway.`)
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
                `${shown(label)} is skipped: its Hook URL is hookscope's own, and no hookscope is listening.`,
            )
  }
}

/** Where nobody listens. @throws UserError when the hooks that are to get it are all at their own paths */
export function checkAnswered(recipients: Recipients, hooks: readonly KnownHook[]): void {
  const asked = recipients.kind === 'hook' ? hooks.filter(({ id }) => id === recipients.hook) : hooks
  if (recipients.kind === 'target' || asked.length === 0 || asked.some(({ customUrl }) => customUrl !== null)) return
  const [only] = asked
  throw new UserError(
    asked.length === 1 && only !== undefined
      ? `No hookscope is listening, so nobody answers at the Hook URL of “${printable(only.label)}”.`
      : 'No hookscope is listening, so nobody answers at the Hook URLs.',
    'Start hookscope and try again, or send to your app with --to URL.',
  )
}

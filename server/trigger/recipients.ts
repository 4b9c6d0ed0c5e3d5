/** Who gets what is triggered: `--hook`, `--to`, or every hook that is subscribed. */
import { findEvent } from '../../core/catalogue.ts'
import { nearest } from '../../core/nearest.ts'
import type { Recipients, SimulationItem } from '../../core/simulation.ts'
import { clip, printable } from '../../core/text.ts'
import { exitCodes, UserError } from '../errors.ts'
import type { KnownHook, Signer } from '../reach/simulate.ts'
import type { StartedSecrets } from '../secrets.ts'
import { parseTarget } from '../sender/target.ts'

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

/** Which hook lends what, in one sentence; what it is stays unsaid. */
function signerRemark({ label, signs, authenticates }: Signer): string {
  const what = signs && authenticates ? 'Signed and authenticated' : signs ? 'Signed' : 'Authenticated'
  return `${what} as ${shown(label)} is: hookscope forwards its deliveries to this URL.`
}

/** What is worth knowing about who gets what, sentences for people. @param isListening whether hooks at their own paths are answered @param signer lends a URL its secrets */
export function recipientRemarks(
  recipients: Recipients,
  items: readonly SimulationItem[],
  hooks: readonly KnownHook[],
  isListening: boolean,
  signer: Signer | null,
): string[] {
  switch (recipients.kind) {
    case 'target':
      return [
        ...(signer === null ? [] : [signerRemark(signer)]),
        ...(recipients.key === null && signer?.signs !== true
          ? ['Nothing is signed: no key is known. Set HOOKSCOPE_SIGNATURE_KEY, or use --signature-key.']
          : []),
      ]
    case 'hook': {
      const hook = hooks.find(({ id }) => id === recipients.hook)
      const types = new Set(
        items.flatMap(item => (item.kind === 'event' ? [findEvent(item.type)?.type ?? item.type] : [])),
      )
      return [...types]
        .filter(type => hook !== undefined && !hook.events.some(subscribed => subscribed === type))
        .map(type => `${shown(hook?.label ?? '')} is not subscribed to ${printable(type)}. It gets it all the same.`)
    }
    case 'subscribed':
      return isListening
        ? []
        : hooks
            .filter(({ customUrl }) => customUrl === null)
            .map(
              ({ label }) =>
                `${shown(label)} gets nothing: its Hook URL is hookscope's own, and no hookscope is listening.`,
            )
  }
}

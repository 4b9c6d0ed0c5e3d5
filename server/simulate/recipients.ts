/** Who gets an event: hooks that are subscribed to it, one hook, or a URL that was named. */
import type { EventType } from '../../core/events/catalogue.ts'
import type { ConfiguredHook } from '../../core/hooks/hook.ts'
import type { Recipients } from '../../core/simulate/simulation.ts'
import { clip, printable } from '../../core/text/text.ts'
import { UserError, usageError } from '../lib/errors.ts'
import { completedBy, type GatewaySecrets, gatewaySecretsOf } from '../sender/as-gateway.ts'
import { targetGuard } from '../sender/send.ts'
import { parseTarget } from '../sender/target.ts'
import type { TargetSecrets } from '../store/simulations.ts'

export interface Recipient {
  /** What shares connections and order: one hook's events, or one URL's. */
  readonly lane: string
  readonly hook: ConfiguredHook | null
  /** Where it goes as things are now. */
  readonly target: string
  /** What it is signed and authenticated with as things are now. */
  readonly secrets: GatewaySecrets
}

export interface Addressing {
  /** @param type null: the catalogue does not know it */
  of(type: EventType | null): readonly Recipient[]
  /** What a URL that was named is sent with; null for hooks. */
  readonly secrets: TargetSecrets | null
}

interface Known {
  hooks(): readonly ConfiguredHook[]
  urlOf(hook: ConfiguredHook): string | null
}

/**
 * @throws UserError for a URL that cannot be sent to, an unknown hook, or when there is no hook at all; `of` throws one for
 *   a hook at whose path nobody listens
 */
export function readRecipients(asked: Recipients, { hooks, urlOf }: Known): Addressing {
  function toHook(hook: ConfiguredHook): Recipient {
    const target = urlOf(hook)
    if (target === null) throw notListening(hook)
    return { lane: `hook ${hook.id}`, hook, target, secrets: gatewaySecretsOf(hook) }
  }

  function find(id: string): ConfiguredHook {
    const hook = hooks().find(one => one.id === id)
    if (hook !== undefined) return hook
    throw usageError('There is no such hook.', 'It may have been deleted; reload the list and choose again.')
  }

  switch (asked.kind) {
    case 'target': {
      const url = parseTarget(asked.url)
      // A person named it: what its name resolves to now is what is meant.
      targetGuard.forget(url.hostname)
      const given = { authentication: asked.authentication, key: asked.key?.key ?? null }
      const secrets = asked.hook === undefined ? given : completedBy(given, find(asked.hook))
      const recipient = { lane: `url ${url.href}`, hook: null, target: url.href, secrets }
      return { of: () => [recipient], secrets: { ...given, hook: asked.hook } }
    }
    case 'hook': {
      const hook = find(asked.hook)
      return { of: () => [toHook(hook)], secrets: null }
    }
    case 'subscribed': {
      if (hooks().length === 0)
        throw usageError('There is no hook to send to.', 'Add one with hookscope hooks add, or give a URL.')
      return {
        of: type =>
          type === null
            ? []
            : hooks()
                .filter(hook => hook.events.includes(type) && urlOf(hook) !== null)
                .map(toHook),
        secrets: null,
      }
    }
  }
}

function notListening({ label }: ConfiguredHook): UserError {
  return new UserError(
    `Nobody listens at the Hook URL of ${clip(printable(label), 60)}: it is this hookscope's own.`,
    'Start hookscope first, or give a URL to send to.',
  )
}
